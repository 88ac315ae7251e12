package facts

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// The answers to all queries are those of VictoriaLogs, but for what differences.txt names: there each query has our
// answer, under a remark that is a sentence of docs/logsql.md. The rows are asked for while they are in memory, and
// again when they are in segments.
func TestAnswersAreThoseRecorded(t *testing.T) {
	s := server.Start(t)
	if err := Insert(s.URL("")); err != nil {
		t.Fatal(err)
	}
	// A row that is acknowledged is found within a second, not at once.
	s.WaitFor(t, "_time:<="+End.Format(time.RFC3339)+" | fields _time", rowCount)
	recorded, allowed := load(t, "queries"), differences(t)
	t.Run("in memory", func(t *testing.T) { compare(t, s.URL(""), recorded, allowed) })
	s.Stop(t)
	s.Run(t)
	t.Run("in segments", func(t *testing.T) { compare(t, s.URL(""), recorded, allowed) })
}

func load(t *testing.T, dir string) []Fact {
	t.Helper()
	facts, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// differences returns our answers to the queries that are answered differently on purpose.
func differences(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(server.Root(), "docs", "logsql.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, listed, _ := strings.Cut(string(page), "\n## What differs\n")
	listed = strings.Join(strings.Fields(listed), " ")
	of := map[string][]string{}
	for _, f := range parse(string(text)) {
		if f.Remark == "" || !strings.Contains(listed, f.Remark) {
			t.Errorf("differences.txt:%d: docs/logsql.md does not list %q under What differs", f.Line, f.Remark)
		}
		of[f.Query] = f.Answer
	}
	return of
}

func compare(t *testing.T, base string, recorded []Fact, allowed map[string][]string) {
	known := 0
	for _, f := range recorded {
		got, err := Ask(base, f.Query)
		if err != nil {
			got = []string{"! refused"}
		}
		ours, differs := allowed[f.Query]
		if differs {
			known++
		} else {
			ours = f.Answer
		}
		switch {
		case differs && slices.Equal(got, f.Answer):
			t.Errorf("%s:%d: %s\ndiffers no more: take it out of differences.txt", f.File, f.Line, f.Query)
		case !slices.Equal(got, ours):
			t.Errorf("%s:%d: %s\ngot\n  %s\nwant\n  %s\n%v", f.File, f.Line, f.Query, strings.Join(got, "\n  "), strings.Join(ours, "\n  "), err)
		}
	}
	if known != len(allowed) {
		t.Errorf("differences.txt names %d queries, %d of them are in the files", len(allowed), known)
	}
}
