// Package logsqltest reads the examples of docs/logsql.md for the tests that parse and run them.
package logsqltest

import (
	"regexp"
	"strings"
)

var (
	block = regexp.MustCompile("(?s)```logsql\n(.*?)```")
	code  = regexp.MustCompile("`([^`]+)`")
)

// Examples returns the queries that the page shows: its blocks of logsql, and the first cell of each table, in which a
// pipe stands without the filter before it.
func Examples(page string) []string {
	var out []string
	for _, b := range block.FindAllStringSubmatch(page, -1) {
		out = append(out, b[1])
	}
	section := ""
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			section = strings.TrimSpace(line)
		}
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cell := strings.SplitN(strings.ReplaceAll(line, `\|`, "\x00"), "|", 3)[1]
		for i, m := range code.FindAllStringSubmatch(cell, -1) {
			example := strings.ReplaceAll(m[1], "\x00", "|")
			switch {
			case section == "## Pipes" && (i > 0 && !strings.Contains(example, " ") || strings.HasSuffix(example, "...")):
				// another name of the pipe
			case section == "## Pipes", section == "### stats":
				out = append(out, "* | "+strings.ReplaceAll(example, `\\`, `\`))
			default:
				out = append(out, strings.TrimSuffix(example, "..."))
			}
		}
	}
	return out
}
