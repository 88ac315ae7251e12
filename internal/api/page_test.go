package api

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
)

// pagesOf reads all pages of rows; grow may add rows between two pages.
func pagesOf(t *testing.T, limit int, rows []place, grow func(page int, rows []place) []place) []place {
	t.Helper()
	var got []place
	cursor := ""
	for n := range 1000 {
		p := page{limit: limit}
		from := rows
		if cursor != "" {
			if err := p.from(cursor); err != nil {
				t.Fatal(err)
			}
			from = rows[slices.IndexFunc(rows, func(r place) bool { return r.time <= p.after.time }):]
		}
		p.asked = p.skip + limit
		from = from[:min(len(from), p.asked)]
		b := &logsql.Batch{N: len(from)}
		var ids []string
		for _, r := range from {
			b.Times = append(b.Times, r.time)
			ids = append(ids, fmt.Sprintf("5f0c21d7-logs-%d-%d", r.partition, r.offset))
		}
		b.Columns = []logsql.Column{logsql.PlainColumn("_record_id", ids)}
		for i := range b.N {
			if p.take(b, i) {
				got = append(got, from[i])
			}
		}
		if cursor = p.next(); cursor == "" {
			return got
		}
		rows = grow(n, rows)
	}
	t.Fatal("the pages do not end")
	return nil
}

func rowsAt(times ...int64) []place {
	var rows []place
	for i, at := range times {
		rows = append(rows, place{true, at, int64(i % 2), int64(100 - i)})
	}
	return ordered(rows)
}

func ordered(rows []place) []place {
	slices.SortFunc(rows, func(a, b place) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return rows
}

// A page may end between rows of the same time; the next page must go on right behind, with none twice or left out.
func TestPagesMeetWithinOneTime(t *testing.T) {
	all := rowsAt(9, 9, 8, 8, 8, 8, 8, 7, 7, 5)
	for limit := 1; limit <= len(all)+1; limit++ {
		got := pagesOf(t, limit, all, func(_ int, rows []place) []place { return rows })
		if diff := cmp.Diff(all, got, cmp.AllowUnexported(place{})); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
		}
	}
}

// Rows of the page's own time that arrive between two pages must neither double nor hide others, nor end the pages.
func TestPagesStandStillWhileRowsArrive(t *testing.T) {
	all := rowsAt(8, 8, 8, 8, 8, 7)
	for limit := 1; limit <= 3; limit++ {
		got := pagesOf(t, limit, slices.Clone(all), func(page int, rows []place) []place {
			if page > 20 {
				return rows
			}
			return ordered(append(slices.Clone(rows), place{true, 8, 0, int64(1000 + page)}, place{true, 9, 1, int64(1000 + page)}))
		})
		// New rows of a partition that the pages have not come to may be among them.
		got = slices.DeleteFunc(got, func(r place) bool { return r.offset >= 1000 })
		if diff := cmp.Diff(all, got, cmp.AllowUnexported(place{})); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
		}
	}
}

func TestBadCursorIsRefused(t *testing.T) {
	for _, c := range []string{"x", "1", "1.2.3", "1.-1.0.0", "1.2.3.4.5", "1..2.3", "1." + strconv.Itoa(maxSkip+1) + ".0.0"} {
		if err := new(page).from(c); err == nil {
			t.Errorf("cursor %q was accepted", c)
		}
	}
}
