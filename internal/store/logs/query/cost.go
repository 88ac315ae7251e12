package query

import (
	"slices"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
)

// asksCost reports whether a pipe of the query tells what it cost.
func asksCost(q *logsql.Query) bool {
	return slices.ContainsFunc(q.Pipes, func(p logsql.Pipe) bool {
		_, ok := p.(*logsql.PipeQueryStats)
		return ok
	})
}

// cost sums up what a search and the queries within its query cost.
func (r *runner) cost(stats *logs.Stats, trace *logs.Trace, took time.Duration) pipe.Cost {
	c := pipe.Cost{
		TotalBytes: stats.BytesRead + r.stats.BytesRead, Blocks: stats.BlocksTotal + r.stats.BlocksTotal,
		RowsScanned: stats.RowsScanned + r.stats.RowsScanned, RowsMatched: stats.RowsMatched, Duration: took,
	}
	var explained model.Explain
	trace.Explain(&explained)
	for _, read := range explained.Reads {
		switch read.Column {
		case "token_filter":
			c.FilterBytes += read.Bytes
		case "times":
			c.TimeBytes += read.Bytes
		default:
			c.ValueBytes += read.Bytes
		}
	}
	return c
}
