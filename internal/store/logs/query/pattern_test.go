package query

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
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
			if i%3 == 0 {
				r.Msg = []string{"\x1b[32mINFO\x1b[0m ", "\x1b[1;31m", "\x1b[90m7 ", "\x1b["}[i/3%4] + r.Msg
			}
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

// Rows of one template whose values look different may have different patterns: each sealed row has the one that its
// line alone tells, in every way in which a query can ask.
func TestPatternsOfEachSealedRow(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	forms := []string{
		"trace %x took %d ms", "%06d 203615 %d INFO a.b.C: text of it", "%s 10:00:00 host app[%d]: message %x", "%d.%d.%d released as v%s",
		"Dec %s again", "HTTP/1.%d answer %s", "at %x:%02x:%02x:%02x:%02x:%02x up", "%s up +%s then 5 KB",
	}
	value := func(verb byte) any {
		switch verb {
		case 'd':
			return random.IntN(1 << random.IntN(40))
		case 'x':
			return random.IntN(1 << (4 + 4*random.IntN(8)))
		}
		return []string{"12", "1a2b", "a1b2", "E1121", "Dec10", "5", "20T10", "123456ab", "x9"}[random.IntN(9)]
	}
	s, w := openWriter(t)
	var lines []string
	for i := range 5000 {
		form := forms[random.IntN(len(forms))]
		var values []any
		for k := strings.IndexByte(form, '%'); k >= 0; {
			verb := strings.TrimLeft(form[k+1:], "0123456789")
			values = append(values, value(verb[0]))
			next := strings.IndexByte(verb, '%')
			if next < 0 {
				break
			}
			k = len(form) - len(verb) + next
		}
		lines = append(lines, fmt.Sprintf(form, values...))
		w.Append(int64(i), &model.Record{Time: 1e18 + int64(i), Observed: 1e18, Msg: lines[i]})
	}
	w.Publish()
	if _, err := w.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	finder, wrong := testBook.Finder(), 0
	runQuery(t, s, "* | fields _msg, _pattern", func(b *logsql.Batch) {
		for i := range b.N {
			if want := finder.Find(b.Value(i, "_msg")).String(); b.Value(i, "_pattern") != want {
				if wrong++; wrong == 1 {
					t.Errorf("%q has the pattern %s, its line tells %s", b.Value(i, "_msg"), b.Value(i, "_pattern"), want)
				}
			}
		}
	})
	if wrong > 0 {
		t.Errorf("%d of %d rows have another pattern than their lines", wrong, len(lines))
	}
	want, got := hitsOf(lines), map[string]string{}
	runQuery(t, s, "* | stats by (_pattern) count() n", func(b *logsql.Batch) {
		for i := range b.N {
			got[b.Value(i, "_pattern")] = b.Value(i, "n")
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts by pattern (-want +got)\n%s", diff)
	}
	if len(want) < 2*len(forms) {
		t.Errorf("only %d patterns: the test tests little", len(want))
	}
	for id, n := range want {
		runQuery(t, s, "_pattern:"+strconv.Quote(id)+" | count() n", func(b *logsql.Batch) {
			if got := b.Value(0, "n"); got != n {
				t.Errorf("_pattern:%s finds %s rows, want %s", id, got, n)
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
