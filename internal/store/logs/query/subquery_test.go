package query

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
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

// Pipes that make rows of their own must end when their query does, even where nothing is shown before all is counted.
func TestRowsMadeByPipesEndWithTheQuery(t *testing.T) {
	rows := manyRows(2000)
	for _, text := range []string{
		"* | generate_sequence 1000000000000 | count()",
		"* | format x as same | join by (same) (* | format x as same | fields same) | union (* | generate_sequence 1000000000000) | count()",
	} {
		_, err := Run(context.Background(), &naive{rows: rows, layout: layouts[0]}, parse(t, text),
			Options{Scope: model.Everything, Limits: Limits{MaxDuration: 50 * time.Millisecond}}, discard)
		var limit *model.LimitError
		if !errors.As(err, &limit) || limit.Code != "query.too_long" {
			t.Errorf("%s: error %v, want that of the time", text, err)
		}
	}
}

// A tail takes pipes that pass rows on one by one, however many come of one, and names the first that does not.
func TestTailTakesPipesOfSingleRows(t *testing.T) {
	for text, bad := range map[string]string{
		"* | unroll (a) | sample 2 | drop_empty_fields | hash(a) as b | pack_json | collapse_nums | time_add 1h | unpack_syslog": "",
		"* | stream_context after 1": "stream_context",
		"* | join by (a) (b)":        "join",
		"* | union (b)":              "union",
		"* | total_stats count()":    "total_stats",
		"* | running_stats count()":  "running_stats",
		"* | generate_sequence 3":    "generate_sequence",
		"* | sort | limit 3":         "sort",
	} {
		err := CheckTail(parse(t, text))
		var syntax *logsql.SyntaxError
		switch {
		case bad == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case bad != "" && (!errors.As(err, &syntax) || syntax.Params["got"] != bad):
			t.Errorf("%s: error %v, want one at %s", text, err, bad)
		}
	}
}

// The values of a query within a filter are those of the moment when a tail begins.
func TestTailAsksQueriesOnce(t *testing.T) {
	c := &chunks{rows: manyRows(1)}
	q := parse(t, "message").AndFilter(&logsql.Subquery{Field: "user", Function: "in", Query: parse(t, "admin | fields user"), From: "user"})
	if err := Tail(context.Background(), c, q, model.Everything, logs.Cursor{}, nil, func(logs.TailChunk) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if c.calls != 1 || c.req.Filter.String() != "!*" {
		t.Errorf("asked %d times, then followed %s; want one answer without values, which nothing matches", c.calls, c.req.Filter)
	}
}
