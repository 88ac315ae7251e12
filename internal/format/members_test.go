package format

import (
	"slices"
	"strings"
	"testing"
)

func walked(text, prefix string) (seen []string, all bool) {
	var m Members
	all = m.Walk(text, prefix, func(name, value string) bool {
		seen = append(seen, name+" "+value+" "+m.Text(value))
		return true
	})
	return seen, all
}

func TestMembers(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`:                             nil,
		` {"a" : "\u0041b" , "a":null} `: {`a "\u0041b" Ab`, `a null `},
		`{"a":{"b":1,"":{"c":true}},"\u0064.e":[]}`: {"a.b 1 1", "a..c true true", "d.e [] []"},
		`{"a":[1,[{"b":"x"}],{"c":{"d":-2e3}}]}`:    {`a [1,[{"b":"x"}],{"c":{"d":-2e3}}] [1,[{"b":"x"}],{"c":{"d":-2e3}}]`, `a.b "x" x`, "a.c.d -2e3 -2e3"},
		`[{"a":1},2,{"a":3}]`:                       {"a 1 1", "a 3 3"},
	} {
		if seen, all := walked(text, ""); !all || !slices.Equal(seen, want) {
			t.Errorf("%s: %q, all %v, want %q", text, seen, all, want)
		}
	}
	if seen, _ := walked(`{"a":1}`, "p."); !slices.Equal(seen, []string{"p.a 1 1"}) {
		t.Errorf("with a prefix: %q", seen)
	}
	for _, text := range []string{``, `1`, `"a"`, `{"a":1`, `{"a":1}x`, `{"a":"\q"}`, strings.Repeat(`{"a":[`, 40) + strings.Repeat(`]}`, 40)} {
		if _, all := walked(text, ""); all {
			t.Errorf("%s is taken as seen whole", text)
		}
	}
}

// Each field that a line gives is what some member with its name says, the last one first.
func FuzzMembers(f *testing.F) {
	f.Add(`{"a":{"b":"\ud55c"},"a.b":[{"c":null}],"d":"","d":2}`)
	f.Add(`{"":{"":1}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var flat Flattener
		fields, err := flat.Object(nil, text, "")
		var m Members
		last := map[string]string{}
		all := m.Walk(text, "", func(name, value string) bool {
			if !strings.Contains(text, value) {
				t.Errorf("%q is not in the text", value)
			}
			last[strings.Clone(name)] = strings.Clone(m.Text(value))
			return false
		})
		if err != nil || !all {
			return
		}
		for _, field := range fields {
			if got := last[field.Name]; got != field.Value && !strings.HasPrefix(field.Value, "{") {
				t.Errorf("%v, and its member says %q", field, got)
			}
		}
	})
}
