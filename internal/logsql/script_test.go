package logsql

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The scripts in testdata read as documentation of the filters:
//
//	row a {"_msg":"an error"}     names a row; "rows:" forgets those before it
//	query error                   a query against the rows
//	  match a                     the rows that it selects, in order; "match" alone is none
//	  writes error                what String gives, where it is told
//	query error)
//	  error 5-6 ")" closes nothing
//	  fix x
var scriptNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixNano()

// scriptRow is a record of a script; _time is RFC 3339 and _stream names its fields.
type scriptRow struct {
	name   string
	fields map[string]string
}

func (r scriptRow) Value(field string) string { return r.fields[field] }

func (r scriptRow) Time() int64 {
	ns, _ := ParseTimeText(r.fields["_time"])
	return ns
}

func (r scriptRow) StreamField(name string) string {
	if !strings.Contains(r.fields["_stream"], name+`="`) {
		return ""
	}
	return r.fields[name]
}

func (r scriptRow) Each(prefix string, visit func(string) bool) {
	for name, v := range r.fields {
		if strings.HasPrefix(name, prefix) && (name == "_msg" || !strings.HasPrefix(name, "_")) && !visit(v) {
			return
		}
	}
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			runScript(t, file, string(text))
		})
	}
}

func runScript(t *testing.T, file, text string) {
	var rows []scriptRow
	var query string
	var got *Query
	var syntax *SyntaxError
	checked := true
	for i, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", file, i+1)
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "", "#":
			continue
		case "rows:":
			rows = nil
			continue
		case "row":
			name, object, _ := strings.Cut(rest, " ")
			r := scriptRow{name: name}
			if err := json.Unmarshal([]byte(object), &r.fields); err != nil {
				t.Fatalf("%s: %v", at, err)
			}
			rows = append(rows, r)
			continue
		case "query":
			if !checked {
				t.Errorf("%s: the query before it expects nothing", at)
			}
			query, checked, syntax = rest, false, nil
			var err error
			got, err = Parse(query, Options{Now: scriptNow})
			if err != nil && !errors.As(err, &syntax) {
				t.Fatalf("%s: error is no SyntaxError: %v", at, err)
			}
			continue
		}
		checked = true
		if (syntax != nil) != (word == "error" || word == "fix") {
			t.Errorf("%s: %s: error %+v", at, query, syntax)
			continue
		}
		switch word {
		case "match":
			var names []string
			for _, r := range rows {
				if got.Filter.Match(r) {
					names = append(names, r.name)
				}
			}
			if have := strings.Join(names, " "); have != rest {
				t.Errorf("%s: %s: selects %q, want %q", at, query, have, rest)
			}
			again, err := Parse(got.String(), Options{Now: scriptNow})
			if err != nil {
				t.Errorf("%s: %s: writes %s, which fails: %v", at, query, got, err)
				continue
			}
			for _, r := range rows {
				if again.Filter.Match(r) != got.Filter.Match(r) {
					t.Errorf("%s: %s: writes %s, which differs on row %s", at, query, got, r.name)
				}
			}
		case "writes":
			if have := got.String(); have != rest {
				t.Errorf("%s: %s: writes %s, want %s", at, query, have, rest)
			}
		case "error":
			if have := fmt.Sprintf("%d-%d %s", syntax.Pos, syntax.End, syntax.Message); have != rest {
				t.Errorf("%s: %s: error %s, want %s", at, query, have, rest)
			}
		case "fix":
			if syntax.Fix != rest {
				t.Errorf("%s: %s: fix %q, want %q", at, query, syntax.Fix, rest)
			}
		default:
			t.Fatalf("%s: unknown line %q", at, line)
		}
	}
}
