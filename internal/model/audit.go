package model

// AuditEntry is one line of the audit trail, as whoever did something, or was kept from it, tells it. Secrets stay out of
// Before and After.
type AuditEntry struct {
	Action  string // what was done, by a stable name: "session.sign_in", "user.add", "retention.change", "logs.export"
	By      Principal
	Target  string // what it was done to: a name, an id, a query
	Outcome string // AuditBegun, AuditOK, AuditDenied or AuditFailed; "" means AuditOK
	// Before and After are what was changed and what it became, as JSON has them; nil when there is none.
	Before, After any
	Address       string // of who asked, without the port
	RequestID     string
	Count         int // how often it happened, when several are told as one; 0 means once
	// Ends says that it tells how an entry before it ended. It is never told as one with others, which would leave open of what.
	Ends bool
	// Brief tells what is long of before and after by its hash: anybody may change such things, and without end.
	Brief bool
}

// Outcomes of what an entry tells.
const (
	// AuditBegun is of a change that is about to be made. An entry with the same action, by the same and of the same request, says how
	// it ended; where there is none, nobody can say whether it was made.
	AuditBegun  = "begun"
	AuditOK     = "ok"
	AuditDenied = "denied"
	AuditFailed = "failed"
)

// AuditLink is a place in the chain of audit entries.
type AuditLink struct {
	Seq  int64  // counts from 1; 0 is the place before the first entry
	Hash string // of the entry, in hex
	Time int64  // of the entry, ns since the epoch; it grows with Seq
}

// AuditBook is what the metadata hold of the chain.
type AuditBook struct {
	Head  AuditLink // the last entry
	Floor AuditLink // the last entry that retention may have removed
}

// AuditSealed is an entry with its place in the chain. The metadata keep it until the queue has it.
type AuditSealed struct {
	AuditLink
	Text   []byte // what Hash is the SHA-256 of
	Source string // of the mark with which it goes into the queue, where Seq is the sequence
	Queue  string // where that mark holds: the queue and who takes the trail in it
}
