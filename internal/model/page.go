package model

import "cmp"

// Place is where a record stands in the order of event times; records of one time stand in the order of partition
// and offset. A place stays what it is when others arrive.
type Place struct {
	Time              int64 // ns since the epoch
	Partition, Offset int64
}

// Compare returns -1 when p is older than q, 1 when it is newer, and 0 when both are one place.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Time, q.Time), cmp.Compare(p.Partition, q.Partition), cmp.Compare(p.Offset, q.Offset))
}

// Page asks for a run of records in the order of their places.
type Page struct {
	Limit  int
	Oldest bool   // the oldest first, else the newest
	Behind *Place // only what comes behind it in that order; nil begins at the end of the range
}
