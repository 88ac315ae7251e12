package logsql

import "unicode/utf8"

// Portable writes a filter so that Parse reads the same filter from it, whenever and wherever; ok is false when there is no
// such text, as for a time that counts from now.
func Portable(f Filter) (text string, ok bool) {
	if !portable(f) {
		return "", false
	}
	text = f.String()
	q, err := Parse(text, Options{})
	return text, err == nil && utf8.ValidString(text) && q.Options == (QueryOptions{}) && len(q.Pipes) == 0 && q.Filter.String() == text
}

// portable reports whether a filter neither counts from now nor asks anything of other rows.
func portable(f Filter) bool {
	switch f := f.(type) {
	case *And:
		return portableAll(f.Of)
	case *Or:
		return portableAll(f.Of)
	case *Not:
		return portable(f.Of)
	case *TimeFilter, *Subquery:
		return false
	}
	return true
}

func portableAll(of []Filter) bool {
	for _, f := range of {
		if !portable(f) {
			return false
		}
	}
	return true
}
