package logsql

import (
	"slices"
	"strings"
)

// Subquery is a filter on one field by the answer of another query: user:in(_time:1d admin | fields user). It is
// replaced by a filter on the values before the query runs (Resolve); alone it matches nothing.
type Subquery struct {
	Field    string
	Prefix   bool   // Field is what the names of the fields begin with
	Function string // in, contains_any or contains_all
	Query    *Query
	From     string // the field of the answer that holds the values
}

// Match never matches: the values are not known yet.
func (*Subquery) Match(Row) bool { return false }

func (f *Subquery) String() string {
	name := fieldPrefix(f.Field)
	if f.Prefix {
		name = prefixName(f.Field)
	}
	return name + f.Function + "(" + f.Query.String() + ")"
}

// with returns the filter on the values of the answer.
func (f *Subquery) with(values []string) Filter {
	switch {
	case f.Function == "contains_all":
		return f.on(containsAll{values})
	case len(values) == 0:
		return None{}
	case f.Function == "contains_any":
		return f.on(containsAny{values})
	}
	return f.on(newInSet(values))
}

func (f *Subquery) on(m Matcher) Filter {
	if f.Prefix {
		return &FieldsFilter{f.Field, m}
	}
	return &FieldFilter{f.Field, m}
}

// subquery reads a query up to the parenthesis that ends it, which stays. Its last pipe must leave one field, whose
// name is returned, when one is wanted.
func (p *parser) subquery(oneField bool) (q *Query, field string, err error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, "", p.errorAt(tooDeep, p.pos, p.pos+1, "", "queries nest deeper than %d", maxDepth)
	}
	p.space()
	start := p.pos
	if q, err = p.query(); err != nil || !oneField {
		return q, "", err
	}
	if n := len(q.Pipes); n > 0 {
		switch last := q.Pipes[n-1].(type) {
		case *PipeFields:
			if len(last.Fields) == 1 && !strings.HasSuffix(last.Fields[0], "*") {
				return q, last.Fields[0], nil
			}
		case *PipeUniq:
			if len(last.By) == 1 {
				return q, last.By[0], nil
			}
		}
	}
	return nil, "", p.errorAt(subqueryFields, start, p.pos, "", "a query within a filter must end in | fields or | uniq by with one field, whose values count")
}

// conditional is a pipe that holds filters.
type conditional interface {
	// conditions returns a copy of the pipe and its filters, which may be nil, to be replaced.
	conditions() (Pipe, []*Filter)
}

// Subqueries returns the queries within the filters of the query and of its pipes, but not those within these.
func (q *Query) Subqueries() []*Subquery {
	var out []*Subquery
	_, _ = q.Resolve(func(f *Subquery) ([]string, error) {
		out = append(out, f)
		return nil, nil
	})
	return out
}

// Resolve returns the query with each subquery replaced by a filter on the values that answer gives for it; q stays
// as it is, and is returned when it has none.
func (q *Query) Resolve(answer func(*Subquery) ([]string, error)) (*Query, error) {
	filter, some, err := resolve(q.Filter, answer)
	if err != nil {
		return nil, err
	}
	pipes := slices.Clone(q.Pipes)
	for i, p := range pipes {
		c, ok := p.(conditional)
		if !ok {
			continue
		}
		copied, filters := c.conditions()
		for _, f := range filters {
			if *f == nil {
				continue
			}
			resolved, changed, err := resolve(*f, answer)
			if err != nil {
				return nil, err
			}
			if changed {
				*f, pipes[i], some = resolved, copied, true
			}
		}
	}
	if !some {
		return q, nil
	}
	out := *q
	out.Filter, out.Pipes = filter, pipes
	return &out, nil
}

// resolve replaces the subqueries of a filter, and reports whether it has any.
func resolve(f Filter, answer func(*Subquery) ([]string, error)) (_ Filter, changed bool, err error) {
	switch f := f.(type) {
	case *Subquery:
		values, err := answer(f)
		if err != nil {
			return nil, false, err
		}
		return f.with(values), true, nil
	case *And:
		of, changed, err := resolveAll(f.Of, answer)
		return newAnd(of), changed, err
	case *Or:
		of, changed, err := resolveAll(f.Of, answer)
		return newOr(of), changed, err
	case *Not:
		of, changed, err := resolve(f.Of, answer)
		if err != nil || !changed {
			return f, false, err
		}
		return negate(of), true, nil
	}
	return f, false, nil
}

func resolveAll(of []Filter, answer func(*Subquery) ([]string, error)) (out []Filter, changed bool, err error) {
	out = make([]Filter, len(of))
	for i, f := range of {
		var one bool
		if out[i], one, err = resolve(f, answer); err != nil {
			return nil, false, err
		}
		changed = changed || one
	}
	return out, changed, nil
}
