package pipe

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/logsql"
)

// Stored returns the pipes of a query that asks for the blocks that hold its rows, one batch for each, and not for the
// rows; ok is false for all other queries.
func Stored(pipes []logsql.Pipe) (_ []logsql.Pipe, ok bool) {
	if len(pipes) == 0 {
		return nil, false
	}
	switch p := pipes[0].(type) {
	case *logsql.PipeBlockStats, *logsql.PipeBlocksCount:
		return pipes, true
	case *logsql.PipeFields:
		if len(pipes) > 1 && pipes[1].Name() == "block_stats" {
			return append([]logsql.Pipe{&logsql.PipeBlockStats{Of: p.Fields}}, pipes[2:]...), true
		}
	}
	return nil, false
}

// blockStats passes on what is told of some fields.
type blockStats struct {
	of   []string
	out  []Selection
	next Processor
}

func (s *blockStats) Write(worker int, b *logsql.Batch) error {
	var rows []int32
	name := lookup(b, "field")
	for i := range b.N {
		if logsql.MatchName(s.of, name.at(i)) {
			rows = append(rows, int32(i))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.next.Write(worker, s.out[worker].Rows(b, rows))
}

func (s *blockStats) Flush() error { return s.next.Flush() }

// blocksCount counts blocks, each of which is a batch.
type blocksCount struct {
	as   string
	n    atomic.Int64
	next Processor
}

func (c *blocksCount) Write(int, *logsql.Batch) error {
	c.n.Add(1)
	return nil
}

func (c *blocksCount) Flush() error {
	return flushInto(c.next, func(write func(*logsql.Batch) error) error {
		return write(&logsql.Batch{N: 1, Columns: []logsql.Column{logsql.ConstColumn(c.as, strconv.FormatInt(c.n.Load(), 10))}})
	})
}

// Cost is what a query cost when its search has ended.
type Cost struct {
	FilterBytes, TimeBytes, ValueBytes int64 // read from segments: token filters, times, and all else
	TotalBytes                         int64 // with those of the queries within it
	Blocks                             int   // looked at
	RowsScanned, RowsMatched           int64
	Duration                           time.Duration
}

// queryStats drops the rows and tells what they cost.
type queryStats struct {
	cost func() Cost
	next Processor
}

func (*queryStats) Write(int, *logsql.Batch) error { return nil }

func (q *queryStats) Flush() error {
	c := q.cost()
	row := &logsql.Batch{N: 1}
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"BytesReadBloomFilters", c.FilterBytes},
		{"BytesReadTimestamps", c.TimeBytes},
		{"BytesReadValues", c.ValueBytes},
		{"BytesReadTotal", c.TotalBytes},
		{"BlocksProcessed", int64(c.Blocks)},
		{"RowsProcessed", c.RowsScanned},
		{"RowsFound", c.RowsMatched},
		{"QueryDurationNsecs", int64(c.Duration)},
	} {
		row.Columns = append(row.Columns, logsql.ConstColumn(f.name, strconv.FormatInt(f.value, 10)))
	}
	return flushInto(q.next, func(write func(*logsql.Batch) error) error { return write(row) })
}
