package pipe

import (
	"math"
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
)

// summer is sum: of all numbers of the fields; NaN when there is none.
type summer struct {
	args args
	acct *account
	nums []numbers
	sums []sumState

	repeat []uint32 // of the batch at hand
}

type sumState struct {
	sum float64
	n   int64
}

func (s *summer) grow(n int) error { return growTo(&s.sums, n, s.acct, 16) }

func (s *summer) begin(b *logsql.Batch) {
	s.repeat = b.Repeat
	s.args.begin(b)
	for len(s.nums) < len(s.args.fields) {
		s.nums = append(s.nums, numbers{})
	}
	s.nums = s.nums[:len(s.args.fields)]
	for k := range s.nums {
		s.nums[k].begin(s.args.fields[k])
	}
}

func (s *summer) add(group uint32, lo, hi int) error {
	to := &s.sums[group]
	for k := range s.nums {
		n := &s.nums[k]
		if n.from.missing() || n.from.times != nil {
			continue
		}
		if c := n.from.col; c.Numbers != nil && s.repeat == nil {
			to.add(c.Numbers[lo:hi])
			continue
		}
		for i := lo; i < hi; i++ {
			if v := n.at(i); !math.IsNaN(v) {
				rows := rowsOf(s.repeat, i, i+1)
				to.sum += v * float64(rows)
				to.n += int64(rows)
			}
		}
	}
	return nil
}

func (s *sumState) add(numbers []float64) {
	for _, v := range numbers {
		if !math.IsNaN(v) {
			s.sum += v
			s.n++
		}
	}
}

func (s *summer) merge(group uint32, other accumulator, otherGroup uint32) error {
	from := sumsOf(other)[otherGroup]
	s.sums[group].sum += from.sum
	s.sums[group].n += from.n
	return nil
}

func sumsOf(a accumulator) []sumState {
	switch a := a.(type) {
	case *averager:
		return a.sums
	case *sumRate:
		return a.sums
	}
	return a.(*summer).sums
}

func (s *summer) result(group uint32) string {
	if s.sums[group].n == 0 {
		return "NaN"
	}
	return logsql.FormatFloat(s.sums[group].sum)
}

// averager is avg.
type averager struct{ summer }

func (a *averager) result(group uint32) string {
	s := a.sums[group]
	return logsql.FormatFloat(s.sum / float64(s.n))
}

// sumRate is rate_sum: the sum a second of the query's time range.
type sumRate struct {
	summer
	seconds float64
}

func (r *sumRate) result(group uint32) string {
	if r.sums[group].n == 0 {
		return "NaN"
	}
	return perSecond(r.sums[group].sum, r.seconds)
}

// lengthSummer is sum_len, in bytes.
type lengthSummer struct {
	args args
	acct *account
	sums []uint64

	repeat []uint32 // of the batch at hand
}

func (s *lengthSummer) grow(n int) error { return growTo(&s.sums, n, s.acct, 8) }

func (s *lengthSummer) begin(b *logsql.Batch) {
	s.repeat = b.Repeat
	s.args.begin(b)
}

func (s *lengthSummer) add(group uint32, lo, hi int) error {
	for _, f := range s.args.fields {
		if v, ok := f.constant(); ok {
			s.sums[group] += uint64(len(v)) * rowsOf(s.repeat, lo, hi)
			continue
		}
		for i := lo; i < hi; i++ {
			s.sums[group] += uint64(len(f.at(i))) * rowsOf(s.repeat, i, i+1)
		}
	}
	return nil
}

func (s *lengthSummer) merge(group uint32, other accumulator, otherGroup uint32) error {
	s.sums[group] += other.(*lengthSummer).sums[otherGroup]
	return nil
}

func (s *lengthSummer) result(group uint32) string { return strconv.FormatUint(s.sums[group], 10) }
