package query

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

func discard(*logsql.Batch) error { return nil }

func parse(t testing.TB, text string) *logsql.Query {
	t.Helper()
	q, err := logsql.Parse(text, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

// recorder is a store that remembers what was asked of it.
type recorder struct {
	req   logs.Search
	calls int
}

func (r *recorder) Search(_ context.Context, req logs.Search, _ logs.Emit) (logs.Stats, error) {
	r.req = req
	r.calls++
	return logs.Stats{}, nil
}

// What the store is asked decides how fast a query is: a count that reads columns, or a page of the newest rows
// that reads all of them, would still answer right.
func TestSearchAsksForNoMoreThanNeeded(t *testing.T) {
	for query, want := range map[string]string{
		"* | count()": "filter * fields []",
		"_time:2026-11-20Z _dataset:deadletter | count()": "filter * fields [] from 2026-11-20 in deadletter",
		"_time:2026-11-20Z | stats by (_time:1h) count()": "filter * fields [_time] from 2026-11-20",
		"error":                                                    "filter error fields [] all",
		"error | limit 5":                                          "filter error fields [] all newest 5",
		"error | sort by (_time desc) | limit 5":                   "filter error fields [_time] all newest 5",
		"error | sort by (_time desc) limit 5":                     "filter error fields [_time] all newest 5",
		"error | sort by (_time desc) offset 3 limit 5":            "filter error fields [_time] all newest 8",
		"error | sort by (_time desc) | offset 3 | limit 5":        "filter error fields [_time] all newest 8",
		"error | fields _time, a | sort by (_time desc) | limit 5": "filter error fields [_time a] newest 5",
		"error | fields a | limit 5":                               "filter error fields [a] newest 5",
		"error | limit 5 | fields a":                               "filter error fields [a] newest 5",
		"error | limit 5 | count()":                                "filter error fields []",
		"error | sort by (_time) | limit 5":                        "filter error fields [_time] all",
		"error | sort by (_time desc)":                             "filter error fields [_time] all",
		"error | copy a as _time | sort by (_time desc) | limit 5": "filter error fields [a] all",
		"error | stats by (a) count() | limit 5":                   "filter error fields [a]",
		"error | filter a:b | filter c:d | limit 5":                "filter error a:b c:d fields [] all newest 5",
		"error | limit 1000000":                                    "filter error fields [] all",
		"error | uniq by (a) | limit 5":                            "filter error fields [a]",
	} {
		r := &recorder{}
		if _, err := Run(context.Background(), r, parse(t, query), Options{Scope: model.Everything}, discard); err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got := fmt.Sprintf("filter %s fields %v", r.req.Filter, r.req.Fields)
		if r.req.All {
			got += " all"
		}
		if r.req.Newest {
			got += fmt.Sprintf(" newest %d", r.req.Limit)
		}
		if strings.Contains(query, "_time:2026") {
			got += " from " + logsql.TimeText(r.req.Min)[:len("2026-11-20")]
		}
		if r.req.Datasets[0] != model.DatasetLogs {
			got += " in " + strings.Join(r.req.Datasets, ",")
		}
		if got != want {
			t.Errorf("%s:\n asks %s\n want %s", query, got, want)
		}
	}
}

func TestTimesThatCannotMatchAskNothing(t *testing.T) {
	r := &recorder{}
	var rows []row
	opts := Options{Scope: model.Everything, Min: scriptNow - 10, Max: scriptNow}
	_, err := Run(context.Background(), r, parse(t, "_time:<2026-11-20 | count() n"), opts, func(b *logsql.Batch) error {
		rows = append(rows, rowsOf(t, b)...)
		return nil
	})
	if err != nil || r.calls != 0 {
		t.Errorf("error %v, %d searches, want none", err, r.calls)
	}
	if diff := cmp.Diff([]row{{"n": "0"}}, rows); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// manyRows are rows whose values all differ.
func manyRows(n int) []row {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{
			"_time": logsql.TimeText(scriptNow - int64(i)), "_msg": fmt.Sprintf("message number %d", i),
			"id": fmt.Sprintf("id-%d", i), "n": fmt.Sprint(i),
		}
	}
	return rows
}

// Every pipe that keeps rows, groups or values must stop at the bound and say how to narrow the query.
func TestMemoryIsBounded(t *testing.T) {
	s := &naive{rows: manyRows(5000), layout: layout{workers: 2, rows: 100}}
	for query, holder := range map[string]string{
		"* | stats by (id) count()":             "stats by id holds too many groups",
		"* | stats count_uniq(id)":              "stats holds too many groups",
		"* | stats count_uniq_hash(id)":         "stats holds too many groups",
		"* | stats values(id)":                  "stats holds too many groups",
		"* | stats uniq_values(id)":             "stats holds too many groups",
		"* | stats quantile(0.5, id)":           "stats holds too many groups",
		"* | stats by (_time:1ns) count()":      "stats by _time:1ns holds too many groups",
		"* | sort by (id)":                      "sort by id holds too many rows",
		"* | sort by (id) limit 4000":           "sort by id holds too many rows",
		"* | uniq by (id)":                      "uniq by id holds too many values",
		"* | uniq":                              "uniq holds too many rows",
		"* | top 5 by (id)":                     "top by id holds too many values",
		"* | field_values id":                   "field_values by id holds too many values",
		"* | facets max_values_per_field 10000": "facets holds too many values",
	} {
		opts := Options{Scope: model.Everything, Workers: 2, Limits: Limits{MaxMemory: 64 << 10}}
		_, err := Run(context.Background(), s, parse(t, query), opts, discard)
		var limit *model.LimitError
		if !errors.As(err, &limit) {
			t.Errorf("%s: error %v, want a LimitError", query, err)
			continue
		}
		if limit.Code != "query.too_much_memory" || !strings.Contains(limit.Bound, "64 KiB") ||
			!strings.HasPrefix(limit.Hint, holder) {
			t.Errorf("%s: error %q, want one that names %q, the bound and a way out", query, err, holder)
		}
	}
	for _, query := range []string{
		"* | count()", "* | stats by (_time:1d) count(), sum(n), max(n)", "* | sort by (n desc) limit 5",
		"* | top 5 by (none)", "* | fields n", "* | stats count_uniq(id) limit 5", "* | facets",
	} {
		opts := Options{Scope: model.Everything, Workers: 2, Limits: Limits{MaxMemory: 1 << 20}}
		_, err := Run(context.Background(), s, parse(t, query), opts, discard)
		if err != nil {
			t.Errorf("%s needs little memory, but: %v", query, err)
		}
	}
}

// blocked is a store that finds nothing until the search is cancelled.
type blocked struct{}

func (blocked) Search(ctx context.Context, _ logs.Search, _ logs.Emit) (logs.Stats, error) {
	<-ctx.Done()
	return logs.Stats{}, ctx.Err()
}

func TestTimeIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := Options{Scope: model.Everything, Limits: Limits{MaxDuration: 30 * time.Second}}
		_, err := Run(context.Background(), blocked{}, parse(t, "*"), opts, nil)
		var limit *model.LimitError
		if !errors.As(err, &limit) || limit.Code != "query.too_long" || !strings.Contains(limit.Bound, "30s") {
			t.Errorf("error %v, want query.too_long with the bound", err)
		}
	})
}

