package pipe

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

func TestAppendPairs(t *testing.T) {
	for text, want := range map[string][]model.Field{
		"a=1 b=2":                  {{Name: "a", Value: "1"}, {Name: "b", Value: "2"}},
		`a="x \"y\" z" b=`:         {{Name: "a", Value: `x "y" z`}, {Name: "b"}},
		"word a=1 = =x \"q\" b==c": {{Name: "a", Value: "1"}, {Name: "b", Value: "=c"}},
		`a="open b=2`:              {{Name: "a", Value: `"open`}, {Name: "b", Value: "2"}},
		"":                         nil,
		" \t\n":                    nil,
	} {
		if diff := cmp.Diff(want, appendPairs(nil, text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// FuzzAppendPairs holds that no text makes the reader of pairs fail to end, and that names hold no separator.
func FuzzAppendPairs(f *testing.F) {
	f.Add(`a=1 b="x y" c`)
	f.Add("=\"=\"=")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range appendPairs(nil, text) {
			if p.Name == "" || strings.ContainsAny(p.Name, "= \t\r\n\"") {
				t.Fatalf("%q has a pair named %q", text, p.Name)
			}
		}
	})
}

// FuzzExtract holds that what a pattern takes out of a text, put back between its literal texts, is found there.
func FuzzExtract(f *testing.F) {
	f.Add("user=<plain:u> ip=<plain:i>,", "x user=a ip=b,")
	f.Add("<plain:a>:<plain:b>", "1:2:3")
	f.Fuzz(func(t *testing.T, text, value string) {
		pattern, message, _ := logsql.ParsePattern(text)
		if message != "" {
			return
		}
		e := extractor{pattern: &pattern}
		if e.match(value); len(e.found) == 0 {
			return
		}
		var back strings.Builder
		for k, found := range e.found {
			if !pattern.Steps[k].Plain {
				return
			}
			back.WriteString(pattern.Steps[k].Literal)
			back.WriteString(found)
		}
		if !strings.Contains(value, back.String()) {
			t.Fatalf("%q on %q takes %q, which make %q", text, value, e.found, back.String())
		}
	})
}
