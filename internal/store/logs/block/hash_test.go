package block

import (
	"strings"
	"testing"
)

// A byte that differs, wherever it stands in a text of whatever length, must be seen.
func TestTextsThatDifferInOneByte(t *testing.T) {
	for n := range 70 {
		text := strings.Repeat("x", n)
		if twin := strings.Clone(text); hashText(7, text) != hashText(7, twin) {
			t.Fatalf("two texts of %d bytes are not the same", n)
		}
		for i := range n {
			other := text[:i] + "y" + text[i+1:]
			if hashText(7, text) == hashText(7, other) {
				t.Errorf("byte %d of %d does not count", i, n)
			}
		}
		if longer := text + "x"; hashText(7, text) == hashText(7, longer) {
			t.Errorf("the end of %d bytes does not count", n)
		}
	}
}
