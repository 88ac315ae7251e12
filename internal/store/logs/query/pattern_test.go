package query

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/analysis/pattern"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// testBook is the book of patterns of all tests.
var testBook = func() *pattern.Book {
	b, err := pattern.Open(context.Background(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	return b
}()

// patternField returns a field of a row as a store has it, those of its pattern too.
func patternField(r row, name string) string {
	switch name {
	case model.FieldPattern:
		return testBook.Finder().Find(r[model.FieldMsg]).String()
	case model.FieldPatternLine:
		return r[model.FieldMsg]
	}
	return r[name]
}

// Sealed rows answer _pattern by template, open ones by line: both must find what a line alone tells.
func TestPatternsOfSealedAndOpenRowsAreEqual(t *testing.T) {
	const rows = 6000
	for _, sealed := range []bool{true, false} {
		s, w := openWriter(t)
		source := logmix.New(7, 1e9)
		var r model.Record
		var lines []string
		for i := range rows {
			source.Next(&r)
			w.Append(int64(i), &r)
			lines = append(lines, strings.Clone(r.Msg))
		}
		w.Publish()
		if sealed {
			if _, err := w.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		runQuery(t, s, "* | patterns", func(*logsql.Batch) {}) // learns
		want := hitsOf(lines)
		got, most := map[string]string{}, ""
		runQuery(t, s, "* | stats by (_pattern) count() n | sort by (n)", func(b *logsql.Batch) {
			for i := range b.N {
				most = b.Value(i, "_pattern")
				got[most] = b.Value(i, "n")
			}
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sealed %v: (-want +got)\n%s", sealed, diff)
		}
		for _, query := range []string{"_pattern:" + strconv.Quote(most) + " | count() n", "* | patterns limit 1 | fields hits | rename hits as n"} {
			runQuery(t, s, query, func(b *logsql.Batch) {
				if n := b.Value(0, "n"); n != want[most] {
					t.Errorf("sealed %v: %s: %s rows, want %s", sealed, query, n, want[most])
				}
			})
		}
		runQuery(t, s, "* | patterns | filter !example:* | count() n", func(b *logsql.Batch) {
			if n := b.Value(0, "n"); n != "0" {
				t.Errorf("sealed %v: %s patterns have no example", sealed, n)
			}
		})
	}
}

// hitsOf returns how many of the lines have each pattern, by id.
func hitsOf(lines []string) map[string]string {
	count, f := map[string]int{}, testBook.Finder()
	for _, line := range lines {
		count[f.Find(line).String()]++
	}
	hits := map[string]string{}
	for id, n := range count {
		hits[id] = strconv.Itoa(n)
	}
	return hits
}

// openWriter returns a store with the writer of its only partition.
func openWriter(t *testing.T) (*logs.Store, *logs.Writer) {
	t.Helper()
	s, err := logs.Open(logs.Options{Dir: t.TempDir(), Meta: &memoryMeta{}, Queue: "q", Memory: 64 << 20, Patterns: testBook})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w, err := s.Writer(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return s, w
}

// What a deletion removes is what the same filter finds: one that knew no patterns took the rows of all for those of none.
func TestDeletionKnowsPatterns(t *testing.T) {
	s, w := openWriter(t)
	for i := range 100 {
		w.Append(int64(i), &model.Record{Time: 1e18, Observed: 1e18, Msg: []string{"took 5 ms", "the disk is full"}[i%2]})
	}
	if _, err := w.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	q, err := logsql.Parse(`!_pattern:="`+testBook.Finder().Find("took 5 ms").String()+`"`, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatal(err)
	}
	d := &logs.Deletion{ID: "d", Queue: "q", Below: map[int]int64{0: 100}, Search: Select(q, Options{Scope: model.Everything, Max: 1<<63 - 1})}
	if _, err := s.Delete(t.Context(), d, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	left := 0
	runQuery(t, s, `"took 5 ms"`, func(b *logsql.Batch) { left += b.N })
	if left != 50 {
		t.Errorf("%d rows of the pattern are left, want 50", left)
	}
}

func runQuery(t *testing.T, s Searcher, query string, each func(*logsql.Batch)) {
	t.Helper()
	q, err := logsql.Parse(query, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatal(err)
	}
	asked := false
	_, err = Run(t.Context(), s, q, Options{Scope: model.Everything, Workers: 2, Patterns: testBook}, func(b *logsql.Batch) error {
		asked = true
		each(b)
		return nil
	})
	if err != nil || !asked {
		t.Fatalf("%s: no rows: %v", query, err)
	}
}
