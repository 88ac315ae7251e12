package pipe

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// histogram counts numbers in ranges that grow by the same factor, 18 to a power of ten, from 1e-9 to 1e18, as the
// histograms of VictoriaMetrics do. A range holds its upper bound and not its lower one; numbers below 0 are left out.
type histogram struct {
	args args
	acct *account
	nums numbers
	hits []map[int]uint64 // by range; belowRanges and aboveRanges are those outside
}

const (
	rangesPerDecade = 18
	lowestDecade    = -9
	highestDecade   = 18
	aboveRanges     = rangesPerDecade * (highestDecade - lowestDecade)
	belowRanges     = -1
)

func (h *histogram) grow(n int) error { return growTo(&h.hits, n, h.acct, 8) }

func (h *histogram) begin(b *logsql.Batch) {
	h.args.begin(b)
	h.nums.begin(h.args.fields[0])
}

func (h *histogram) add(group uint32, lo, hi int) error {
	for i := lo; i < hi; i++ {
		if v := h.nums.at(i); v >= 0 {
			if err := h.count(group, rangeOf(v), 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// rangeOf returns the range that holds a number.
func rangeOf(v float64) int {
	at := (math.Log10(v) - lowestDecade) * rangesPerDecade
	switch {
	case at < 0:
		return belowRanges
	case at >= aboveRanges:
		return aboveRanges
	case at == math.Floor(at) && at > 0:
		return int(at) - 1
	}
	return int(at)
}

func (h *histogram) count(group uint32, at int, n uint64) error {
	if h.hits[group] == nil {
		h.hits[group] = map[int]uint64{}
	}
	before := len(h.hits[group])
	h.hits[group][at] += n
	return h.acct.add((len(h.hits[group]) - before) * setEntryBytes)
}

func (h *histogram) merge(group uint32, other accumulator, otherGroup uint32) error {
	for at, n := range other.(*histogram).hits[otherGroup] {
		if err := h.count(group, at, n); err != nil {
			return err
		}
	}
	return nil
}

func (h *histogram) result(group uint32) string {
	var ranges []string // by their texts, as VictoriaLogs sorts them
	for at, n := range h.hits[group] {
		ranges = append(ranges, fmt.Sprintf(`{"vmrange":%q,"hits":%d}`, rangeText(at), n))
	}
	slices.Sort(ranges)
	return "[" + strings.Join(ranges, ",") + "]"
}

// rangeText writes a range as "lower...upper".
func rangeText(at int) string {
	bound := func(n int) string {
		return fmt.Sprintf("%.3e", math.Pow(10, lowestDecade+float64(n)/rangesPerDecade))
	}
	switch at {
	case belowRanges:
		return "0..." + bound(0)
	case aboveRanges:
		return bound(aboveRanges) + "...+Inf"
	}
	return bound(at) + "..." + bound(at+1)
}