func TestCancelledQueryIsNoLimit(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	opts := Options{Scope: model.Everything, Limits: Limits{MaxDuration: time.Hour}}
	if _, err := Run(ctx, blocked{}, parse(t, "*"), opts, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestErrorOfTheReaderEndsTheQuery(t *testing.T) {
	gone := errors.New("the reader is gone")
	for _, query := range []string{"*", "* | sort by (n)", "* | stats by (id) count()", "* | limit 100"} {
		calls := 0
		s := &naive{rows: manyRows(5000), layout: layout{workers: 1, rows: 10}}
		_, err := Run(context.Background(), s, parse(t, query), Options{Scope: model.Everything, Workers: 1}, func(*logsql.Batch) error {
			calls++
			return gone
		})
		if !errors.Is(err, gone) || calls != 1 {
			t.Errorf("%s: error %v after %d calls, want the reader's after one", query, err, calls)
		}
	}
}

// A limit that is reached must end the search, not read the rest of the store.
func TestLimitEndsTheSearch(t *testing.T) {
	for _, query := range []string{"* | filter n:* | unpack_json | limit 10", "* | stats by (id) count() | limit 3"} {
		s := &naive{rows: manyRows(1000), layout: layout{workers: 1, rows: 10}}
		rows := 0
		stats, err := Run(context.Background(), s, parse(t, query), Options{Scope: model.Everything, Workers: 1}, func(b *logsql.Batch) error {
			rows += b.N
			return nil
		})
		if err != nil || int64(rows) != stats.RowsOut {
			t.Errorf("%s: error %v, %d rows, stats say %d", query, err, rows, stats.RowsOut)
		}
		if want := map[bool]int{true: 10, false: 3}[strings.Contains(query, "json")]; rows != want {
			t.Errorf("%s: %d rows, want %d", query, rows, want)
		}
	}
}

func TestFieldNamesListViews(t *testing.T) {
	s := &naive{layout: layouts[2], rows: []row{
		{"_time": "2026-11-21T10:00:00Z", "_msg": `level=warn user=alice n=1`, "_format": "logfmt@1"},
		{"_time": "2026-11-21T10:00:00Z", "_msg": `level=info user=bob n=2`, "_format": "logfmt@1", "n": "stored"},
		{"_time": "2026-11-21T10:00:00Z", "_msg": `level=info user=carol`},
	}}
	names := map[string]string{}
	_, err := Run(context.Background(), s, parse(t, "* | field_names"), Options{Scope: model.Everything, Workers: 2}, func(b *logsql.Batch) error {
		for _, r := range rowsOf(t, b) {
			names[r["name"]] = r["hits"]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"_time": "3", "_msg": "3", "_format": "2", "user": "2", "n": "2", "log.level": "2"}
	for name, hits := range want {
		if names[name] != hits {
			t.Errorf("%s has %s rows, want %s", name, names[name], hits)
		}
	}
}

// A pipe may name a view or an alias while all other fields are wanted too.
func TestPipesSeeViewsAndAliasesOfWholeRows(t *testing.T) {
	s := openStore(t, []row{
		{"_time": "2026-11-21T10:00:00Z", "_msg": "took=5 user=alice ok=1", "_format": "logfmt@1", "host.name": "b"},
		{"_time": "2026-11-21T10:00:01Z", "_msg": "took=30 user=bob ok=1", "_format": "logfmt@1", "host.name": "a"},
		{"_time": "2026-11-21T10:00:02Z", "_msg": "took=4 user=carol ok=1", "_format": "logfmt@1", "host.name": "c"},
	})
	for query, want := range map[string]string{
		"* | sort by (took desc)":                   "30 5 4",
		"* | sort by (host)":                        "30 5 4",
		"* | filter took:<10 | sort by (_time)":     "5 4",
		"* | copy user as who | filter who:bob":     "30",
		"* | limit 3 | filter host:c":               "4",
		"* | format '<user>' as u | filter u:alice": "5",
	} {
		var got []string
		_, err := Run(context.Background(), s, parse(t, query), Options{Scope: model.Everything, Workers: 2}, func(b *logsql.Batch) error {
			for i := range b.N {
				took, _, _ := strings.Cut(strings.TrimPrefix(b.Value(i, "_msg"), "took="), " ")
				got = append(got, took)
			}
			return nil
		})
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: error %v, rows %q, want %q", query, err, got, want)
		}
	}
}

// chunks is a tailer that hands on what it is given.
type chunks struct {
	recorder
	req  logs.Search
	rows []row
}

func (c *chunks) Tail(_ context.Context, req logs.Search, _ logs.Cursor, emit func(logs.TailChunk) error) error {
	c.req = req
	n := &naive{layout: layouts[1]}
	for i, r := range c.rows {
		if err := emit(logs.TailChunk{Rows: n.batch([]row{r}, &req), Skipped: int64(i)}); err != nil {
			return err
		}
	}
	return emit(logs.TailChunk{})
}

func TestTail(t *testing.T) {
	c := &chunks{rows: manyRows(3)}
	var got []row
	var skipped int64
	q := parse(t, `_time:5m message | extract "number <k>" | filter k:>0 | fields k`)
	err := Tail(context.Background(), c, q, model.Everything, logs.Cursor{}, nil, func(c logs.TailChunk) error {
		skipped += c.Skipped
		if c.Rows != nil {
			got = append(got, rowsOf(t, c.Rows)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]row{{"k": "1"}, {"k": "2"}}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if skipped != 3 {
		t.Errorf("%d rows skipped, want 3: a chunk without matching rows lost its count", skipped)
	}
	if got := c.req.Filter.String(); got != "message" {
		t.Errorf("the store filters by %q, want only \"message\": a relative time would end the tail", got)
	}
}

func TestTailRefusesPipesThatNeedAllRows(t *testing.T) {
	q := parse(t, "error | fields a | stats count()")
	err := CheckTail(q)
	var syntax *logsql.SyntaxError
	if !errors.As(err, &syntax) || syntax.Pos != 19 || syntax.End != 32 || !strings.Contains(err.Error(), `"stats"`) {
		t.Errorf("error %+v, want one at stats", err)
	}
}

// Rows that a limit lets go of are no longer counted as memory of the query.
func TestLimitedRowsHoldLittle(t *testing.T) {
	s, w := openWriter(t)
	for i := range 40_000 {
		w.Append(int64(i), &model.Record{Time: 1e18 + int64(i), Observed: 1e18, Msg: "row " + strings.Repeat("x", i%50)})
	}
	if _, err := w.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"* | stats json_values(_msg) sort by (_msg) limit 1 as x", "* | stats row_max(_time, _msg) as x"} {
		q, err := logsql.Parse(text, logsql.Options{Now: scriptNow})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Run(t.Context(), s, q, Options{Scope: model.Everything, Workers: 1, Limits: Limits{MaxMemory: 1 << 20}}, func(*logsql.Batch) error { return nil }); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
