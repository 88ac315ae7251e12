package logs

import (
	"fmt"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// value_type(const) and value_type(dict) ask how a sealed block keeps a field, and never find a row without it.
func TestColumnTypes(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 2000 {
		r := plainRecord(i, fmt.Sprint("row ", i))
		r.Fields = append(r.Fields, model.Field{Name: "same", Value: "x"}, model.Field{Name: "few", Value: fmt.Sprint("v", i%3)},
			model.Field{Name: "all", Value: fmt.Sprint("id", i)})
		if i%4 == 0 {
			r.Fields = append(r.Fields, model.Field{Name: "some", Value: "y"})
		}
		w.Append(int64(i), r)
	}
	w.Publish()
	checkpoint(t, w)
	for query, want := range map[string]int{
		"same:value_type(const)": 2000, "same:value_type(dict)": 0,
		"few:value_type(const)": 0, "few:value_type(dict)": 2000,
		"all:value_type(const)": 0, "all:value_type(dict)": 0,
		"some:value_type(const)": 0, "some:value_type(dict)": 500,
		"none:value_type(const)": 0, "_dataset:value_type(const)": 2000,
		"f*:value_type(dict)": 2000,
	} {
		if got := count(t, f.Store, Search{Filter: filter(t, query)}); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	kinds := map[string]string{}
	_, err := f.Store.Search(t.Context(), Search{Scope: model.Everything, Blocks: true}, func(_ int, b *logsql.Batch) error {
		for i := range b.N {
			kinds[b.Value(i, "field")] = b.Value(i, "type") + " " + b.Value(i, "dict_items")
		}
		return nil
	})
	if err != nil || kinds["same"] != "const 0" || kinds["few"] != "dict 3" || kinds["some"] != "dict 2" {
		t.Errorf("block_stats: %v, %v", kinds, err)
	}
}
