package pattern

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// The rows of a sealed block are asked about once for all that look the same: a value's look in its place must make the
// pattern that the value makes.
func FuzzLook(f *testing.F) {
	for _, seed := range [][3]string{
		{"took ", "123", " ms"},
		{"trace=", "deadbee5", " ms"},
		{"", "I1121", " 10:00:00.5 1 a.go:1] text"},
		{"x ", "Dec10", " 06:55:46 y"},
		{"", "081109", " 203615 148 INFO a.b: text"},
		{"<34>", "1", " 2026-11-20T10:00:00Z web app - - - text"},
		{"up +", "1a2b", " text"},
		{"", "2026-11-20T10", ":00:00 text"},
		{"id ", "550e8400-e29b-41d4-a716-446655440000", " gone"},
		{"Dec ", "1a", " b"},
		{"HTTP/", "1.12", " text"},
		{`{"n":`, "ab12", `,"m":1}`},
		{"ab:", "1f", ":22:33:44:55 text of it"},
		{"v ", "1.2-rc3", "/x"},
		{"", "10", ":00:00Feb text"},
		{"10:20:30 +", "0900", " text"},
		{`"` + strings.Repeat("y,", 250), "1234567", `,y"text"`},
		{strings.Repeat("y,", 1020), "12345678", " text"},
		{"<", "34", "> 10:00:00 INFO text"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	var a, b scanner
	f.Fuzz(func(t *testing.T, before, value, after string) {
		if n := len(before); value == "" || n > 0 && logsql.IsWordByte(before[n-1]) || after != "" && logsql.IsWordByte(after[0]) ||
			!logsql.IsWordByte(value[0]) || !logsql.IsWordByte(value[len(value)-1]) {
			t.Skip()
		}
		a.scan(before + value + after)
		look := lookIn(&a, len(before), value)
		if again := string(appendLook(nil, look, touched(a.spans(), len(before), value))); again != look {
			t.Fatalf("the look of %q is %q, and the look of that %q", value, look, again)
		}
		b.scan(before + look + after)
		if a.hash() != b.hash() {
			t.Errorf("%q: looks like %q, and has another pattern: %q and %q", before+value+after, look, a.key, b.key)
		}
	})
}

// lookIn returns the look of a value of the line that was scanned.
func lookIn(s *scanner, at int, value string) string {
	return string(appendLook(nil, value, touched(s.spans(), at, value)))
}

func touched(spans []model.PatternSpan, at int, value string) bool {
	return slices.ContainsFunc(spans, func(s model.PatternSpan) bool { return s.Touches(at, at+len(value)) })
}

// Lines of what logs are made of, in no order: whatever stands around a value, its look must stand for it.
func TestLooksStandForValues(t *testing.T) {
	around := strings.Fields(`Dec Nov Thu INFO ERROR [ ] ( ) | - : = , ; # " ' / . + @ <34> 1 12 2026 2026-11-20 17/06/09 10:00:00 081109 203615 E1121 Z UTC
		+0900 sshd[ ]: a.b.Name: name user root for by invalid HTTP/ Mozilla/ ms KB sec MB {"a": true 10.0.0.1: :80 C:\\ /var/ ?q= it's ok 장비 x_y *`)
	random := rand.New(rand.NewPCG(7, 7))
	value := func() string {
		const digits, hex, any = "0123456789", "0123456789abcdef", "0123456789abcdefTZxyWEF_"
		letters := []string{digits, digits, hex, any}[random.IntN(4)]
		b := make([]byte, 1+random.IntN(14))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		return []string{"", "", "", "Dec", "x", "00-", "1."}[random.IntN(7)] + string(b)
	}
	var a, b scanner
	short := 0
	for range 300_000 {
		var parts []string // every second one is a value
		n := 0
		for range 1 + random.IntN(7) {
			text := around[random.IntN(len(around))]
			if n > 0 && logsql.IsWordByte(text[0]) {
				text = " " + text
			}
			if logsql.IsWordByte(text[len(text)-1]) || random.IntN(3) > 0 {
				text += " "
			}
			if random.IntN(3) == 0 {
				text = ""
				if n > 0 {
					text = string(" :=/.,-+|\"["[random.IntN(10)])
				}
			}
			switch random.IntN(100) { // near the bounds of quotes and lines
			case 0:
				text += strings.Repeat("y,", 200+random.IntN(60))
			case 1:
				text += "\"" + strings.Repeat("y,", 230+random.IntN(30))
			case 2:
				text += strings.Repeat("y,", 980+random.IntN(45))
			}
			parts = append(parts, text, value())
			n++
		}
		line := strings.Join(parts, "")
		a.scan(line)
		var looks strings.Builder
		at := 0
		for i, part := range parts {
			if i%2 == 0 {
				looks.WriteString(part)
			} else {
				look := lookIn(&a, at, part)
				if looks.WriteString(look); len(look) < len(part) {
					short++
				}
			}
			at += len(part)
		}
		b.scan(looks.String())
		if a.hash() != b.hash() {
			t.Fatalf("%q looks like %q, and has another pattern: %q and %q", brief(line), brief(looks.String()), brief(string(a.key)), brief(string(b.key)))
		}
	}
	if short < 100_000 {
		t.Errorf("only %d values were shortened: the test tests little", short)
	}
}

// brief leaves out what fills lines up.
func brief(s string) string { return strings.ReplaceAll(s, strings.Repeat("y,", 100), "…") }

// Nothing is measured in an empty line, which is no line to scan.
func TestEmptyLineIsNotMeasured(t *testing.T) {
	f := &finder{pages: &pages{}}
	if id, spans := f.Find(""), f.Measured(); id != 0 || len(spans) > 0 {
		t.Errorf("the empty line has the pattern %s and is measured in %v", id, spans)
	}
}
