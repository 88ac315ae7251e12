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

// A value that another replaces within a row is none of the column's, unless a row has it; what it took is given back.
func TestReplacedValuesLeaveTheDictionary(t *testing.T) {
	const rows = 300
	b, once := NewBuilder(), NewBuilder()
	stream := NewStream(nil)
	var early *View
	for row := range rows {
		field := func(v string) model.Field { return model.Field{Name: "f", Value: v} }
		replaced, last := fmt.Sprint("no row's ", row), fmt.Sprint("v", row/100)
		b.Append(int64(row), stream, &model.Record{Msg: "m", Fields: []model.Field{field(replaced), field(last), field("v0"), field(last)}})
		once.Append(int64(row), stream, &model.Record{Msg: "m", Fields: []model.Field{field(last)}})
		if row == 149 {
			early = b.View("q", 0, "g")
		}
	}
	v := b.View("q", 0, "g")
	once.View("q", 0, "g")
	r := open(t, NewEncoder().Encode(v))
	for _, part := range []struct {
		name  string
		rows  Rows
		n     int
		items int
	}{{"early view", early, 150, 2}, {"view", v, rows, 3}, {"block", r, rows, 3}} {
		c, err := part.rows.Column("f")
		if err != nil {
			t.Fatal(err)
		}
		if c.Kind != Dict || len(c.Ends) != part.items {
			t.Errorf("%s: a %s of %d values, want a dictionary of %d", part.name, c.Kind, len(c.Ends), part.items)
		}
		for row := range part.n {
			if got, want := c.At(row), fmt.Sprint("v", row/100); got != want {
				t.Fatalf("%s: row %d is %q, want %q", part.name, row, got, want)
			}
		}
	}
	if b.Size() != once.Size() {
		t.Errorf("the rows take %d bytes, want %d as without replaced values", b.Size(), once.Size())
	}
}
