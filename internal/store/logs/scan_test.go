package logs

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// Plain columns are looked through for what matches contain; what is found is what matches row by row, letters whose lower
// case is ASCII included, and texts that begin in one value and end in the next left out.
func TestPlainColumnsAreScanned(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	rnd := rand.New(rand.NewPCG(1, 1))
	words := []string{"Connection", "connectION", "refused", "REFUSED", "", "order", "17", "77", "in", "네트워크장비", "é", strings.Repeat("x", 900)}
	var messages []string
	add := func(n int) {
		for range n {
			var parts []string
			for range rnd.IntN(6) {
				parts = append(parts, words[rnd.IntN(len(words))])
			}
			msg := strings.Join(parts, []string{" ", "", ", "}[rnd.IntN(3)])
			w.Append(int64(len(messages)), plainRecord(len(messages), msg))
			messages = append(messages, msg)
		}
		w.Publish()
	}
	check := func() {
		t.Helper()
		for _, query := range []string{
			`i("connection refused")`, "i(REFUSED)", "i(ref*)", "i(kelvin)", "i(x)", `~"order.*77"`, `~"(?i)order"`, `~"order, [0-9]7"`,
			`"order 17"`, "*ction*", "*ref*", "order*", "refusedrefused", `i("네트워크장비 17")`, `!i(refused)`, `i(connection) order`,
		} {
			flt, want := filter(t, query), 0
			for _, msg := range messages {
				if flt.Match(&naiveRow{r: *plainRecord(0, msg)}) {
					want++
				}
			}
			if got := count(t, f.Store, Search{Filter: flt}); got != want {
				t.Errorf("query %s: %d rows, want %d", query, got, want)
			}
		}
	}
	add(2000)
	check()
	words = append(words, "300 \u212aelvin", "k\u0130nd", "kelvin")
	add(2000)
	check()
}

func TestLowerASCII(t *testing.T) {
	for n := range 20 {
		for c := range 256 {
			for at := range n {
				text := []byte(strings.Repeat("aZ@[`{9 ", 3)[:n])
				text[at] = byte(c)
				lower, ascii := lowerASCII([]byte("before"), string(text))
				want := "before"
				for _, b := range text {
					if 'A' <= b && b <= 'Z' {
						b += 'a' - 'A'
					}
					want += string([]byte{b})
				}
				if string(lower) != want || ascii != (c < utf8.RuneSelf) {
					t.Fatalf("%q becomes %q, ASCII %v", text, lower, ascii)
				}
			}
		}
	}
}
