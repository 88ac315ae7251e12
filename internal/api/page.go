package api

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// maxSkip bounds the rows of one time that pages may go through: logs without fractions of a second have many.
const maxSkip = 10_000_000

// page counts the rows of an answer, newest first: by time, then partition, then offset. Its cursor is the place
// of the last row in that order, "time.n.partition.offset", and n, how many rows of that very time have come so
// far, which the next page has to ask for again. Rows that arrive between two pages move nothing.
type page struct {
	limit, given int
	whole        bool // not cut into pages; limit 0 is none
	skip         int  // n of the cursor
	after        place
	last         place
	asked, came  int // rows asked for and received, those passed over included
	atTime       int // rows received whose time is that of last
}

// place is where a row stands in the order of a page.
type place struct {
	set               bool
	time              int64
	partition, offset int64
}

// from sets the page to go on behind a cursor.
func (p *page) from(cursor string) error {
	parts := strings.Split(cursor, ".")
	var n [4]int64
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || len(parts) != len(n) || i > 0 && v < 0 {
			return fmt.Errorf("%q is not a cursor of this server", cursor)
		}
		n[i] = v
	}
	if n[1] > maxSkip {
		return fmt.Errorf("%q is not a cursor of this server", cursor)
	}
	p.after = place{true, n[0], n[2], n[3]}
	p.skip = int(n[1])
	return nil
}

// take decides whether row i of a batch belongs to the page and counts it.
func (p *page) take(b *logsql.Batch, i int) bool {
	if p.whole {
		p.given++
		return p.limit == 0 || p.given <= p.limit
	}
	row := placeOf(b, i)
	p.came++
	if row.time != p.last.time {
		p.atTime = 0
	}
	p.atTime++
	if p.after.set && !p.after.before(row) {
		p.last = p.after
		return false
	}
	p.last = row
	p.given++
	return true
}

// before reports whether a row comes later in the order than p.
func (p place) before(row place) bool {
	return cmp.Or(cmp.Compare(p.time, row.time), cmp.Compare(p.partition, row.partition), cmp.Compare(p.offset, row.offset)) > 0
}

// placeOf reads partition and offset at the end of the record's id.
func placeOf(b *logsql.Batch, i int) place {
	id := b.Value(i, model.FieldRecordID)
	rest, offset := cutLast(id)
	_, partition := cutLast(rest)
	return place{true, b.Times[i], partition, offset}
}

func cutLast(id string) (string, int64) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return "", 0
	}
	n, err := strconv.ParseInt(id[i+1:], 10, 64)
	if err != nil {
		return "", 0 // not an id of ours: then rows of one time are told apart by their number alone
	}
	return id[:i], n
}

// more reports whether rows were left out that no page will bring.
func (p *page) more() bool { return p.whole && p.limit > 0 && p.given > p.limit }

// next is the cursor of the page behind, "" when there is none.
func (p *page) next() string {
	if p.whole || p.came < p.asked {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d.%d", p.last.time, p.atTime, p.last.partition, p.last.offset)
}
