package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/haetae/haetae/bench/plot"
)

// table is measured figures as Markdown; the first column stands to the left, the others to the right.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// markdown fills the cells up, so that the table can be read in a terminal too.
func (t *table) markdown() string {
	width := make([]int, len(t.head))
	for _, row := range append(t.rows, t.head) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell), 3)
		}
	}
	var w strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				w.WriteString("| " + cell + space + " |")
				continue
			}
			w.WriteString(" " + space + cell + " |")
		}
		w.WriteByte('\n')
	}
	line(t.head)
	for i := range t.head {
		if i == 0 {
			w.WriteString("|" + strings.Repeat("-", width[i]+2) + "|")
			continue
		}
		w.WriteString(strings.Repeat("-", width[i]+1) + ":|")
	}
	w.WriteByte('\n')
	for _, row := range t.rows {
		line(row)
	}
	return w.String()
}

// page is where a case puts what it measured: always on the standard output, and into the folder of -out.
type page struct {
	folder string // with kafka.md and img/; empty only prints
}

// put replaces what stands between the markers of a name in kafka.md.
func (p page) put(name, text string) error {
	fmt.Printf("%s\n", text)
	if p.folder == "" {
		return nil
	}
	path := filepath.Join(p.folder, "kafka.md")
	doc, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if doc, err = replaceBlock(doc, name, text); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, doc, 0o644)
}

// draw writes a figure as img/NAME.svg and returns the Markdown that shows it.
func (p page) draw(name string, f plot.Figure) (string, error) {
	if p.folder == "" {
		return "", nil
	}
	file := filepath.Join("img", name+".svg")
	if err := os.WriteFile(filepath.Join(p.folder, file), f.SVG(), 0o644); err != nil {
		return "", fmt.Errorf("cannot write a figure: %w", err)
	}
	return fmt.Sprintf("\n![%s](%s)\n", f.Title, filepath.ToSlash(file)), nil
}

// replaceBlock puts text between the lines <!-- bench NAME --> and <!-- end NAME -->, which must stand in doc once.
func replaceBlock(doc []byte, name, text string) ([]byte, error) {
	begin, end := []byte("<!-- bench "+name+" -->\n"), []byte("<!-- end "+name+" -->\n")
	head, rest, found := bytes.Cut(doc, begin)
	_, tail, closed := bytes.Cut(rest, end)
	if !found || !closed || bytes.Contains(tail, begin) {
		return nil, fmt.Errorf("want the lines %q and %q once, in this order", bytes.TrimSpace(begin), bytes.TrimSpace(end))
	}
	return bytes.Join([][]byte{head, begin, []byte(text), end, tail}, nil), nil
}
