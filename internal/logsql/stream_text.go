package logsql

import "strings"

// StreamValue returns a field of a stream from the text of _stream, {a="b",c="d"}; "" when it is not there.
func StreamValue(stream, name string) string {
	s := strings.TrimPrefix(stream, "{")
	for {
		i := strings.IndexByte(s, '=')
		if i < 0 || i+1 >= len(s) || s[i+1] != '"' {
			return ""
		}
		value, n := unquote(s[i+1:])
		if n < 0 {
			return ""
		}
		if s[:i] == name {
			return value
		}
		s = strings.TrimPrefix(s[i+1+n:], ",")
	}
}
