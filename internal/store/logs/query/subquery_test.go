package query

import (
	"context"
	"errors"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// A filter that asks another query is answered before its own query searches, with what that query may see.
func TestSubqueryInFilter(t *testing.T) {
	rows := []row{
		{"_time": "2026-11-21T10:00:00Z", "_msg": "admin", "user": "alice"},
		{"_time": "2026-11-21T10:01:00Z", "_msg": "admin", "user": "bob"},
		{"_time": "2026-11-21T10:02:00Z", "_msg": "login", "user": "alice"},
		{"_time": "2026-11-21T10:03:00Z", "_msg": "login", "user": "carol"},
	}
	ask := &logsql.Subquery{Field: "user", Function: "in", Query: parse(t, "admin | fields user"), From: "user"}
	for _, q := range []*logsql.Query{
		parse(t, "login | count() n").AndFilter(ask),
		parse(t, "login").With(&logsql.PipeFilter{Filter: ask}, parse(t, "* | count() n").Pipes[0]),
		parse(t, "login").With(&logsql.PipeStats{Funcs: []logsql.StatsFunc{{Name: "count", As: "n", Filter: ask}}}),
	} {
		got := ""
		stats, err := Run(context.Background(), &naive{rows: rows, layout: layouts[1]}, q, Options{Scope: model.Everything}, func(b *logsql.Batch) error {
			got += b.Value(0, "n")
			return nil
		})
		if err != nil || got != "1" || stats.RowsScanned != 8 {
			t.Errorf("%s: %q of %d rows, error %v; want 1 of 8", q, got, stats.RowsScanned, err)
		}
	}
}

// Queries within a query may not hold more memory than one query.
func TestQueriesWithinShareTheMemory(t *testing.T) {
	rows := manyRows(3000)
	for _, text := range []string{
		"* | join by (k) (*)",
		"nothing | union (* | sort by (k))",
	} {
		_, err := Run(context.Background(), &naive{rows: rows, layout: layouts[0]}, parse(t, text),
			Options{Scope: model.Everything, Limits: Limits{MaxMemory: 100 << 10}}, discard)
		var limit *model.LimitError
		if !errors.As(err, &limit) || limit.Code != "query.too_much_memory" {
			t.Errorf("%s: error %v, want that of the memory", text, err)
		}
	}
}
