package pipe

import (
	"math"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// extreme is min and max: numbers by size, and text only where there is no number.
type extreme struct {
	args args
	acct *account
	sign int // 1 for max
	nums []numbers
	best []extremeState
}

type extremeState struct {
	text   string
	number float64
	time   int64
	kind   extremeKind
}

type extremeKind uint8

// Kinds in the order in which they win: a number is preferred to a time and that to other text.
const (
	extremeNone extremeKind = iota
	extremeText
	extremeTime
	extremeNumber
)

func (e *extreme) grow(n int) error { return growTo(&e.best, n, e.acct, 48) }

func (e *extreme) begin(b *logsql.Batch) {
	e.args.begin(b)
	for len(e.nums) < len(e.args.fields) {
		e.nums = append(e.nums, numbers{})
	}
	e.nums = e.nums[:len(e.args.fields)]
	for k := range e.nums {
		e.nums[k].begin(e.args.fields[k])
	}
}

func (e *extreme) add(group uint32, lo, hi int) error {
	for k, f := range e.args.fields {
		if f.missing() {
			continue
		}
		from, end := lo, hi
		if _, ok := f.constant(); ok {
			end = lo + 1
		} else if f.col != nil && f.col.Numbers != nil {
			i := extremeAt(f.col.Numbers[lo:hi], e.sign)
			if i >= 0 && math.Abs(f.col.Numbers[lo+i]) < logsql.ManyTexts { // which beats all others
				from, end = lo+i, lo+i+1
			}
		}
		for i := from; i < end; i++ {
			if s, wins := winner(f, &e.nums[k], i, &e.best[group], e.sign); wins {
				if err := e.offer(group, s); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// extremeAt returns where the smallest number is, or the largest when sign is 1; -1 when there is none.
func extremeAt(numbers []float64, sign int) int {
	at, best := -1, math.Inf(1)
	for i, v := range numbers {
		if v *= float64(-sign); v < best {
			at, best = i, v
		}
	}
	return at
}

// winner returns the value of row i of a field, if it beats the best one so far. How a number is written is looked at
// only then.
func winner(f field, n *numbers, i int, best *extremeState, sign int) (s extremeState, wins bool) {
	if f.times != nil {
		s.kind, s.time = extremeTime, f.times[i]
		return s, s.beats(best, sign)
	}
	if s.number = n.at(i); !math.IsNaN(s.number) {
		s.kind = extremeNumber
		if s.number == best.number && math.Abs(s.number) >= logsql.ManyTexts {
			s.text = f.at(i)
		}
		if !s.beats(best, sign) {
			return s, false
		}
		s.text = f.at(i)
		return s, true
	}
	if s.text = f.at(i); s.text != "" {
		s.kind = extremeText
	}
	return s, s.beats(best, sign)
}

// offer keeps a value when it beats the one that the group has.
func (e *extreme) offer(group uint32, s extremeState) error {
	to := &e.best[group]
	if !s.beats(to, e.sign) {
		return nil
	}
	grown := len(s.text) - len(to.text)
	s.text = strings.Clone(s.text)
	*to = s
	return e.acct.add(max(grown, 0))
}

// beats reports whether a value wins: by its kind, else by its size, the largest when sign is 1.
func (s *extremeState) beats(old *extremeState, sign int) bool {
	if s.kind != old.kind {
		return s.kind > old.kind
	}
	switch s.kind {
	case extremeNumber:
		return logsql.CompareNumbers(s.number, old.number, s.text, old.text)*sign > 0
	case extremeTime:
		return (s.time > old.time) == (sign > 0) && s.time != old.time
	case extremeText:
		return logsql.CompareValues(s.text, old.text)*sign > 0
	}
	return false
}

func (e *extreme) merge(group uint32, other accumulator, otherGroup uint32) error {
	if s := other.(*extreme).best[otherGroup]; s.kind != extremeNone {
		return e.offer(group, s)
	}
	return nil
}

func (e *extreme) result(group uint32) string {
	if s := e.best[group]; s.kind == extremeTime {
		return logsql.TimeText(s.time)
	}
	return e.best[group].text
}

// quantile keeps all values: numbers as such, other text beside them.
type quantile struct {
	args args
	acct *account
	phi  float64
	nums []numbers
	sets []quantileState
	keep arena

	repeat []uint32 // of the batch at hand
}

type quantileState struct {
	numbers []float64
	texts   []string
	shown   map[float64]string // how a number is written that has a unit: 12ms, 10KiB
}

func (q *quantile) grow(n int) error { return growTo(&q.sets, n, q.acct, 48) }

func (q *quantile) begin(b *logsql.Batch) {
	q.repeat = b.Repeat
	q.args.begin(b)
	for len(q.nums) < len(q.args.fields) {
		q.nums = append(q.nums, numbers{})
	}
	q.nums = q.nums[:len(q.args.fields)]
	for k := range q.nums {
		q.nums[k].begin(q.args.fields[k])
	}
}

func (q *quantile) add(group uint32, lo, hi int) error {
	to := &q.sets[group]
	for k, f := range q.args.fields {
		if f.missing() {
			continue
		}
		if f.col != nil && f.col.Numbers != nil && q.repeat == nil {
			if err := q.addNumbers(to, f, lo, hi); err != nil {
				return err
			}
			continue
		}
		for i := lo; i < hi; i++ {
			rows := int(rowsOf(q.repeat, i, i+1))
			n := q.nums[k].at(i)
			if math.IsNaN(n) {
				if err := q.addText(to, f.at(i), rows); err != nil {
					return err
				}
				continue
			}
			for range rows {
				to.numbers = append(to.numbers, n)
			}
			if err := q.acct.add(8 * rows); err != nil {
				return err
			}
			if err := q.show(to, n, f.at(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// addNumbers takes rows of a column of numbers, which have no units.
func (q *quantile) addNumbers(to *quantileState, f field, lo, hi int) error {
	before := len(to.numbers)
	to.numbers = slices.Grow(to.numbers, hi-lo)
	for i, n := range f.col.Numbers[lo:hi] {
		if !math.IsNaN(n) {
			to.numbers = append(to.numbers, n)
			continue
		}
		if err := q.addText(to, f.at(lo+i), 1); err != nil {
			return err
		}
	}
	return q.acct.add(8 * (len(to.numbers) - before))
}

func (q *quantile) addText(to *quantileState, v string, rows int) error {
	if v == "" {
		return nil
	}
	v = q.keep.copy(v)
	for range rows {
		to.texts = append(to.texts, v)
	}
	return q.acct.add(16*rows + len(v))
}

// show remembers how a number with a unit is written.
func (q *quantile) show(to *quantileState, n float64, v string) error {
	if c := v[len(v)-1]; c >= '0' && c <= '9' || to.shown[n] != "" {
		return nil
	}
	if to.shown == nil {
		to.shown = map[float64]string{}
	}
	to.shown[n] = q.keep.copy(v)
	return q.acct.add(len(v) + setEntryBytes)
}

func (q *quantile) merge(group uint32, other accumulator, otherGroup uint32) error {
	to, from := &q.sets[group], other.(*quantile).sets[otherGroup]
	to.numbers = append(to.numbers, from.numbers...)
	to.texts = append(to.texts, from.texts...)
	for n, v := range from.shown {
		if err := q.show(to, n, v); err != nil {
			return err
		}
	}
	return q.acct.add(8*len(from.numbers) + 16*len(from.texts))
}

// result returns the value at the place phi among all in order, numbers before text.
func (q *quantile) result(group uint32) string {
	s := &q.sets[group]
	n := len(s.numbers) + len(s.texts)
	if n == 0 {
		return ""
	}
	at := min(int(q.phi*float64(n)), n-1)
	if at < len(s.numbers) {
		n := selectNumber(s.numbers, at)
		if v := s.shown[n]; v != "" {
			return v
		}
		return logsql.FormatFloat(n)
	}
	slices.SortFunc(s.texts, logsql.CompareValues)
	return s.texts[at-len(s.numbers)]
}
