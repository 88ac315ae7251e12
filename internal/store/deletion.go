package store

// States of a deletion.
const (
	DeletionRunning   = "running"
	DeletionDone      = "done"
	DeletionCancelled = "cancelled"
	DeletionFailed    = "failed"
)

// Deletion removes the records that a filter finds among those that the queue held when it was asked for. It is kept
// for good: who removed what, when, why, and how much.
type Deletion struct {
	ID     string
	Query  string // LogsQL filter; its relative times count from Asked
	Asked  int64  // ns since the epoch
	Min    int64  // event time besides what the query says, ns since the epoch, both inclusive
	Max    int64
	Reason string
	By     string // name of the principal
	// Queue and Below say which records it covers: those of the queue's partitions with smaller offsets, and those of
	// earlier queues.
	Queue string
	Below map[int]int64

	State     string
	Error     string    // why it failed
	Removed   []Removed // by dataset
	Rewritten int64     // segments that were written anew or removed
	Damaged   []string  // segments with rows that could not be read, and so were left
	Finished  int64     // ns since the epoch, 0 while it runs
	QueueGone int64     // when the queue held none of the records any more, ns since the epoch; 0 while it may
}

// Removed counts what a deletion removed of one dataset.
type Removed struct {
	Dataset   string
	Rows      int64
	RawBytes  int64 // as received
	DiskBytes int64 // by which the files became smaller
}

// Deleted is the part of a transaction that a deletion has a share in.
type Deleted struct {
	Deletion string // id; "" when there is none
	Removed  Removed
}
