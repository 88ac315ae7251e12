package logs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// Stream fields, stored fields and views of the rows that match are listed, wherever the rows are; fields of
// other rows are not.
func TestFieldNames(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i, msg := range []string{"a=1 b=2 wanted", "c=3 wanted", "other"} {
		r := plainRecord(0, msg)
		r.Stream = []model.Field{{Name: "host.name", Value: msg}}
		r.Format = "pairs@1"
		if i == 2 {
			r.Format, r.Fields = "", []model.Field{{Name: "unwanted", Value: "x"}}
		}
		w.Append(w.Offset(), r)
		if i == 0 {
			checkpoint(t, w)
		}
	}
	w.Publish()
	names, stats, err := f.FieldNames(t.Context(), Search{Scope: model.Everything, Filter: filter(t, "wanted")})
	if err != nil || stats.RowsMatched != 2 {
		t.Fatalf("error %v, %d rows", err, stats.RowsMatched)
	}
	var stored, views []string
	for _, n := range names {
		switch {
		case n.View:
			views = append(views, n.Name)
		case !strings.HasPrefix(n.Name, "_"):
			stored = append(stored, n.Name)
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, views); diff != "" {
		t.Errorf("views differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"host.name"}, stored); diff != "" {
		t.Errorf("stored fields differ (-want +got):\n%s", diff)
	}
}
