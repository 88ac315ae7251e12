package logsql

import "testing"

func TestAFilterIsReadElsewhereAsItIsHere(t *testing.T) {
	for query, want := range map[string]bool{
		"*":                             true,
		`error "a b" -c`:                true,
		`{app="x"} (level:=a or b:>5)`:  true,
		`host*:in(a, "b c")`:            true,
		`a:lt_field(b)`:                 true,
		`_time:day_range[08:00, 18:00)`: true,
		"_time:5m":                      false,
		"a or not (b _time:1h)":         false,
		"a:in(b | fields c)":            false,
		"\"\xff\"":                      true,
	} {
		q, err := Parse(query, Options{Now: scriptNow})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		text, ok := Portable(q.Filter)
		if ok != want {
			t.Errorf("%s: portable is %t, want %t (%s)", query, ok, want, text)
		}
		if !ok {
			continue
		}
		again, err := Parse(text, Options{})
		if err != nil || again.Filter.String() != q.Filter.String() {
			t.Errorf("%s: writes %s, which reads as %v (%v)", query, text, again, err)
		}
	}
}
