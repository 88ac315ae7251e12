package facts

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Fact is one query of a file with its answer.
type Fact struct {
	File   string
	Line   int
	Query  string
	Answer []string
	Remark string // the last remark before it, its lines joined by blanks
}

// Load reads the files of a folder. A line that begins with "#" is a remark, one with "> " a query;
// what follows up to the next of these or an empty line is its answer.
func Load(dir string) ([]Fact, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	var facts []Fact
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read facts: %w", err)
		}
		of := parse(string(text))
		for i := range of {
			of[i].File = filepath.Base(name)
		}
		facts = append(facts, of...)
	}
	if len(facts) == 0 {
		return nil, fmt.Errorf("no facts in %q", dir)
	}
	return facts, nil
}

func parse(text string) []Fact {
	var facts []Fact
	asked, remarked, remark := false, false, ""
	for i, line := range strings.Split(text, "\n") {
		query, isQuery := strings.CutPrefix(line, "> ")
		said, isRemark := strings.CutPrefix(line, "# ")
		switch {
		case isQuery:
			facts = append(facts, Fact{Line: i + 1, Query: query, Remark: remark})
		case isRemark && remarked:
			remark += " " + said
		case isRemark:
			remark = said
		case asked && line != "":
			last := &facts[len(facts)-1]
			last.Answer = append(last.Answer, line)
		}
		asked, remarked = isQuery || asked && line != "" && !isRemark, isRemark
	}
	return facts
}

// Rewrite returns the text of a file with the answers that ask gives; remarks and queries stay.
func Rewrite(text string, ask func(query string) ([]string, error)) (string, error) {
	var out strings.Builder
	asked := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		query, isQuery := strings.CutPrefix(line, "> ")
		switch {
		case isQuery:
			answer, err := ask(query)
			if err != nil {
				return "", fmt.Errorf("%s: %w", query, err)
			}
			out.WriteString(line + "\n")
			for _, row := range answer {
				out.WriteString(row + "\n")
			}
			asked = true
		case line == "" || strings.HasPrefix(line, "#"):
			out.WriteString(line + "\n")
			asked = false
		case !asked:
			return "", fmt.Errorf("a line without a query before it: %s", line)
		}
	}
	return out.String(), nil
}
