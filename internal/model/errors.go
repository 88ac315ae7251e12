package model

import (
	"errors"
	"fmt"
	"time"
)

// ErrStopping is returned to senders while the process drains; they should send again elsewhere or later.
var ErrStopping = errors.New("the server is stopping")

// ErrTooLarge is returned for a record that exceeds limits.line.
var ErrTooLarge = errors.New("record is larger than limits.line")

// ReasonTooLong is why a record is refused that exceeds limits.line, in the words of the table of sources.
const ReasonTooLong = "line too long"

// LargeError is an ErrTooLarge of another bound than limits.line.
type LargeError struct {
	Reason string // a few fixed words, for the table of sources
	Detail string
}

func (e *LargeError) Error() string { return e.Reason + ": " + e.Detail }

// Is makes errors.Is(err, ErrTooLarge) hold.
func (e *LargeError) Is(target error) bool { return target == ErrTooLarge }

// TooLargeReason puts an ErrTooLarge into a few fixed words.
func TooLargeReason(err error) string {
	var large *LargeError
	if errors.As(err, &large) {
		return large.Reason
	}
	return ReasonTooLong
}

// BusyError tells a sender to wait and send the same records again: a bound (queue bytes, memory, disk) is
// reached. Protocols answer it as 429 with Retry-After, RESOURCE_EXHAUSTED, or by not reading on.
type BusyError struct {
	Bound      string // configuration key of the bound, such as "queue.max_size"
	RetryAfter time.Duration
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("bound %s is reached, send again in %s", e.Bound, e.RetryAfter)
}

// QuotaError is a BusyError of one sender alone: it has reached its quota, others have not. None of the records that were
// written with its own are stored; without its own they would be.
type QuotaError struct {
	BusyError
	Input, Peer string // of the sender, see Record
}

// Unwrap makes it a *BusyError for who need not know more.
func (e *QuotaError) Unwrap() error { return &e.BusyError }

// ErrQueueClosed is returned by calls of a queue after its Close.
var ErrQueueClosed = errors.New("queue is closed")

// ErrNotDurable means that the queue's disk or broker refused: the records may or may not be there.
var ErrNotDurable = errors.New("queue could not make the records durable")

// UnavailableError is an ErrNotDurable that passes by itself: a service behind the queue does not answer. Protocols answer
// it as 503 with Retry-After, UNAVAILABLE, or by not reading on.
type UnavailableError struct {
	What       string // the service: "Kafka"
	Reason     string
	RetryAfter time.Duration
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("%s cannot be reached, send again in %s: %s", e.What, e.RetryAfter, e.Reason)
}

// Is makes errors.Is(err, ErrNotDurable) hold.
func (e *UnavailableError) Is(target error) bool { return target == ErrNotDurable }

// ErrConflict means that a checkpoint's guard failed: another owner moved the partition. The caller reloads
// the position and never retries the same commit.
var ErrConflict = errors.New("checkpoint conflicts with the stored position")

// ErrStoreFull means that the disk has no room; nothing was committed. The caller waits and tries again.
var ErrStoreFull = errors.New("no space left for the store")

// GoneError says that records which the store still needs are no longer in the queue.
type GoneError struct {
	Partition      int
	Wanted, Oldest int64 // offsets
}

func (e *GoneError) Error() string {
	return fmt.Sprintf("partition %d: offsets %d to %d are gone from the queue", e.Partition, e.Wanted, e.Oldest-1)
}

// ErrNotFound means that what a request names is not there, or not any more.
var ErrNotFound = errors.New("it is not there any more; load the list again")

// TakenError means that a change does not fit what others have made meanwhile; nothing was changed.
type TakenError struct {
	Reason string // a stable word: TakenName, TakenRevision, TakenOrder
	Text   string
}

// Reasons of a TakenError.
const (
	TakenName     = "name"     // something else has the name
	TakenRevision = "revision" // it was changed since it was read
	TakenOrder    = "order"    // the list was changed since it was read
)

func (e *TakenError) Error() string { return e.Text }
