package pipeline

import (
	"math"
	"time"
)

// limit is how fast a bucket fills, and how far.
type limit struct {
	records, bytes float64 // per second; 0 is no bound
	most           [2]float64
}

func newLimit(records, bytes float64, burst time.Duration) limit {
	l := limit{records: records, bytes: bytes}
	// A bound of less than one record would let nothing through.
	l.most = [2]float64{max(records*burst.Seconds(), 1), max(bytes*burst.Seconds(), 1)}
	return l
}

// bucket is the token bucket of one source: what it may still send, in records and bytes (J. Turner, "New directions in
// communications", 1986). Both may go below zero: that is a debt, which time pays.
type bucket struct {
	records, bytes float64
	at             int64  // when they were right, ns since the epoch
	over           uint64 // records over the quota since the last that a sample kept
	turn           uint64 // of the last write that has touched it; see judgement
	tally          int    // its place in that write's tallies
}

func newBucket(l *limit, now int64) *bucket {
	return &bucket{records: l.most[0], bytes: l.most[1], at: now}
}

// fill adds what time has brought. A clock that goes back brings nothing.
func (b *bucket) fill(l *limit, now int64) {
	seconds := float64(now-b.at) / 1e9
	b.at = now
	if seconds <= 0 {
		return
	}
	b.records = min(b.records+seconds*l.records, l.most[0])
	b.bytes = min(b.bytes+seconds*l.bytes, l.most[1])
}

// full reports whether the bucket holds nothing that a new one does not.
func (b *bucket) full(l *limit) bool {
	return (l.records == 0 || b.records >= l.most[0]) && (l.bytes == 0 || b.bytes >= l.most[1])
}

// debt is how long until the bucket owes nothing.
func (b *bucket) debt(l *limit) time.Duration {
	seconds := 0.0
	if l.records > 0 {
		seconds = -b.records / l.records
	}
	if l.bytes > 0 {
		seconds = max(seconds, -b.bytes/l.bytes)
	}
	const rounding = .01 // ns that adding up may be wrong by
	return time.Duration(max(math.Ceil(seconds*1e9-rounding), 0))
}

// has reports whether one more record is within the quota. One that is longer than all the bytes that a bucket can hold
// passes when nothing is owed.
func (b *bucket) has(l *limit) bool {
	return (l.records == 0 || b.records >= 1) && (l.bytes == 0 || b.bytes > 0)
}

func (b *bucket) take(records, bytes float64) {
	b.records -= records
	b.bytes -= bytes
}
