package logsql

import (
	"maps"
	"slices"
	"strings"
)

// NeededFields returns the fields that the pipes of the query, or whoever reads its result, look at, sorted;
// all is true when every field of a row may show, and fields are then those that a pipe names, which may be
// views or aliases. A query that only counts needs none. Fields that only Filter looks at are not among them.
func (q *Query) NeededFields() (fields []string, all bool) {
	need := fieldSet{all: true}
	for _, p := range slices.Backward(q.Pipes) {
		if user, ok := p.(fieldUser); ok {
			user.needs(&need)
		}
	}
	return slices.Sorted(maps.Keys(need.names)), need.all
}

// fieldUser is a pipe that looks at fields or makes them.
type fieldUser interface {
	// needs turns the fields needed behind the pipe into those needed before it.
	needs(*fieldSet)
}

// fieldSet is a set of field names, and whether all others belong to it too.
type fieldSet struct {
	all   bool
	names map[string]struct{}
}

// only makes the set hold nothing but names.
func (s *fieldSet) only(names ...string) {
	*s = fieldSet{}
	s.add(names...)
}

// add adds names; one that ends in '*' makes it all.
func (s *fieldSet) add(names ...string) {
	for _, n := range names {
		if strings.HasSuffix(n, "*") {
			s.all = true
			continue
		}
		if s.names == nil {
			s.names = map[string]struct{}{}
		}
		s.names[n] = struct{}{}
	}
}

// has reports whether a field is needed.
func (s *fieldSet) has(name string) bool {
	_, ok := s.names[name]
	return s.all || ok
}

// remove takes out a field that the pipe makes itself.
func (s *fieldSet) remove(name string) { delete(s.names, name) }

// addFilter adds what a filter looks at.
func (s *fieldSet) addFilter(f Filter) {
	if f != nil {
		walkFields(f, func(name string) { s.add(name) }, func() { s.all = true })
	}
}

// WalkFields calls visit for each field that a filter looks at: _time for a time filter and _stream for a
// stream filter. A field may come more than once; those that only a prefix names do not come.
func WalkFields(f Filter, visit func(name string)) { walkFields(f, visit, func() {}) }

// walkFields calls prefix for each filter over the fields of a prefix.
func walkFields(f Filter, visit func(name string), prefix func()) {
	switch f := f.(type) {
	case *And:
		for _, sub := range f.Of {
			walkFields(sub, visit, prefix)
		}
	case *Or:
		for _, sub := range f.Of {
			walkFields(sub, visit, prefix)
		}
	case *Not:
		walkFields(f.Of, visit, prefix)
	case *FieldsFilter:
		prefix()
	case *FieldFilter:
		visit(f.Field)
	case *Subquery:
		if f.Prefix {
			prefix()
			return
		}
		visit(f.Field)
	case *CompareFields:
		visit(f.Field)
		visit(f.Other)
	case *TimeFilter:
		visit(timeField)
	case *StreamFilter:
		visit(streamField)
	}
}

// MatchName reports whether a field name is meant by one of the patterns: a name, or a prefix with "*".
func MatchName(patterns []string, name string) bool {
	for _, p := range patterns {
		if p == name {
			return true
		}
		if stem, ok := strings.CutSuffix(p, "*"); ok && strings.HasPrefix(name, stem) {
			return true
		}
	}
	return false
}
