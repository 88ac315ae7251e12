package api

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
)

// Cells must come back as they are through a CSV reader, but for those that a spreadsheet would run.
func TestCSV(t *testing.T) {
	for cell, want := range map[string]string{
		"plain":             "plain",
		"":                  "",
		`say "hi", now`:     `say "hi", now`,
		"two\nlines":        "two\nlines",
		"한국어":               "한국어",
		"=1+1":              "'=1+1",
		"+82-2":             "'+82-2",
		"-rf":               "'-rf",
		"@SUM(A1)":          "'@SUM(A1)",
		"\tx":               "'\tx",
		`=HYPERLINK("x"),y`: `'=HYPERLINK("x"),y`,
	} {
		for _, n := range []int{1, 3} {
			text := appendCSV(nil, n, func(int) string { return cell })
			got, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
			if err != nil || len(got) != 1 || len(got[0]) != n || got[0][n-1] != want || !strings.HasSuffix(string(text), "\r\n") {
				t.Errorf("%q was written as %q, read back as %q: %v", cell, text, got, err)
			}
		}
	}
}

func TestResultColumns(t *testing.T) {
	for query, want := range map[string]string{
		"* | stats by (host, _time:1h) count() n | sort by (n desc) | limit 5": "host _time n",
		"* | extract \"a=<a>\" | fields a, _msg":                               "a _msg",
		"* | fields a*":                                                        "",
		"* | unpack_json":                                                      "",
		"error":                                                                "",
	} {
		q, err := logsql.Parse(query, logsql.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, strings.Join(resultColumns(q), " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}
