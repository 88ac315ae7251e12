package logsql

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// FuzzParse holds that no text makes the parser panic, that errors say where within the text they are, and
// that what String writes is read back as the same query.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if query, ok := strings.CutPrefix(line, "query "); ok {
				f.Add(query)
			}
		}
	}
	for _, query := range pipeQueries {
		f.Add("* | " + query)
	}
	f.Fuzz(func(t *testing.T, text string) {
		opts := Options{Now: scriptNow}
		q, err := Parse(text, opts)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%q: error is no SyntaxError: %v", text, err)
			}
			if syntax.Pos < 0 || syntax.End < syntax.Pos || syntax.End > len(text) {
				t.Fatalf("%q: error at %d-%d is outside: %v", text, syntax.Pos, syntax.End, err)
			}
			return
		}
		written := q.String()
		again, err := Parse(written, opts)
		if err != nil {
			t.Fatalf("%q: writes %q, which fails: %v", text, written, err)
		}
		if rewritten := again.String(); rewritten != written {
			t.Fatalf("%q: writes %q, then %q", text, written, rewritten)
		}
		row := scriptRow{fields: map[string]string{"_msg": text, "a": text, "_time": "2026-11-21T11:59:59Z"}}
		if q.Filter.Match(row) != again.Filter.Match(row) {
			t.Fatalf("%q: writes %q, which matches differently", text, written)
		}
	})
}

// FuzzMatchers holds that a value that a matcher accepts contains the words that the matcher promises: a
// store that prunes by them would lose rows otherwise.
func FuzzMatchers(f *testing.F) {
	f.Add(`"cannot open"`, "cannot open it")
	f.Add(`~"^GET /(\\w+) HTTP"`, "GET /x HTTP/1.1")
	f.Add(`~"(a b)+c| d e "`, "a bc d e ")
	f.Add(`=GET*`, "GET /")
	f.Add(`seq(a, "b c")`, "a b c")
	f.Add(`in(a, "a b")`, "a b")
	f.Fuzz(func(t *testing.T, query, value string) {
		q, err := Parse("_msg:"+query, Options{})
		if err != nil {
			return
		}
		ff, ok := q.Filter.(*FieldFilter)
		if !ok || !ff.Matcher.Match(value) {
			return
		}
		have := map[string]bool{}
		Tokenize(value, func(w string) { have[w] = true })
		for _, w := range ff.Matcher.Words() {
			if !have[w] {
				t.Fatalf("%q matches %q, which lacks the promised word %q", query, value, w)
			}
		}
		if b, ok := ff.Matcher.(Bounded); ok {
			lo, hi := b.Bounds()
			if n, ok := ParseNumber(value); !ok || n < lo || n > hi || math.IsNaN(n) {
				t.Fatalf("%q matches %q, which is outside its bounds %v..%v", query, value, lo, hi)
			}
		}
	})
}

// FuzzRegexp holds that the short cuts around the regexp machine change nothing: a text that is looked for
// first must be in every match.
func FuzzRegexp(f *testing.F) {
	f.Add("GET|POST", "POST /", false)
	f.Add("^a(b|c)+ d", "abc d", false)
	f.Add("(a b )+c", "a b a b c", true)
	f.Add("a.*b", "a\nb", true)
	f.Add("(?i)K", "\u212a", false)
	f.Fuzz(func(t *testing.T, expression, value string, whole bool) {
		if whole && strings.Contains(expression, `\Q`) {
			return // what is wrapped below would be quoted
		}
		match, words, err := compileRegexp(expression, whole)
		plain, plainErr := regexp.Compile("(?s)" + expression)
		if whole && plainErr == nil {
			plain, plainErr = regexp.Compile("(?s)^(?:" + expression + ")$")
		}
		if (err == nil) != (plainErr == nil) {
			t.Fatalf("%q: error %v, regexp says %v", expression, err, plainErr)
		}
		if err != nil {
			return
		}
		got := match(value)
		if want := plain.MatchString(value); got != want {
			t.Fatalf("%q on %q: %v, regexp says %v", expression, value, got, want)
		}
		if !got {
			return
		}
		have := map[string]bool{}
		Tokenize(value, func(w string) { have[w] = true })
		for _, w := range words {
			if !have[w] {
				t.Fatalf("%q matches %q, which lacks the promised word %q", expression, value, w)
			}
		}
	})
}
