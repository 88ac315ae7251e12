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
		end := hi
		if _, ok := f.constant(); ok {
			end = lo + 1
		}
		for i := lo; i < end; i++ {
			s := extremeState{kind: extremeTime}
			if f.times != nil {
				s.time = f.times[i]
			} else {
				s.text = f.col.At(i)
				if s.text == "" {
					continue
				}
				s.kind = extremeText
				if s.number = e.nums[k].at(i); !math.IsNaN(s.number) {
					s.kind = extremeNumber
				}
			}
			if err := e.offer(group, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// offer keeps a value when it beats the one that the group has.
func (e *extreme) offer(group uint32, s extremeState) error {
	to := &e.best[group]
	if s.kind < to.kind || s.kind == to.kind && !e.beats(s, *to) {
		return nil
	}
	grown := len(s.text) - len(to.text)
	s.text = strings.Clone(s.text)
	*to = s
	return e.acct.add(max(grown, 0))
}

func (e *extreme) beats(a, b extremeState) bool {
	switch a.kind {
	case extremeNumber:
		return (a.number-b.number)*float64(e.sign) > 0
	case extremeTime:
		return (a.time > b.time) == (e.sign > 0) && a.time != b.time
	case extremeText:
		return logsql.CompareValues(a.text, b.text)*e.sign > 0
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
}

type quantileState struct {
	numbers []float64
	texts   []string
}

func (q *quantile) grow(n int) error { return growTo(&q.sets, n, q.acct, 48) }

func (q *quantile) begin(b *logsql.Batch) {
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
		for i := lo; i < hi; i++ {
			n := q.nums[k].at(i)
			if !math.IsNaN(n) {
				to.numbers = append(to.numbers, n)
				if err := q.acct.add(8); err != nil {
					return err
				}
				continue
			}
			if v := f.at(i); v != "" {
				to.texts = append(to.texts, q.keep.copy(v))
				if err := q.acct.add(16 + len(v)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (q *quantile) merge(group uint32, other accumulator, otherGroup uint32) error {
	to, from := &q.sets[group], other.(*quantile).sets[otherGroup]
	to.numbers = append(to.numbers, from.numbers...)
	to.texts = append(to.texts, from.texts...)
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
		slices.Sort(s.numbers)
		return logsql.FormatFloat(s.numbers[at])
	}
	slices.SortFunc(s.texts, logsql.CompareValues)
	return s.texts[at-len(s.numbers)]
}
