package app

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/store/logs"
)

// A sealed cursor leads back to its place and tells nothing on the way, not even by its length.
func TestSealedCursors(t *testing.T) {
	c := sealedCursors()
	few := logs.Cursor{Queue: "5f0c21d7", Offsets: map[int]int64{0: 7, 3: 0}}
	many := logs.Cursor{Queue: "5f0c21d7", Offsets: map[int]int64{0: 1 << 40, 3: 1}}
	for _, cursor := range []logs.Cursor{few, many, {Queue: "5f0c21d7", Offsets: map[int]int64{}}} {
		text := c.text(cursor)
		if again, err := c.open(text); err != nil || !cmp.Equal(again, cursor) {
			t.Errorf("%v came back as %v, %v", cursor, again, err)
		}
		if strings.Contains(text, cursor.Queue) || text == c.text(cursor) {
			t.Errorf("%s can be read or known again", text)
		}
	}
	if len(c.text(few)) != len(c.text(many)) {
		t.Error("the length tells how many records there are")
	}
	for _, text := range []string{"", "5f0c21d7:0.7", "not base64!", sealedCursors().text(few), c.text(few)[1:]} {
		if cursor, err := c.open(text); err != nil || !cursor.IsZero() {
			t.Errorf("%q leads to %v, %v", text, cursor, err)
		}
	}
	if c.text(logs.Cursor{}) != "" {
		t.Error("no place has a cursor")
	}
}
