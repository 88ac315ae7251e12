package model

import "sync/atomic"

// Progress is how far a search has come, written by the search and read by others meanwhile. Methods of a nil
// Progress do nothing.
type Progress struct {
	total, done, bytes, rows atomic.Int64
	hidden                   atomic.Bool
}

// Hide keeps all but the rows to itself: of a search by somebody who does not see every row, what is read tells of others'.
func (p *Progress) Hide() {
	if p != nil {
		p.hidden.Store(true)
	}
}

// Begin says how many segments a search has before it. Of a search that comes page by page each page begins with
// those that are left of the first page's.
func (p *Progress) Begin(segments int) {
	if p == nil {
		return
	}
	p.total.CompareAndSwap(0, int64(segments))
	p.done.Store(max(0, p.total.Load()-int64(segments)))
}

// Segment says that one more segment was looked at or left out.
func (p *Progress) Segment() {
	if p != nil {
		p.done.Add(1)
	}
}

// Add counts compressed bytes that were read and rows that matched.
func (p *Progress) Add(bytes, rows int64) {
	if p != nil {
		p.bytes.Add(bytes)
		p.rows.Add(rows)
	}
}

// Segments returns how many segments were looked at or left out, of how many.
func (p *Progress) Segments() (done, total int64) {
	if p.hidden.Load() {
		return 0, 0
	}
	total = p.total.Load()
	return min(p.done.Load(), total), total
}

// Bytes returns how many compressed bytes were read.
func (p *Progress) Bytes() int64 {
	if p.hidden.Load() {
		return 0
	}
	return p.bytes.Load()
}

// Rows returns how many rows matched.
func (p *Progress) Rows() int64 { return p.rows.Load() }
