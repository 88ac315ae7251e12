package pipe

import (
	"fmt"
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
)

// newAccumulator returns the gatherer of a function for one worker.
func newAccumulator(f *logsql.StatsFunc, opts Options, acct *account) (accumulator, error) {
	switch f.Name {
	case "count":
		return &counter{args: argsOf(f.Args), acct: acct}, nil
	case "count_empty":
		return &counter{args: argsOf(f.Args), acct: acct, empty: true}, nil
	case "rate":
		return &rate{counter: counter{acct: acct}, seconds: opts.Seconds}, nil
	case "count_uniq":
		return &uniqCounter{args: argsOf(f.Args), acct: acct, limit: f.Limit}, nil
	case "count_uniq_hash":
		return &hashCounter{args: argsOf(f.Args), acct: acct, limit: f.Limit}, nil
	case "sum":
		return &summer{args: argsOf(f.Args), acct: acct}, nil
	case "avg":
		return &averager{summer{args: argsOf(f.Args), acct: acct}}, nil
	case "rate_sum":
		return &sumRate{summer: summer{args: argsOf(f.Args), acct: acct}, seconds: opts.Seconds}, nil
	case "sum_len":
		return &lengthSummer{args: argsOf(f.Args), acct: acct}, nil
	case "min":
		return &extreme{args: argsOf(f.Args), acct: acct, sign: -1}, nil
	case "max":
		return &extreme{args: argsOf(f.Args), acct: acct, sign: 1}, nil
	case "median":
		return &quantile{args: argsOf(f.Args), acct: acct, phi: 0.5}, nil
	case "quantile":
		return &quantile{args: argsOf(f.Args), acct: acct, phi: f.Phi}, nil
	case "values":
		return &valueList{args: argsOf(f.Args), acct: acct, limit: f.Limit}, nil
	case "uniq_values":
		return &uniqValues{uniqCounter: uniqCounter{args: argsOf(f.Args), acct: acct}, limit: f.Limit}, nil
	case "histogram":
		return &histogram{args: argsOf(f.Args), acct: acct}, nil
	case "json_values":
		return &rowList{args: argsOf(f.Args), acct: acct, sort: f.Sort, limit: f.Limit}, nil
	case "row_min":
		return newRowExtreme(f, acct, -1), nil
	case "row_max":
		return newRowExtreme(f, acct, 1), nil
	case "row_any":
		return &anyRow{args: argsOf(f.Args), acct: acct}, nil
	}
	return nil, fmt.Errorf("cannot run statistics function %q: not supported", f.Name)
}

// args are the fields that a function looks at in the batch at hand.
type args struct {
	patterns []string
	simple   bool // no pattern ends in '*'
	names    []string
	fields   []field
	batch    *logsql.Batch
}

func argsOf(patterns []string) args {
	a := args{patterns: patterns, simple: len(patterns) > 0}
	for _, p := range patterns {
		if p[len(p)-1:] == "*" {
			a.simple = false
		}
	}
	return a
}

// begin finds the fields in a batch; without patterns they are all of its columns.
func (a *args) begin(b *logsql.Batch) {
	a.batch = b
	a.names, a.fields = a.names[:0], a.fields[:0]
	if a.simple {
		for _, name := range a.patterns {
			a.names = append(a.names, name)
			a.fields = append(a.fields, lookup(b, name))
		}
		return
	}
	if b.Times != nil && a.wants(timeField) {
		a.names = append(a.names, timeField)
		a.fields = append(a.fields, field{times: b.Times})
	}
	for k := range b.Columns {
		if c := &b.Columns[k]; a.wants(c.Name) {
			a.names = append(a.names, c.Name)
			a.fields = append(a.fields, field{col: c})
		}
	}
}

func (a *args) wants(name string) bool {
	return len(a.patterns) == 0 || logsql.MatchName(a.patterns, name)
}

// counter is count, of rows or of rows that have one of the fields, and count_empty.
type counter struct {
	args  args
	acct  *account
	empty bool
	n     []uint64

	repeat []uint32 // of the batch at hand
}

func (c *counter) grow(n int) error { return growTo(&c.n, n, c.acct, 8) }

// growTo makes a slice n long and takes the bytes of each new entry.
func growTo[T any](s *[]T, n int, acct *account, size int) error {
	more := n - len(*s)
	if more <= 0 {
		return nil
	}
	*s = append(*s, make([]T, more)...)
	return acct.add(more * size)
}

func (c *counter) begin(b *logsql.Batch) {
	c.repeat = b.Repeat
	if c.looks() {
		c.args.begin(b)
	}
}

// looks reports whether fields decide which rows count.
func (c *counter) looks() bool { return c.empty || len(c.args.patterns) > 0 }

func (c *counter) add(group uint32, lo, hi int) error {
	if !c.looks() {
		c.n[group] += rowsOf(c.repeat, lo, hi)
		return nil
	}
	for _, f := range c.args.fields {
		// One field that every row has decides for all of them.
		if v, ok := f.constant(); f.times != nil || ok && v != "" {
			if !c.empty {
				c.n[group] += rowsOf(c.repeat, lo, hi)
			}
			return nil
		}
	}
	for i := lo; i < hi; i++ {
		there := false
		for _, f := range c.args.fields {
			if there = f.col != nil && f.col.At(i) != ""; there {
				break
			}
		}
		if there != c.empty {
			c.n[group] += rowsOf(c.repeat, i, i+1)
		}
	}
	return nil
}

func (c *counter) merge(group uint32, other accumulator, otherGroup uint32) error {
	c.n[group] += countsOf(other)[otherGroup]
	return nil
}

func countsOf(a accumulator) []uint64 {
	if r, ok := a.(*rate); ok {
		return r.n
	}
	return a.(*counter).n
}

func (c *counter) result(group uint32) string { return strconv.FormatUint(c.n[group], 10) }

// rate is the count a second of the query's time range.
type rate struct {
	counter
	seconds float64
}

func (r *rate) result(group uint32) string { return perSecond(float64(r.n[group]), r.seconds) }

// perSecond divides by the length of the time range; without one the sum itself is shown.
func perSecond(sum, seconds float64) string {
	if seconds > 0 {
		sum /= seconds
	}
	return logsql.FormatFloat(sum)
}
