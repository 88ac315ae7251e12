package logsql

import (
	"strings"
	"testing"
)

// FuzzLiterals asserts what searches build upon: a value that matches holds all literals of its matcher, with words
// that end at closed ends; and a Local matcher that matches a part between words matches the whole.
func FuzzLiterals(f *testing.F) {
	for _, query := range []string{
		"error", `"Failed password"`, "err*", `="a b"`, `="a b"*`, "*x1y*", `i(ErRoR)`, `i("open Fi"*)`, `~"order [0-9]*77 in"`, `~"^a.*b$"`,
		"seq(a, b)", "contains_all(a, b)", "contains_any(a, b)", "in(a)", "한국", `~"(?i)abc"`, `~"\\bx"`, `"-5"`, `"a: "`, "range(1,5)",
	} {
		f.Add(query, "an error: Failed password", " for root 17")
		f.Add(query, "a b order 1", "77 in x1y open File")
	}
	f.Fuzz(func(t *testing.T, query, left, right string) {
		q, err := Parse(query, Options{})
		if err != nil {
			return
		}
		ff, ok := q.Filter.(*FieldFilter)
		if !ok {
			return
		}
		m, value := ff.Matcher, left+right
		if m.Match(value) {
			for _, l := range Literals(m) {
				if !l.in(value) {
					t.Errorf("%s matches %q, which lacks %+v", query, value, l)
				}
			}
		}
		parted := left == "" || right == "" || !IsWordByte(left[len(left)-1]) || !IsWordByte(right[0])
		if parted && Local(m) && m.Match(left) && !m.Match(value) {
			t.Errorf("%s matches %q and not %q", query, left, value)
		}
	})
}

// in is a naive reading of what a literal says.
func (l Literal) in(value string) bool {
	if l.Fold {
		value = strings.ToLower(value)
	}
	for i := range len(value) {
		if !strings.HasPrefix(value[i:], l.Text) {
			continue
		}
		end := i + len(l.Text)
		left := l.OpenLeft || i == 0 || !IsWordByte(l.Text[0]) || !IsWordByte(value[i-1])
		right := l.OpenRight || end == len(value) || !IsWordByte(value[end-1]) || !IsWordByte(value[end])
		if left && right {
			return true
		}
	}
	return false
}
