package pipe

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/logsql"
)

// Stored reports whether a pipe asks for the blocks that hold the rows, one batch for each, and not for the rows.
func Stored(p logsql.Pipe) bool {
	switch p.(type) {
	case *logsql.PipeBlockStats, *logsql.PipeBlocksCount:
		return true
	}
	return false
}

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
