package block

import (
	"fmt"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// A column of open rows is a dictionary until it has too many values. Views taken before and behind that point, and
// those of rows that lack the field, show the values that came in.
func TestOpenColumnsAreDictionariesAtFirst(t *testing.T) {
	const rows = 800
	b := NewBuilder()
	stream := NewStream(nil)
	want := func(row int) string {
		if row%3 == 1 {
			return ""
		}
		return fmt.Sprint("v", row/2)
	}
	var views []*View
	for row := range rows {
		r := model.Record{Msg: "m", Input: "i", Peer: "p"}
		if v := want(row); v != "" {
			r.Fields = []model.Field{{Name: "f", Value: "first"}, {Name: "f", Value: v}} // the last one counts
		}
		b.Append(int64(row), stream, &r)
		views = append(views, b.View("q", 0, "g"))
	}
	kinds := map[Kind]int{}
	for i, v := range views {
		kinds[v.Kind("f")]++
		c, err := v.Column("f")
		if err != nil {
			t.Fatal(err)
		}
		for row := range i + 1 {
			if got := c.At(row); got != want(row) {
				t.Fatalf("view of %d rows, a %s: row %d is %q, want %q", i+1, c.Kind, row, got, want(row))
			}
		}
		if got := v.Kind(model.FieldSource); got != Dict {
			t.Fatalf("the source that all rows share is %s, want %s", got, Dict)
		}
	}
	if kinds[Dict] < 100 || kinds[Plain] < 100 {
		t.Errorf("views had the column as %v", kinds)
	}
	r := open(t, NewEncoder().Encode(views[rows-1]))
	c, err := r.Column("f")
	if err != nil {
		t.Fatal(err)
	}
	for row := range rows {
		if got := c.At(row); got != want(row) {
			t.Fatalf("row %d is stored as %q, want %q", row, got, want(row))
		}
	}
}
