package api

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// parseCursor reads the place of a row: "time.partition.offset".
func parseCursor(text string) (*model.Place, error) {
	parts := strings.Split(text, ".")
	var n [3]int64
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || len(parts) != len(n) || i > 0 && v < 0 {
			return nil, fmt.Errorf("%q is not a cursor of this server", text)
		}
		n[i] = v
	}
	return &model.Place{Time: n[0], Partition: n[1], Offset: n[2]}, nil
}

func cursorOf(p model.Place) string {
	return fmt.Sprintf("%d.%d.%d", p.Time, p.Partition, p.Offset)
}

// cursors sets what brings the rows around a page.
func (s *pageStats) cursors(req *Request) {
	page := req.Page
	switch {
	case s.RowsMatched > 0:
		s.Prev, s.Last = cursorOf(s.First), cursorOf(s.Stats.Last)
	case page.Behind != nil:
		s.Prev = cursorOf(*page.Behind)
		s.Last = s.Prev
	case !page.Oldest && req.Max < math.MaxInt64: // an empty range: what is newer begins behind it
		s.Prev = cursorOf(endOf(req.Max))
		s.Last = s.Prev
	case page.Oldest && req.Min > math.MinInt64:
		s.Prev = cursorOf(endOf(req.Min - 1))
		s.Last = s.Prev
	}
	if s.RowsMatched >= int64(page.Limit) {
		s.Next = s.Last
	}
}

// endOf returns the place behind every record of a time.
func endOf(t int64) model.Place {
	return model.Place{Time: t, Partition: math.MaxInt64, Offset: math.MaxInt64}
}
