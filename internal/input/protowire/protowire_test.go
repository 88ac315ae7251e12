package protowire

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// read writes a message's fields as text, "broken" at the end when they do not end well.
func read(data []byte) string {
	var out []string
	var f Field
	for m := Message(data); ; {
		ok, err := m.Next(&f)
		switch {
		case errors.Is(err, ErrBroken):
			return strings.Join(append(out, "broken"), " ")
		case !ok:
			return strings.Join(out, " ")
		}
		out = append(out, fmt.Sprintf("%d/%d=%d%q", f.Tag>>3, f.Tag&7, f.Int, f.Text()))
	}
}

func TestNext(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"\x08\x96\x01":                         `1/0=150""`,
		"\x12\x07testing":                      `2/2=0"testing"`,
		"\x12\x00\x18\x00":                     `2/2=0"" 3/0=0""`,
		"\x09\x01\x00\x00\x00\x00\x00\x00\x80": `1/1=9223372036854775809""`,
		"\x0d\x01\x00\x00\x80":                 `1/5=2147483649""`,
		"\x08\x01\x0b":                         `1/0=1"" broken`, // a group
		"\x00\x01":                             "broken",         // field number 0
		"\x08":                                 "broken",
		"\x12\x08testing":                      "broken",
		"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01":     "broken", // a length that is no int
		"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01": "broken", // more than 64 bits
		"\x09\x01\x00": "broken",
		"\x0d\x01\x00": "broken",
	} {
		if got := read([]byte(in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("\x08\x96\x01\x12\x07testing"))
	f.Fuzz(func(_ *testing.T, data []byte) { read(data) })
}
