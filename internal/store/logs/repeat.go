package logs

import (
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
	return m.whole.codes()
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
	c.cells, c.counts = make([]cell, 0, len(spans)), make([]uint32, 0, len(spans))
	for _, s := range spans {
		c.count(s, rows)
	}
	return c.batch(req.Fields, byTime), nil
}

// spans cuts the rows of the block where stream or bucket of time change; nil when that is at every few rows. They are
// valid until the next call.
func (e *eval) spans(byStream, byTime bool, bucket *logsql.Bucket) ([]span, error) {
	n := e.rows.Info().Rows
	one := span{to: n}
	if byTime {
		if start, ok := e.oneBucket(bucket); ok {
			one.time, byTime = start, false
		}
	}
	if !byStream && !byTime {
		return []span{one}, nil
	}
	runs, sorted, err := e.runs(one)
	if err != nil || tooMany(len(runs), n) {
		return nil, err
	}
	if !byTime {
		return runs, nil
	}
	times, err := e.rows.Times()
	if err != nil {
		return nil, err
	}
	spans := e.spanList[:0]
	defer func() { e.spanList = spans }()
	for _, s := range runs {
		for s.from < s.to {
			start := bucket.Time(times[s.from])
			end := s.from + endOf(times[s.from:s.to], start, bucket.Last(start), sorted)
			if spans = append(spans, span{s.from, end, s.stream, start}); tooMany(len(spans), n) {
				return nil, nil
			}
			s.from = end
		}
	}
	return spans, nil
}

// oneBucket returns the start of the bucket that all rows of the block fall into; ok is false when there are several.
func (e *eval) oneBucket(bucket *logsql.Bucket) (start int64, ok bool) {
	if bucket == nil {
		return 0, false
	}
	info := e.rows.Info()
	start = bucket.Time(info.MinTime)
	return start, info.MaxTime <= bucket.Last(start)
}

// tooMany reports whether there are about as many spans as rows.
func tooMany(spans, rows int) bool {
	const fewRows = 4
	return spans > 64 && spans > rows/fewRows
}

// runs are the rows of each stream; sorted says that they come by rising time.
func (e *eval) runs(all span) (runs []span, sorted bool, err error) {
	_, ends, err := e.rows.Runs()
	if err != nil {
		return nil, false, err
	}
	if ends != nil {
		for i, end := range ends {
			all.stream, all.to = uint32(i), int(end)
			runs = append(runs, all)
			all.from = all.to
		}
		return runs, true, nil
	}
	_, streamOf, err := e.rows.Streams()
	for row, s := range streamOf {
		if row == 0 || s != streamOf[row-1] {
			runs = append(runs, span{from: row, stream: s, time: all.time})
		}
		runs[len(runs)-1].to = row + 1
	}
	return runs, false, err
}

// endOf returns how many times from the first one on are in its bucket, which lasts from start to last.
func endOf(times []int64, start, last int64, sorted bool) int {
	if !sorted {
		for i, t := range times {
			if t < start || t > last {
				return i
			}
		}
		return len(times)
	}
	// The end is looked for at growing distances, then by bisection.
	low, step := 0, 1
	for low+step < len(times) && times[low+step] <= last {
		low += step
		step *= 2
	}
	high := min(low+step, len(times)) // times[low] is in, times[high] is not
	for high-low > 1 {
		if middle := int(uint(low+high) / 2); times[middle] <= last {
			low = middle
		} else {
			high = middle
		}
	}
	return high
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
