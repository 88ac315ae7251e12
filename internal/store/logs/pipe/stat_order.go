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
			if s, ok := stateAt(f, &e.nums[k], i); ok {
				if err := e.offer(group, s); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// stateAt reads row i of a field; ok is false when the row lacks it.
func stateAt(f field, n *numbers, i int) (s extremeState, ok bool) {
	if f.times != nil {
		return extremeState{kind: extremeTime, time: f.times[i]}, true
	}
	if s.text = f.at(i); s.text == "" {
		return s, false
	}
	s.kind = extremeText
	if s.number = n.at(i); !math.IsNaN(s.number) {
		s.kind = extremeNumber
	}
	return s, true
}

// offer keeps a value when it beats the one that the group has.
func (e *extreme) offer(group uint32, s extremeState) error {
	to := &e.best[group]
	if !s.beats(*to, e.sign) {
		return nil
	}
	grown := len(s.text) - len(to.text)
	s.text = strings.Clone(s.text)
	*to = s
	return e.acct.add(max(grown, 0))
}

// beats reports whether a value wins: by its kind, else by its size, the largest when sign is 1.
func (s extremeState) beats(old extremeState, sign int) bool {
	if s.kind != old.kind {
		return s.kind > old.kind
	}
	switch s.kind {
	case extremeNumber:
		return (s.number-old.number)*float64(sign) > 0
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
}

type quantileState struct {
	numbers []float64
	texts   []string
	shown   map[float64]string // how a number is written that has a unit: 12ms, 10KiB
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
				if err := q.show(to, n, f.at(i)); err != nil {
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
		slices.Sort(s.numbers)
		if v := s.shown[s.numbers[at]]; v != "" {
			return v
		}
		return logsql.FormatFloat(s.numbers[at])
	}
	slices.SortFunc(s.texts, logsql.CompareValues)
	return s.texts[at-len(s.numbers)]
}
