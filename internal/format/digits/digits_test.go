package digits

import (
	"strconv"
	"testing"
)

// Each byte value at each place of a form must be told apart, whatever its neighbours are.
func TestForms(t *testing.T) {
	for _, form := range []struct {
		Form
		text string
	}{
		{DashedYear, "0000-00-"}, {SlashedYear, "0000/00/"}, {CommonYear, "\x00\x00/0000:"}, {Clock, "00:00:00"},
	} {
		for _, digit := range []byte("09") {
			text := []byte(form.text)
			for i := range text {
				if text[i] == '0' {
					text[i] = digit
				}
			}
			for i := range text {
				was := text[i]
				for c := range 256 {
					text[i] = byte(c)
					pairs, ok := form.Pairs(Load(text))
					if want := form.text[i] == '0' && '0' <= c && c <= '9' || byte(c) == form.text[i]; ok != want {
						t.Fatalf("%q is of the form %q: %v", text, form.text, ok)
					}
					for k := 0; ok && k < 7; k++ {
						if form.text[k] != '0' || form.text[k+1] != '0' {
							continue
						}
						if want, _ := strconv.Atoi(string(text[k : k+2])); pairs.At(k) != want {
							t.Fatalf("%q has %d at %d, want %d", text, pairs.At(k), k, want)
						}
					}
				}
				text[i] = was
			}
		}
	}
}
