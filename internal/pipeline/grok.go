package pipeline

import (
	"fmt"
	"regexp"
	"strings"
)

// maxGrok bounds an expanded pattern: patterns name others, and a few short ones can be very long together.
const maxGrok = 64 << 10

// compileGrok turns a grok pattern into an expression: %{NAME} stands for a pattern of the table, %{NAME:field}
// and %{NAME:field:type} keep what it matches in a field ([a][b] means a.b; types are not needed, since
// values are texts), and (?<field>...) is a group of its own. fields are the names of the groups by number.
func compileGrok(pattern string) (re *regexp.Regexp, fields []string, err error) {
	g := &grok{}
	if err := g.expand(pattern, nil); err != nil {
		return nil, nil, err
	}
	if re, err = regexp.Compile(g.out.String()); err != nil {
		return nil, nil, err
	}
	fields = make([]string, re.NumSubexp()+1)
	for i, name := range re.SubexpNames() {
		var n int
		if _, err := fmt.Sscanf(name, groupName, &n); err == nil && n < len(g.names) {
			fields[i] = g.names[n]
		}
	}
	return re, fields, nil
}

// groupName names groups by number, since field names have characters that groups may not have.
const groupName = "grok%d"

type grok struct {
	out   strings.Builder
	names []string
}

func (g *grok) expand(pattern string, within []string) error {
	for pattern != "" {
		at := strings.IndexAny(pattern, "%(\\")
		if at < 0 {
			g.out.WriteString(pattern)
			return nil
		}
		g.out.WriteString(pattern[:at])
		pattern = pattern[at:]
		switch {
		case strings.HasPrefix(pattern, "%{"):
			end := strings.IndexByte(pattern, '}')
			if end < 0 {
				return &partError{pattern, fmt.Errorf("%q is not closed", pattern)}
			}
			if err := g.reference(pattern[2:end], within); err != nil {
				return err
			}
			pattern = pattern[end+1:]
		case pattern[0] == '\\' && len(pattern) > 1:
			g.out.WriteString(pattern[:2])
			pattern = pattern[2:]
		case strings.HasPrefix(pattern, "(?<") || strings.HasPrefix(pattern, "(?P<"):
			start := strings.IndexByte(pattern, '<') + 1
			end := strings.IndexByte(pattern, '>')
			if end < start || pattern[start] == '=' || pattern[start] == '!' {
				part := pattern[:min(len(pattern), 8)]
				return &partError{part, fmt.Errorf("%q: there is no looking behind", part)}
			}
			g.open(pattern[start:end])
			pattern = pattern[end+1:]
		default:
			g.out.WriteByte(pattern[0])
			pattern = pattern[1:]
		}
		if g.out.Len() > maxGrok {
			return fmt.Errorf("the pattern is longer than %d bytes when expanded", maxGrok)
		}
	}
	return nil
}

func (g *grok) reference(ref string, within []string) error {
	name, field, _ := strings.Cut(ref, ":")
	field, _, _ = strings.Cut(field, ":")
	body, ok := grokPatterns[name]
	if !ok {
		return &partError{"%{" + ref + "}", fmt.Errorf("pattern %q is not known", name)}
	}
	for _, outer := range within {
		if outer == name {
			return fmt.Errorf("pattern %q names itself", name)
		}
	}
	if field == "" {
		g.out.WriteString("(?:")
	} else {
		g.open(fieldPath(field))
	}
	if err := g.expand(body, append(within, name)); err != nil {
		return err
	}
	g.out.WriteByte(')')
	return nil
}

func (g *grok) open(field string) {
	fmt.Fprintf(&g.out, "(?P<"+groupName+">", len(g.names))
	g.names = append(g.names, field)
}

// fieldPath turns [a][b] into a.b.
func fieldPath(field string) string {
	if !strings.HasPrefix(field, "[") {
		return field
	}
	return strings.ReplaceAll(strings.Trim(field, "[]"), "][", ".")
}
