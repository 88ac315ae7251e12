package model

// Finding is something that is not as it should be in a data folder.
type Finding struct {
	Kind   string `json:"kind"`   // a stable name, see docs/operating.md
	File   string `json:"file"`   // below the data folder
	Detail string `json:"detail"` // what is wrong, for a person
	// Harmless is for what the next start puts right by itself.
	Harmless bool `json:"harmless"`
	// Repaired says what was done about it; empty when nothing was.
	Repaired string `json:"repaired,omitempty"`
}

// Kinds of findings.
const (
	FindingMeta      = "meta.damaged"       // the database is damaged
	FindingMissing   = "segment.missing"    // the metadata name a segment that is not there
	FindingUnknown   = "segment.unknown"    // a file that the metadata do not name
	FindingSegment   = "segment.damaged"    // a part of a segment cannot be read
	FindingFooter    = "segment.unreadable" // nothing of a segment can be read
	FindingMismatch  = "segment.mismatch"   // the metadata say other things of a segment than it does
	FindingDoubled   = "segment.doubled"    // rows that another segment has too
	FindingAhead     = "segment.ahead"      // rows that the stored offset does not cover
	FindingQueue     = "queue.damaged"      // records of the queue that cannot be read
	FindingTorn      = "queue.torn"         // an unfinished write at the end of the queue
	FindingQueueGone = "queue.gone"         // the queue lacks records that are not stored
	FindingQueueOld  = "queue.behind"       // the queue ends before the stored offset
)
