package logsql

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// scriptFolders hold the scripts: those of filters here, those of pipes where rows go through them.
var scriptFolders = []string{"testdata", "../store/logs/query/testdata"}

// scriptQueries returns the queries of all scripts that must find something, a line each: an error, or no row, would say
// little of what a word does.
func scriptQueries(t *testing.T) string {
	t.Helper()
	var queries strings.Builder
	for _, dir := range scriptFolders {
		files, err := filepath.Glob(dir + "/*.txt")
		if err != nil || len(files) == 0 {
			t.Fatalf("no scripts in %s: %v", dir, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			query := ""
			for line := range strings.Lines(string(text)) {
				if next, ok := strings.CutPrefix(line, "query "); ok {
					query = next
				}
				if foundRow.MatchString(line) && query != "" {
					queries.WriteString(query)
					query = ""
				}
			}
		}
	}
	return queries.String()
}

// foundRow is a line of a script that names a row which the query before it finds.
var foundRow = regexp.MustCompile(`^(?:\{|  match \w)`)

// A word of the language that no script shows at work is one that may do anything.
func TestEveryWordHasAScript(t *testing.T) {
	queries := scriptQueries(t)
	shown := func(kind, pattern string, words []string) {
		t.Helper()
		if len(words) == 0 {
			t.Errorf("no words of the kind %s", kind)
		}
		for _, w := range words {
			if !regexp.MustCompile(strings.ReplaceAll(pattern, "WORD", regexp.QuoteMeta(w))).MatchString(queries) {
				t.Errorf("no script shows the %s %q; add it to a file in %s", kind, w, strings.Join(scriptFolders, " or "))
			}
		}
	}
	shown("filter function", `(?:^|[^\w])WORD *[(\[]`, functionNames())
	shown("pipe", `(?m)\| *WORD\b`, slices.Sorted(maps.Keys(pipeParsers)))
	shown("statistics function", `[|,) ] *WORD\(`, statsNames())
	shown("condition of a statistics function", `\bWORD\([^|]*\) if \(`, []string{"count", "sum", "row_max"})
	shown("math function", `(?:math|eval) [^|]*\bWORD\(`, mathNames())
	shown("math operator", `(?:math|eval) [^|]*[\w)] WORD [\w(]`, slices.Concat(mathLevels...))
	shown("format", `format [^|]*<WORD:`, formatModes)
	shown("type of value", `value_type\(WORD\)`, valueTypes())
	shown("option", `options\([^)]*WORD=`, optionNames)
	shown("running statistics", `running_stats [^|]*\bWORD\(`, runningFunctions)
}
