package logsql

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The page must not show what the parser refuses.
func TestExamplesOfTheDocumentationParse(t *testing.T) {
	text, err := os.ReadFile("../../docs/logsql.md")
	if err != nil {
		t.Fatal(err)
	}
	page, _, _ := strings.Cut(string(text), "## What differs")
	n := 0
	check := func(query string) {
		n++
		if _, err := Parse(query, Options{}); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, block := range regexp.MustCompile("(?s)```logsql\n(.*?)```").FindAllStringSubmatch(page, -1) {
		check(block[1])
	}
	section := ""
	code := regexp.MustCompile("`([^`]+)`")
	for _, line := range strings.Split(page, "\n") {
		if strings.HasPrefix(line, "#") {
			section = line
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
				check("* | " + strings.ReplaceAll(example, `\\`, `\`))
			default:
				check(strings.TrimSuffix(example, "..."))
			}
		}
	}
	if n < 80 {
		t.Errorf("only %d examples found", n)
	}
}
