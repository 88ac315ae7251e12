package logsql

import "slices"

// ParseStreamFilter reads a filter by stream fields alone, as a part of what somebody may see is written: {team="a"}, or
// several of them with and, or, not and brackets. An empty text, * and {} match every stream. Errors: *SyntaxError.
func ParseStreamFilter(text string) (Filter, error) {
	if text == "" {
		return All{}, nil
	}
	f, err := ParseFilter(text, Options{})
	if err != nil {
		return nil, err
	}
	if !ofStreams(f) {
		e := &SyntaxError{End: len(text), Kind: streamsOnly, Fix: `{host="web-1"}`}
		e.say("only stream fields can be filtered by here, in braces", nil)
		return nil, e
	}
	return f, nil
}

// ofStreams reports whether a filter looks at nothing but stream fields.
func ofStreams(f Filter) bool {
	switch f := f.(type) {
	case All, *StreamFilter:
		return true
	case *Not:
		return ofStreams(f.Of)
	case *And:
		return !slices.ContainsFunc(f.Of, func(f Filter) bool { return !ofStreams(f) })
	case *Or:
		return !slices.ContainsFunc(f.Of, func(f Filter) bool { return !ofStreams(f) })
	}
	return false
}
