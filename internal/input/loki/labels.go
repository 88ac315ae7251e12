package loki

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// parseLabels appends the labels of a stream as the protobuf form writes them: {app="api", host="web-1"}, values
// quoted as in Go. Strings alias s where no escape stands in the way.
func parseLabels(dst []model.Field, s string) ([]model.Field, error) {
	whole := s
	bad := func(what string) error { return fmt.Errorf("labels %.200q: %s", whole, what) }
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' {
		return dst, bad("they do not stand between { and }")
	}
	s = strings.TrimSpace(s[1 : len(s)-1])
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.ContainsAny(name, "\"{}, \t\n") {
			return dst, bad("a label is not name=\"value\"")
		}
		rest = strings.TrimLeft(rest, " \t\n")
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return dst, bad("the value of " + name + " is not quoted")
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return dst, bad("the value of " + name + " has a wrong escape")
		}
		dst = append(dst, model.Field{Name: name, Value: value})
		s = strings.TrimLeft(rest[len(quoted):], " \t\n")
		if s == "" {
			break
		}
		if s[0] != ',' {
			return dst, bad("a comma is missing behind " + name)
		}
		s = strings.TrimLeft(s[1:], " \t\n")
	}
	return dst, nil
}
