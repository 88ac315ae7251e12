package api

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

func TestBadCursorIsRefused(t *testing.T) {
	for _, c := range []string{"x", "1", "1.2", "1.-1.0", "1.0.-1", "1.2.3.4", "1..2", "1.2.99999999999999999999"} {
		if _, err := parseCursor(c); err == nil {
			t.Errorf("cursor %q was accepted", c)
		}
	}
}

// The cursors of an empty page must lead on, or a console that enters where nothing is could go nowhere.
func TestCursorsAroundAPage(t *testing.T) {
	first, last := model.Place{Time: 9, Partition: 1, Offset: 5}, model.Place{Time: -7, Offset: 3}
	full := Stats{RowsMatched: 2, First: first, Last: last}
	end := int64(math.MaxInt64)
	for _, tt := range []struct {
		name             string
		stats            Stats
		req              Request
		next, prev, last string
	}{
		{"full page", full, Request{Max: end, Page: &model.Page{Limit: 2}}, "-7.0.3", "9.1.5", "-7.0.3"},
		{"last page", full, Request{Max: end, Page: &model.Page{Limit: 3}}, "", "9.1.5", "-7.0.3"},
		{"nothing behind a cursor", Stats{}, Request{Max: end, Page: &model.Page{Limit: 3, Behind: &first}}, "", "9.1.5", "9.1.5"},
		{"nothing before a time", Stats{}, Request{Max: 8, Page: &model.Page{Limit: 3}}, "", "8.9223372036854775807.9223372036854775807", "8.9223372036854775807.9223372036854775807"},
		{"nothing from a time on", Stats{}, Request{Min: 8, Page: &model.Page{Limit: 3, Oldest: true}}, "", "7.9223372036854775807.9223372036854775807", "7.9223372036854775807.9223372036854775807"},
		{"nothing at all", Stats{}, Request{Max: end, Page: &model.Page{Limit: 3}}, "", "", ""},
	} {
		s := pageStats{Stats: tt.stats}
		s.cursors(&tt.req)
		if diff := cmp.Diff([]string{tt.next, tt.prev, tt.last}, []string{s.Next, s.Prev, s.Last}); diff != "" {
			t.Errorf("%s: next, prev, last (-want +got):\n%s", tt.name, diff)
		}
		for _, cursor := range []string{s.Next, s.Prev, s.Last} {
			if p, err := parseCursor(cursor); cursor != "" && (err != nil || cursorOf(*p) != cursor) {
				t.Errorf("%s: cursor %s is not read back: %v", tt.name, cursor, err)
			}
		}
	}
}
