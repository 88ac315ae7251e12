package logsql

import (
	"math"
	"strings"
)

// Match reports whether all filters match.
func (f *And) Match(r Row) bool {
	for _, sub := range f.Of {
		if !sub.Match(r) {
			return false
		}
	}
	return true
}

func (f *And) String() string { return joinFilters(f.Of, " ") }

// Match reports whether one filter matches.
func (f *Or) Match(r Row) bool {
	for _, sub := range f.Of {
		if sub.Match(r) {
			return true
		}
	}
	return false
}

func (f *Or) String() string { return joinFilters(f.Of, " or ") }

func joinFilters(of []Filter, sep string) string {
	var b strings.Builder
	for i, f := range of {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(operand(f))
	}
	return b.String()
}

// operand writes a filter as a part of a larger one.
func operand(f Filter) string {
	switch f.(type) {
	case *And, *Or:
		return "(" + f.String() + ")"
	}
	return f.String()
}

// Match reports whether the filter does not match.
func (f *Not) Match(r Row) bool { return !f.Of.Match(r) }

func (f *Not) String() string { return "!" + operand(f.Of) }

// Match decides on the row's value of the field.
func (f *FieldFilter) Match(r Row) bool { return f.Matcher.Match(r.Value(f.Field)) }

func (f *FieldFilter) String() string {
	if _, any := f.Matcher.(anyValue); any {
		return quoteName(f.Field) + ":*" // a lone * is every row
	}
	return fieldPrefix(f.Field) + f.Matcher.String()
}

// fieldPrefix writes "field:"; the message needs none.
func fieldPrefix(field string) string {
	if field == msgField {
		return ""
	}
	return quoteName(field) + ":"
}

// Match reports whether the event time is within the bounds.
func (f *TimeFilter) Match(r Row) bool {
	t := r.Time()
	return f.Min <= t && t <= f.Max
}

func (f *TimeFilter) String() string {
	switch {
	case f.text != "":
		return "_time:" + f.text
	case f.Min == math.MinInt64:
		return "_time:<=" + TimeText(f.Max)
	case f.Max == math.MaxInt64:
		return "_time:>=" + TimeText(f.Min)
	}
	return "_time:[" + TimeText(f.Min) + "," + TimeText(f.Max) + "]"
}

// Match decides on the row's stream fields.
func (f *StreamFilter) Match(r Row) bool { return f.MatchStream(r.StreamField) }

// MatchStream decides on a stream by a function that returns its fields, "" for one that it lacks.
func (f *StreamFilter) MatchStream(field func(name string) string) bool {
	for _, alternative := range f.Or {
		ok := true
		for i := range alternative {
			if !alternative[i].Match(field(alternative[i].Label)) {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// Match decides on the value of the label.
func (m *LabelMatcher) Match(value string) bool {
	switch m.Op {
	case "=":
		return value == m.Value
	case "!=":
		return value != m.Value
	case "=~":
		return m.re(value)
	}
	return !m.re(value)
}

func (f *StreamFilter) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, alternative := range f.Or {
		if i > 0 {
			b.WriteString(" or ")
		}
		for k, m := range alternative {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoteName(m.Label))
			b.WriteString(m.Op)
			b.WriteString(quoteString(m.Value))
		}
	}
	b.WriteByte('}')
	return b.String()
}

// Match always matches.
func (All) Match(Row) bool { return true }

func (All) String() string { return "*" }

// Match never matches.
func (None) Match(Row) bool { return false }

func (None) String() string { return "!*" }
