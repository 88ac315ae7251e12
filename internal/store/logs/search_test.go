package logs

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// naiveRow answers as docs/fields.md says, without any of the store's code.
type naiveRow struct {
	r      model.Record
	id     string
	stream *block.Stream
}

func (n *naiveRow) Time() int64                    { return n.r.Time }
func (n *naiveRow) StreamField(name string) string { return lookup(n.r.Stream, name) }

func lookup(fields []model.Field, name string) string {
	for _, f := range slices.Backward(fields) {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func (n *naiveRow) Value(name string) string {
	switch name {
	case "_time":
		return logsql.TimeText(n.r.Time)
	case "_observed":
		return logsql.TimeText(n.r.Observed)
	case "_msg":
		return n.r.Msg
	case "_severity":
		return n.r.Severity.String()
	case "_format":
		return n.r.Format
	case "_source":
		return n.r.Source()
	case "_dataset":
		return n.r.Dataset
	case "_record_id":
		return n.id
	case "_stream":
		return n.stream.Text()
	case "_stream_id":
		return n.stream.ID()
	}
	if v := lookup(n.r.Stream, name); v != "" {
		return v
	}
	if v := lookup(n.r.Fields, name); v != "" {
		return v
	}
	if p := testViews(n.r.Format); p != nil {
		for _, f := range p.Views(n.r.Msg, nil) {
			if f.Name == name && f.Value != "" {
				return f.Value
			}
		}
	}
	if other := alias(name); other != "" {
		return n.Value(other)
	}
	return ""
}

func (n *naiveRow) Each(prefix string, visit func(string) bool) {
	names := map[string]bool{"_msg": true}
	for _, f := range slices.Concat(n.r.Stream, n.r.Fields) {
		names[f.Name] = true
	}
	if p := testViews(n.r.Format); p != nil {
		for _, f := range p.Views(n.r.Msg, nil) {
			names[f.Name] = true
		}
	}
	for name := range names {
		if strings.HasPrefix(name, prefix) && (name == "_msg" || !model.ReservedName(name)) && !visit(n.Value(name)) {
			return
		}
	}
}

var shownFields = []string{
	"_time", "_msg", "_stream", "_severity", "_source", "_format", "_observed", "_dataset", "_record_id",
	"host.name", "host", "app_name", "level", "n", "code", "only.here", "k8s.pod",
}

func (n *naiveRow) json() string {
	b := logsql.Batch{N: 1, Times: []int64{n.r.Time}}
	for _, name := range shownFields[1:] {
		b.Columns = append(b.Columns, logsql.ConstColumn(name, n.Value(name)))
	}
	return string(b.AppendJSON(nil, 0))
}

// randomRecord makes records with all that makes reading hard: fields that are stream fields elsewhere, views,
// stored fields of the same name, missing and empty values, bytes that are no text, old and equal times.
func randomRecord(rnd *rand.Rand) model.Record {
	words := []string{"error", "timeout", "alpha", "beta", "한국", "x", "connection", "\xff\xfe", "id"}
	r := model.Record{
		Dataset: model.DatasetLogs, Time: logmix.Start + rnd.Int64N(3600)*1e9, Observed: logmix.Start + 4000e9 + rnd.Int64N(5),
		Severity: model.Severity(rnd.IntN(7)), Input: "files", Peer: []string{"", "/var/log/a", "10.0.0.1"}[rnd.IntN(3)],
	}
	if rnd.IntN(20) == 0 {
		r.Dataset = "events"
	}
	if rnd.IntN(20) == 0 {
		r.Time -= rnd.Int64N(1000) * dayNs
	}
	for range rnd.IntN(5) {
		r.Msg += words[rnd.IntN(len(words))] + []string{" ", "-", "_", ""}[rnd.IntN(4)]
	}
	if rnd.IntN(3) == 0 {
		r.Format = "pairs@1"
		r.Msg = fmt.Sprintf("n=%d code=%s %s", rnd.IntN(50), words[rnd.IntN(len(words))], r.Msg)
	}
	if rnd.IntN(10) > 0 {
		r.Stream = append(r.Stream, model.Field{Name: "host.name", Value: fmt.Sprintf("host-%d", rnd.IntN(9))})
	}
	if rnd.IntN(2) == 0 {
		r.Stream = append(r.Stream, model.Field{Name: "service.name", Value: []string{"a", "b"}[rnd.IntN(2)]})
	}
	for _, name := range []string{"level", "n", "code", "host", "host.name", "k8s.pod"} {
		if rnd.IntN(3) == 0 && lookup(r.Stream, name) == "" {
			r.Fields = append(r.Fields, model.Field{Name: name, Value: []string{"info", "error", "", fmt.Sprint(rnd.IntN(2000) - 1000)}[rnd.IntN(4)]})
		}
	}
	if rnd.IntN(500) == 0 {
		r.Fields = append(r.Fields, model.Field{Name: "only.here", Value: "rare needle"})
	}
	return r
}

var propertyQueries = []string{
	"*", "error", "alpha beta", `"connection timeout"`, "err*", "한국", "level:error", "level:=error", "level:error or error",
	"!error", "!level:error code:x", `host.name:host-1`, `host:"host-2"`, `app_name:a`, `{service.name="a"}`, `{service.name!="a"} error`,
	`{host.name=~"host-[12]"} or level:info`, "n:>100", "n:range(10,20]", "n:7", "code:error", `code:""`, "level:*", "only.here:needle",
	`_time:<2026-11-20T00:30:00Z`, `_severity:warn`, `_stream:"host-1"`, `~"al.*ta"`, `level:in(info,error) !n:*`, `_source:files`,
	`k8s.pod:~"^-?[0-9]+$"`, `(error or alpha) and not (beta or n:>0)`, `_dataset:logs x`, `_msg:""`, `missing.field:""`, `missing.field:x`,
	"*:error", `host.*:host-1`, "n*:>100", `k8s.*:""`, `!c*:x`, `*:~"^a" level*:in(info, error)`,
}

// Searches of open, encoded, stored and joined rows must agree with reading every row, whatever was pruned.
func TestSearchAgreesWithNaiveScan(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 7))
			f := newFixture(t, func(o *Options) {
				if seed%2 == 1 {
					o.Memory = minMemory // blocks are encoded by memory pressure
				}
			})
			writers := []*Writer{f.writer(t, 0, 1), f.writer(t, 1, 1)}
			var all []*naiveRow
			for i := range 3000 {
				r := randomRecord(rnd)
				p := rnd.IntN(2)
				w := writers[p]
				all = append(all, &naiveRow{
					r: r, stream: block.NewStream(r.Stream), id: fmt.Sprintf("%s-%s-%d-%d", queueID, r.Dataset, p, w.Offset()),
				})
				w.Append(w.Offset(), &r)
				switch {
				case rnd.IntN(150) == 0:
					checkpoint(t, w)
				case rnd.IntN(3000) == 0:
					w.sealAll()
				}
				if i == 2000 {
					for {
						if more, err := f.Join(t.Context()); err != nil {
							t.Fatal(err)
						} else if !more {
							break
						}
					}
				}
			}
			for _, w := range writers {
				w.Publish()
			}
			repeated := false
			for _, query := range propertyQueries {
				checkQuery(t, f.Store, query, all)
				repeated = checkRepeats(t, f.Store, query, all) || repeated
			}
			if !repeated {
				t.Error("no row stood for several")
			}
			checkNewest(t, f.Store, rnd, all)
		})
	}
}

