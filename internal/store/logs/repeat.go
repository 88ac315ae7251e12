package logs

import (
	"sort"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// A search that allows repeats gets a row for each combination of values in a block instead of one for each row.
// Rows of sealed blocks are sorted by stream and time, so rows of one stream and one bucket of time are a span whose
// ends are found by bisection; dictionary columns are counted by their codes.

// coded are values that are few: those of a constant, a stream field or a dictionary.
type coded interface {
	// codes returns the different values, of which row i has that of index[i], or that of its stream, or the first.
	codes() (c codes, ok bool)
}

type codes struct {
	values   []string
	index    []byte   // a code a row; nil when the stream decides, or there is one value, or
	wide     []uint16 // a code a row
	byStream bool
}

// perRow reports whether the rows of one stream may differ.
func (c *codes) perRow() bool { return c.index != nil || c.wide != nil }

func (c constant) codes() (codes, bool) { return codes{values: []string{string(c)}}, true }

func (p *perStream) codes() (codes, bool) { return codes{values: p.values, byStream: true}, true }

func (s stored) codes() (codes, bool) {
	switch s.Kind {
	case block.Absent, block.Const:
		return codes{values: []string{s.Value(0)}}, true
	case block.Dict:
		return codes{values: s.distinct(), index: s.Index}, true
	}
	return codes{}, false
}

func (m *mixed) codes() (codes, bool) {
	if m.whole == nil {
		return codes{}, false
	}
	return codes{values: m.whole.values, wide: m.whole.index}, true
}

// span is a run of rows of one stream and one bucket of time, where these matter.
type span struct {
	from, to int
	stream   uint32
	time     int64 // start of the bucket
}

// maxCells bounds the combinations of dictionary values that are counted side by side.
const maxCells = 1 << 12

// repeats returns the rows of the set, equal ones as one; nil when a wanted field has too many values for that.
func (e *eval) repeats(req *Search, rows bitmap) (*logsql.Batch, error) {
	fields := make([]codes, len(req.Fields))
	byStream, byTime, cells := false, false, 1
	for i, name := range req.Fields {
		if name == model.FieldTime {
			byTime = true
			continue
		}
		v, err := e.wanted(req, name)
		if err != nil {
			return nil, err
		}
		c, ok := v.(coded)
		if ok {
			if err := v.prepare(rows); err != nil {
				return nil, err
			}
			fields[i], ok = c.codes()
		}
		if fields[i].perRow() {
			cells *= len(fields[i].values)
		}
		if !ok || cells > maxCells {
			return nil, nil
		}
		byStream = byStream || fields[i].byStream
	}
	if byTime && req.Bucket == nil {
		return nil, nil
	}
	spans, err := e.spans(byStream, byTime, req.Bucket)
	if err != nil || spans == nil {
		return nil, err
	}
	c := newCounting(fields, cells)
	for _, s := range spans {
		c.count(s, rows)
	}
	return c.batch(req.Fields, byTime), nil
}

// spans cuts the rows of the block where stream or bucket of time change; nil when that is at every few rows.
func (e *eval) spans(byStream, byTime bool, bucket *logsql.Bucket) (spans []span, err error) {
	n := e.rows.Info().Rows
	var streamOf []uint32
	var times []int64
	if byStream || byTime {
		if _, streamOf, err = e.rows.Streams(); err != nil {
			return nil, err
		}
	}
	if byTime {
		if times, err = e.rows.Times(); err != nil {
			return nil, err
		}
	}
	_, open := e.rows.(*block.View) // its rows come as they were received
	within := bucketTest(bucket, times)
	const fewRows = 4
	for from, streamEnd := 0, 0; from < n; {
		s := span{from: from, to: n}
		if streamOf != nil {
			s.stream = streamOf[from]
			if from >= streamEnd {
				streamEnd = runEnd(from, n, open, func(row int) bool { return streamOf[row] == s.stream })
			}
			s.to = streamEnd
		}
		if times != nil {
			s.time = bucket.Time(times[from])
			s.to = runEnd(from, s.to, open, func(row int) bool { return within(s.time, row) })
		}
		if spans = append(spans, s); len(spans) > 64 && len(spans) > n/fewRows {
			return nil, nil
		}
		from = s.to
	}
	return spans, nil
}

// bucketTest returns what tells whether the time of a row falls into the bucket that starts at a time, of rows that
// are not before it.
func bucketTest(bucket *logsql.Bucket, times []int64) func(start int64, row int) bool {
	if bucket != nil && bucket.Kind == logsql.BucketTime {
		return func(start int64, row int) bool { return uint64(times[row]-start) < uint64(bucket.Step) }
	}
	return func(start int64, row int) bool { return bucket.Time(times[row]) == start }
}

// runEnd returns the end of the run of rows that begins at from, at most to. Unless the rows are not in order, they
// are not all looked at.
func runEnd(from, to int, unordered bool, same func(row int) bool) int {
	if unordered {
		row := from + 1
		for row < to && same(row) {
			row++
		}
		return row
	}
	step := 1
	for from+step < to && same(from+step) {
		from += step
		step *= 2
	}
	end := min(from+step, to)
	return from + 1 + sort.Search(end-from-1, func(i int) bool { return !same(from + 1 + i) })
}

// counting counts rows by combination of values.
type counting struct {
	fields []codes
	n      []uint32 // by cell of the span at hand
	used   []uint32 // cells that have rows
	cells  []cell
	counts []uint32
}

// cell is one combination of values: those of a stream, a bucket of time, and dictionary codes joined to one number.
type cell struct {
	stream, code uint32
	time         int64
}

func newCounting(fields []codes, cells int) *counting {
	return &counting{fields: fields, n: make([]uint32, cells)}
}

// count adds the rows of one span.
func (c *counting) count(s span, rows bitmap) {
	if len(c.n) == 1 {
		if n := rows.countRange(s.from, s.to); n > 0 {
			c.cells = append(c.cells, cell{stream: s.stream, time: s.time})
			c.counts = append(c.counts, uint32(n))
		}
		return
	}
	c.used = c.used[:0]
	rows.allRange(s.from, s.to, func(row int) {
		code := uint32(0)
		for k := range c.fields {
			switch f := &c.fields[k]; {
			case f.index != nil:
				code = code*uint32(len(f.values)) + uint32(f.index[row])
			case f.wide != nil:
				code = code*uint32(len(f.values)) + uint32(f.wide[row])
			}
		}
		if c.n[code] == 0 {
			c.used = append(c.used, code)
		}
		c.n[code]++
	})
	for _, code := range c.used {
		c.cells = append(c.cells, cell{s.stream, code, s.time})
		c.counts = append(c.counts, c.n[code])
		c.n[code] = 0
	}
}

// batch returns what was counted.
func (c *counting) batch(names []string, byTime bool) *logsql.Batch {
	b := &logsql.Batch{N: len(c.cells), Repeat: c.counts}
	if byTime {
		b.Times = make([]int64, len(c.cells))
		for i := range c.cells {
			b.Times[i] = c.cells[i].time
		}
	}
	above := uint32(len(c.n)) // product of the sizes of the dictionaries from the field at hand on
	for k, name := range names {
		f := &c.fields[k]
		if name == model.FieldTime {
			continue
		}
		size := uint32(len(f.values))
		index := make([]uint32, len(c.cells))
		switch {
		case f.perRow():
			below := above / size
			for i := range index {
				index[i] = c.cells[i].code % above / below
			}
			above = below
		case f.byStream:
			for i := range index {
				index[i] = c.cells[i].stream
			}
		default:
			b.Columns = append(b.Columns, logsql.ConstColumn(name, f.values[0]))
			continue
		}
		b.Columns = append(b.Columns, logsql.DictColumn(name, f.values, index))
	}
	return b
}
