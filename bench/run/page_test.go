package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/haetae/haetae/bench/plot"
)

func TestMarkdown(t *testing.T) {
	of := table{head: []string{"Codec", "Rows"}}
	of.add("`none`", "1,000")
	of.add("é", "7")
	want := "| Codec  |  Rows |\n|--------|------:|\n| `none` | 1,000 |\n| é      |     7 |\n"
	if got := of.markdown(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A later run must replace what the one before wrote, and nothing else of the page.
func TestPageIsReplaced(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "kafka.md")
	text := "# Head\n\n<!-- bench a -->\n<!-- end a -->\n\nbetween\n\n<!-- bench b -->\nkept\n<!-- end b -->\n\nfoot\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p := page{folder: folder}
	for _, figures := range []string{"first\n", "second\n"} {
		if err := p.put("a", figures); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(text, "bench a -->\n", "bench a -->\nsecond\n", 1); string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := p.put("c", "x"); err == nil {
		t.Error("a block that the page lacks was put")
	}
}

func TestDraw(t *testing.T) {
	f := plot.Figure{Title: "Rows", Steps: []string{"1"}, Series: []string{"a"}, Panels: []plot.Panel{{Title: "p", Values: [][]float64{{1}}}}}
	if link, err := (page{}).draw("rows", f); err != nil || link != "" {
		t.Errorf("without a folder: %q, %v", link, err)
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "img"), 0o755); err != nil {
		t.Fatal(err)
	}
	link, err := page{folder: folder}.draw("rows", f)
	if err != nil || link != "\n![Rows](img/rows.svg)\n" {
		t.Errorf("link %q, %v", link, err)
	}
	if svg, err := os.ReadFile(filepath.Join(folder, "img", "rows.svg")); err != nil || !strings.HasPrefix(string(svg), "<svg") {
		t.Errorf("figure %.20q, %v", svg, err)
	}
}

// Every block that a case writes has its place in the page of the repository.
func TestPlacesInThePage(t *testing.T) {
	doc, err := os.ReadFile("../../docs/kafka.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append([]string{blockStages}, curveNames()...) {
		if _, err := replaceBlock(doc, name, ""); err != nil {
			t.Errorf("docs/kafka.md: %v", err)
		}
	}
}