func checkQuery(t *testing.T, s *Store, query string, all []*naiveRow) {
	t.Helper()
	flt := filter(t, query)
	var want []string
	for _, n := range all {
		if n.r.Dataset == model.DatasetLogs && flt.Match(n) {
			want = append(want, n.json())
		}
	}
	req := Search{Filter: flt, Fields: shownFields}
	got := rowsOf(t, s, req)
	slices.Sort(want)
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("query %s: rows differ (-want +got):\n%.3000s", query, diff)
	}
	if n := count(t, s, Search{Filter: flt}); n != len(want) {
		t.Errorf("query %s without fields: %d rows, want %d", query, n, len(want))
	}
}

// checkNewest compares the newest k rows, in order, with a sorted scan.
func checkNewest(t *testing.T, s *Store, rnd *rand.Rand, all []*naiveRow) {
	t.Helper()
	for _, query := range []string{"*", "error", "level:info", `{service.name="b"}`} {
		flt := filter(t, query)
		var matching []*naiveRow
		for _, n := range all {
			if n.r.Dataset == model.DatasetLogs && flt.Match(n) {
				matching = append(matching, n)
			}
		}
		slices.SortFunc(matching, func(a, b *naiveRow) int { return cmp.Compare(b.r.Time, a.r.Time) })
		limit := 1 + rnd.IntN(300)
		var want []string
		for _, n := range matching[:min(limit, len(matching))] {
			want = append(want, logsql.TimeText(n.r.Time))
		}
		var got []string
		for _, row := range rowsOf(t, s, Search{Filter: flt, Fields: []string{"_time"}, Newest: true, Limit: limit}) {
			got = append(got, strings.TrimSuffix(strings.TrimPrefix(row, `{"_time":"`), `"}`))
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("newest %d of %s (-want +got):\n%.2000s", limit, query, diff)
		}
	}
}

// A search for the newest rows that wants no field must look at rows all the same: which they are takes their times.
func TestNewestWithoutFields(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 10 {
		w.Append(int64(i), plainRecord(i, "row"))
	}
	w.Publish()
	if n := count(t, f.Store, Search{Newest: true, Limit: 3}); n != 3 {
		t.Errorf("%d rows in memory, want 3", n)
	}
	checkpoint(t, w)
	if n := count(t, f.Store, Search{Newest: true, Limit: 3}); n != 3 {
		t.Errorf("%d rows in a segment, want 3", n)
	}
}
