package query

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

// The scripts in testdata read as documentation of the pipes:
//
//	rows                     the records, one JSON object a line; field names that begin with "@" are stream fields
//	{"_time":"2026-11-21T10:00:00Z","_msg":"a","@host":"web-1"}
//
//	stored                   the file asks how the store keeps rows, which the naive one does not
//
//	query * | limit 1        a query; "any" before the rows says that their order does not matter
//	{"_msg":"a"}             the rows that it answers with; "none" when there are none
//	error the message        or the error
type scriptCase struct {
	at     string
	query  string
	any    bool
	want   []row
	failed string
}

var scriptNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixNano()

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	for _, file := range files {
		rows, cases, stored := readScript(t, file)
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		for _, l := range layouts {
			if stored {
				break
			}
			t.Run(name+"/"+l.name, func(t *testing.T) {
				for _, c := range cases {
					c.run(t, &naive{rows: rows, layout: l}, l.workers)
				}
			})
		}
		t.Run(name+"/store", func(t *testing.T) {
			s := openStore(t, rows)
			for _, c := range cases {
				c.run(t, s, 2)
			}
		})
	}
}

func readScript(t *testing.T, file string) (rows []row, cases []scriptCase, stored bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		last := len(cases) - 1
		switch {
		case line == "" || word == "#" || word == "rows" || word == "none":
		case word == "stored":
			stored = true
		case word == "query":
			cases = append(cases, scriptCase{at: fmt.Sprintf("%s:%d", file, i+1), query: rest})
		case word == "any":
			cases[last].any = true
		case word == "error":
			cases[last].failed = rest
		case line[0] == '{':
			r := readRow(t, line)
			if last < 0 {
				rows = append(rows, r)
			} else {
				cases[last].want = append(cases[last].want, r)
			}
		default:
			t.Fatalf("%s:%d: unknown line %q", file, i+1, line)
		}
	}
	return rows, cases, stored
}

// readRow reads a record and gives it the _stream that its stream fields make, and an id of it.
func readRow(t *testing.T, line string) row {
	var sent map[string]string
	if err := json.Unmarshal([]byte(line), &sent); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	r := row{}
	var stream []model.Field
	for name, v := range sent {
		if label, ok := strings.CutPrefix(name, "@"); ok {
			stream = append(stream, model.Field{Name: label, Value: v})
			name = label
		}
		r[name] = v
	}
	if len(stream) > 0 {
		var parts []string
		for _, f := range model.SortStream(stream) {
			parts = append(parts, fmt.Sprintf("%s=%q", f.Name, f.Value))
		}
		r["_stream"] = "{" + strings.Join(parts, ",") + "}"
		r["_stream_id"] = "id of " + r["_stream"]
	}
	return r
}

func (c *scriptCase) run(t *testing.T, s Searcher, workers int) {
	t.Helper()
	q, err := logsql.Parse(c.query, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Errorf("%s: %s: %v", c.at, c.query, err)
		return
	}
	opts := Options{Scope: model.Everything, Workers: workers, Limits: Limits{MaxMemory: 64 << 20}, Patterns: testBook}
	var got []row
	_, err = Run(context.Background(), s, q, opts, func(b *logsql.Batch) error {
		got = append(got, rowsOf(t, b)...)
		return nil
	})
	if c.failed != "" {
		if err == nil || err.Error() != c.failed {
			t.Errorf("%s: %s: error %v, want %s", c.at, c.query, err, c.failed)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %s: %v", c.at, c.query, err)
		return
	}
	for _, r := range got {
		hideReserved(r, c.want)
	}
	want := slices.Clone(c.want)
	if c.any {
		sortRows(got)
		sortRows(want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s: (-want +got)\n%s", c.at, c.query, diff)
	}
}

// rowsOf reads the rows of a batch as their JSON has them, and spoils the batch.
func rowsOf(t *testing.T, b *logsql.Batch) []row {
	t.Helper()
	var out []row
	for i := range b.N {
		var r row
		if err := json.Unmarshal(b.AppendJSON(nil, i), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// hideReserved takes out the fields that the store gives to every row, unless a row that is wanted has them.
func hideReserved(r row, want []row) {
	for name := range r {
		if model.ReservedName(name) && name != model.FieldMsg &&
			!slices.ContainsFunc(want, func(w row) bool { return w[name] != "" }) {
			delete(r, name)
		}
	}
}

func sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// openStore returns a log store that holds rows, a part of them in a segment and a part in memory.
func openStore(t *testing.T, rows []row) Searcher {
	t.Helper()
	s, err := logs.Open(logs.Options{Dir: t.TempDir(), Meta: &memoryMeta{}, Queue: "q", Memory: 16 << 20, Patterns: testBook, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w, err := s.Writer(context.Background(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		rec := record(r)
		w.Append(int64(i), &rec)
		if i == len(rows)/2 {
			w.Publish()
			if _, err := w.Checkpoint(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Publish()
	t.Cleanup(w.Close)
	return s
}

func record(r row) model.Record {
	rec := model.Record{Time: r.Time(), Observed: scriptNow, Msg: r["_msg"], Dataset: r["_dataset"], Input: "test", Format: r["_format"]}
	rec.Severity = model.ParseSeverity(r["_severity"])
	for name, v := range r {
		switch {
		case model.ReservedName(name):
		case logsql.StreamValue(r["_stream"], name) != "":
			rec.Stream = append(rec.Stream, model.Field{Name: name, Value: v})
		default:
			rec.Fields = append(rec.Fields, model.Field{Name: name, Value: v})
		}
	}
	rec.Stream = model.SortStream(rec.Stream)
	return rec
}
