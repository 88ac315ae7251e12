package pattern

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
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
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	var a, b scanner
	f.Fuzz(func(t *testing.T, before, value, after string) {
		if n := len(before); value == "" || n > 0 && logsql.IsWordByte(before[n-1]) || after != "" && logsql.IsWordByte(after[0]) ||
			!logsql.IsWordByte(value[0]) || !logsql.IsWordByte(value[len(value)-1]) {
			t.Skip()
		}
		look := string(appendLook(nil, value))
		if again := string(appendLook(nil, look)); again != look || len(look) != len(value) {
			t.Fatalf("the look of %q is %q, and the look of that %q", value, look, again)
		}
		a.scan(before + value + after)
		b.scan(before + look + after)
		if a.hash() != b.hash() {
			t.Errorf("%q: looks like %q, and has another pattern: %q and %q", before+value+after, look, a.key, b.key)
		}
	})
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
	for range 300_000 {
		var line, looks []byte
		for range 1 + random.IntN(7) {
			if random.IntN(2) == 0 {
				word := around[random.IntN(len(around))]
				if n := len(line); n > 0 && logsql.IsWordByte(line[n-1]) && logsql.IsWordByte(word[0]) {
					continue
				}
				line, looks = append(line, word...), append(looks, word...)
			} else if n := len(line); n == 0 || !logsql.IsWordByte(line[n-1]) {
				v := value()
				line, looks = append(line, v...), appendLook(looks, v)
			}
			if random.IntN(3) > 0 {
				line, looks = append(line, ' '), append(looks, ' ')
			}
		}
		a.scan(string(line))
		b.scan(string(looks))
		if a.hash() != b.hash() {
			t.Fatalf("%q looks like %q, and has another pattern: %q and %q", line, looks, a.key, b.key)
		}
	}
}
