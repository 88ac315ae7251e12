package pipe

import (
	"fmt"
	"sync/atomic"

	"github.com/haetae/haetae/internal/model"
)

// Budget bounds the memory that the pipes of one query hold between rows, in bytes, or that of all queries together.
type Budget struct {
	max  int64
	used atomic.Int64
	all  *Budget // of which it is a part; may be nil
}

// NewBudget returns a budget of so many bytes; 0 is no bound.
func NewBudget(max int64) *Budget { return &Budget{max: max} }

// Used returns the bytes that are taken now.
func (b *Budget) Used() int64 { return b.used.Load() }

// Part returns a budget for one of several queries; what it takes is taken from b too, until End. b may be nil.
func (b *Budget) Part(max int64) *Budget { return &Budget{max: max, all: b} }

// End gives back what the budget has taken from the one that it is a part of. Its pipes must have ended.
func (b *Budget) End() {
	if used := b.used.Swap(0); b.all != nil {
		b.all.used.Add(-used)
	}
}

// take takes n bytes more, and returns the budget that has no room for them, nil when all have.
func (b *Budget) take(n int64) (short *Budget) {
	for ; b != nil; b = b.all {
		if used := b.used.Add(n); b.max > 0 && used > b.max && short == nil {
			short = b
		}
	}
	return short
}

// account is the share of one worker in a budget. It takes from the budget in steps, so that workers seldom
// meet there.
type account struct {
	budget *Budget
	pipe   string // as the query has it
	holds  string // what it holds
	narrow string // how to hold less
	spare  int64
}

const accountStep = 64 << 10

// add takes n bytes more, or fails when the budget has no room for them.
func (a *account) add(n int) error {
	a.spare -= int64(n)
	if a.spare >= 0 {
		return nil
	}
	step := max(accountStep, -a.spare)
	a.spare += step
	switch short := a.budget.take(step); short {
	case nil:
		return nil
	case a.budget:
		return &model.LimitError{
			Code:  "query.too_much_memory",
			Bound: "limits.query_memory (" + sizeText(short.max) + ")",
			Hint:  fmt.Sprintf("%s holds too many %s: %s", a.pipe, a.holds, a.narrow),
		}
	default:
		return &model.LimitError{
			Code:  "query.too_much_memory",
			Bound: "limits.memory (" + sizeText(short.max) + " for all queries)",
			Hint:  fmt.Sprintf("other queries run now, try again later, or hold fewer %s: %s", a.holds, a.narrow),
		}
	}
}

// give returns n bytes that are no longer held.
func (a *account) give(n int) { a.spare += int64(n) }

// sizeText writes bytes with the largest unit that leaves no fraction.
func sizeText(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= u.size && n%u.size == 0 {
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
