package pipe

import (
	"math"
	"strconv"
	"time"
)

// sparkline counts rows over time in buckets of one width, which doubles when a row is too far from the others:
// so any range of time costs at most twice the wanted buckets.
type sparkline struct {
	origin int64 // where bucket 0 begins, in ns since the epoch
	width  int64 // ns
	from   int64 // number of the bucket that counts begins with
	counts []uint64
}

// newSparkline returns one for rows between two times, both included, or for any when one of them is open.
func newSparkline(lo, hi int64, buckets int) sparkline {
	if lo == math.MinInt64 || hi == math.MaxInt64 {
		return sparkline{width: int64(time.Second)}
	}
	return sparkline{origin: lo, width: sparkWidth(lo, hi, buckets)}
}

// sparkWidth returns the width of so many buckets that cover two times.
func sparkWidth(lo, hi int64, buckets int) int64 { return (hi-lo)/int64(buckets) + 1 }

// add counts n rows at a time, ns since the epoch.
func (s *sparkline) add(ns int64, n uint64, buckets int) {
	for {
		at := floorDiv(ns-s.origin, s.width)
		if len(s.counts) == 0 {
			s.from = at
		}
		lo, hi := min(at, s.from), max(at+1, s.from+int64(len(s.counts)))
		if hi-lo > int64(2*buckets) {
			s.widen()
			continue
		}
		if lo < s.from {
			s.counts = append(make([]uint64, s.from-lo, hi-lo), s.counts...)
			s.from = lo
		}
		for int64(len(s.counts)) < hi-lo {
			s.counts = append(s.counts, 0)
		}
		s.counts[at-s.from] += n
		return
	}
}

// widen makes one bucket of two.
func (s *sparkline) widen() {
	from := floorDiv(s.from, 2)
	merged := make([]uint64, 0, len(s.counts)/2+1)
	for i, n := range s.counts {
		at := floorDiv(s.from+int64(i), 2) - from
		if int64(len(merged)) <= at {
			merged = append(merged, 0)
		}
		merged[at] += n
	}
	s.width, s.from, s.counts = s.width*2, from, merged
}

// begin returns when the bucket of counts[i] begins.
func (s *sparkline) begin(i int) int64 { return s.origin + (s.from+int64(i))*s.width }

// merge adds what another one counted.
func (s *sparkline) merge(from *sparkline, buckets int) {
	for i, n := range from.counts {
		if n > 0 {
			s.add(from.begin(i), n, buckets)
		}
	}
}

// appendJSON writes the counts over a range of time as a JSON array of so many buckets.
func (s *sparkline) appendJSON(dst []byte, start, width int64, buckets int) []byte {
	out := make([]uint64, buckets)
	for i, n := range s.counts {
		at := floorDiv(s.begin(i)-start, width)
		out[min(max(at, 0), int64(buckets-1))] += n
	}
	dst = append(dst, '[')
	for i, n := range out {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, n, 10)
	}
	return append(dst, ']')
}

// floorDiv divides towards the past.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
