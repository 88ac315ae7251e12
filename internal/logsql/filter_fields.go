package logsql

import "strings"

// FieldsFilter applies a matcher to all fields whose names begin with a prefix: http.*:GET, and *:GET to all fields there
// are. A row matches when one of them does; one that has none of them is asked as if it had one that is empty. Reserved
// names other than _msg are not among them.
type FieldsFilter struct {
	Prefix  string
	Matcher Matcher
}

// Match decides on the row's values of the fields.
func (f *FieldsFilter) Match(r Row) bool {
	some, matches := false, false
	r.Each(f.Prefix, func(value string) bool {
		some = some || value != ""
		matches = value != "" && f.Matcher.Match(value)
		return !matches
	})
	return matches || !some && f.Matcher.Match("")
}

func (f *FieldsFilter) String() string { return prefixName(f.Prefix) + f.Matcher.String() }

// prefixName writes "prefix*:".
func prefixName(prefix string) string {
	if prefix == "" {
		return "*:"
	}
	return quoteName(prefix) + "*:"
}

// prefixFilter reads what stands behind "prefix*:".
func (p *parser) prefixFilter(prefix string) (Filter, error) {
	start := p.pos
	field := prefix + "*"
	f, err := p.fieldFilter(field)
	if err != nil {
		return nil, err
	}
	f, ok := overPrefix(f, field, prefix)
	if !ok {
		return nil, p.errorAt(badWildcard, start, p.pos, "", "a field name without * is needed to compare fields")
	}
	return f, nil
}

// overPrefix makes filters over the fields of a prefix of those on field; ok is false when one cannot be.
func overPrefix(f Filter, field, prefix string) (_ Filter, ok bool) {
	switch f := f.(type) {
	case *And:
		return f, allOverPrefix(f.Of, field, prefix)
	case *Or:
		return f, allOverPrefix(f.Of, field, prefix)
	case *Not:
		f.Of, ok = overPrefix(f.Of, field, prefix)
		return f, ok
	case *FieldFilter:
		if f.Field == field {
			return &FieldsFilter{prefix, f.Matcher}, true
		}
	case *Subquery:
		if f.Field == field {
			f.Field, f.Prefix = prefix, true
		}
	case *CompareFields:
		return f, f.Field != field
	}
	return f, true
}

func allOverPrefix(of []Filter, field, prefix string) bool {
	for i := range of {
		var ok bool
		if of[i], ok = overPrefix(of[i], field, prefix); !ok {
			return false
		}
	}
	return true
}

// prefixAhead takes "*:" when it stands here.
func (p *parser) prefixAhead() bool {
	if !strings.HasPrefix(p.text[p.pos:], "*:") {
		return false
	}
	p.pos += len("*:")
	return true
}
