package store

import "time"

// Event is something that happened to the processes that share a queue.
type Event struct {
	ID         string // the same for an event that several processes see; the first who writes it wins
	Time       time.Time
	Until      time.Time // zero while it lasts, and for what has no length
	Kind       string
	Member     string // id
	Name       string // of the member, "" when who wrote it did not know
	Partitions []int
	Reason     string
}

// Kinds of events that the metadata store writes by itself.
const (
	EventSilent = "silent"
	EventGone   = "gone"
)
