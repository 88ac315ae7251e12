package logsql

// Earlier returns the filter that decides on a row as f does on one that is so much later, in ns: _time:5m becomes five
// minutes of an earlier time. f stays as it is.
func Earlier(f Filter, offset int64) Filter {
	if offset == 0 {
		return f
	}
	switch f := f.(type) {
	case *And:
		return &And{allEarlier(f.Of, offset)}
	case *Or:
		return &Or{allEarlier(f.Of, offset)}
	case *Not:
		return &Not{Earlier(f.Of, offset)}
	case *TimeFilter:
		return &TimeFilter{Min: AddTime(f.Min, -offset), Max: AddTime(f.Max, -offset)}
	case *FieldFilter:
		switch m := f.Matcher.(type) {
		case dayRange:
			m.offset += offset
			return &FieldFilter{f.Field, m}
		case weekRange:
			m.offset += offset
			return &FieldFilter{f.Field, m}
		}
	}
	return f
}

func allEarlier(of []Filter, offset int64) []Filter {
	out := make([]Filter, len(of))
	for i, f := range of {
		out[i] = Earlier(f, offset)
	}
	return out
}
