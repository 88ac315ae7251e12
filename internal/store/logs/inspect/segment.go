// Package inspect shows what the files of the log store hold, and checks them, without a server.
package inspect

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
)

// description sums what the blocks of a segment hold.
type description struct {
	rows, raw int64
	parts     []block.Part // in the order in which they first come
	blocks    []int        // with each part
	patterns  map[string]int64
}

// Segment describes a segment file for a person, with so many templates of its messages. It reads the whole file.
func Segment(out io.Writer, file string, templates int) error {
	f, err := segment.Open(vfs.OS, file)
	if err != nil {
		return err
	}
	defer f.Close()
	d := description{patterns: map[string]int64{}}
	var scratch block.Scratch
	for i, b := range f.Blocks {
		scratch.Reset()
		if err := d.add(block.NewReader(b.Header, f, b.Base, &scratch)); err != nil {
			return fmt.Errorf("cannot read block %d of %s: %w; `haetae segment verify` checks all files of a folder", i+1, file, err)
		}
	}
	d.print(out, f, templates)
	return nil
}

func (d *description) add(r *block.Reader) error {
	if _, err := r.Times(); err != nil {
		return err
	}
	if _, err := r.Observed(); err != nil { // reads the offsets too
		return err
	}
	info := r.Info()
	d.rows += int64(info.Rows)
	d.raw += info.Raw
	parts, err := r.Parts()
	if err != nil {
		return err
	}
	counted := map[int]bool{} // in this block
	for _, p := range parts {
		i := slices.IndexFunc(d.parts, func(q block.Part) bool {
			return q.Column == p.Column && q.Kind == p.Kind && q.Detail == p.Detail
		})
		if i < 0 {
			i = len(d.parts)
			d.parts = append(d.parts, block.Part{Column: p.Column, Kind: p.Kind, Detail: p.Detail})
			d.blocks = append(d.blocks, 0)
		}
		d.parts[i].Raw += p.Raw
		d.parts[i].Stored += p.Stored
		if !counted[i] {
			counted[i] = true
			d.blocks[i]++
		}
	}
	t, err := r.Templates("_msg")
	if err != nil || t == nil {
		return err
	}
	for i := range t.Len() {
		d.patterns[t.Pattern(i)] += int64(t.Rows(i))
	}
	return nil
}

func (d *description) print(out io.Writer, f *segment.File, top int) {
	versions, bodies := map[int]bool{}, int64(0)
	for _, b := range f.Blocks {
		versions[b.Header.Version()] = true
		bodies += int64(b.Header.Size())
	}
	fmt.Fprintf(out, "dataset   %s, day %s, received %s, retention class %q\n", f.Key.Dataset, f.Key.Day, f.Key.Received, f.Key.Class)
	fmt.Fprintf(out, "blocks    %d, format %s\n", len(f.Blocks), strings.Trim(fmt.Sprint(sortedKeys(versions)), "[]"))
	fmt.Fprintf(out, "rows      %d\n", d.rows)
	fmt.Fprintf(out, "bytes     %d as received, %d stored (%.2f %%), %d of them the footer\n\n",
		d.raw, f.Size, percent(f.Size, d.raw), f.Size-bodies)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "column\tkind\tblocks\traw bytes\tstored bytes\t% of segment\t\n")
	for _, i := range d.order() {
		p := d.parts[i]
		name, kind, raw := p.Column, p.Kind, fmt.Sprint(p.Raw)
		if p.Detail != "" {
			name, kind, raw = "", p.Detail, ""
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%d\t%.2f\t\n", name, kind, d.blocks[i], raw, p.Stored, percent(p.Stored, f.Size))
	}
	_ = w.Flush() // of a writer that the caller looks after
	d.printPatterns(out, top)
}

// order lists the parts, those of a column together, large columns first.
func (d *description) order() []int {
	whole := make([]int64, len(d.parts)) // bytes of the column that a part belongs to
	order := make([]int, len(d.parts))
	for i, p := range d.parts {
		order[i] = i
		for _, q := range d.parts {
			if q.Column == p.Column && q.Kind == p.Kind && q.Detail == "" {
				whole[i] = q.Stored
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		p, q := d.parts[a], d.parts[b]
		return cmp.Or(cmp.Compare(whole[b], whole[a]), strings.Compare(p.Column, q.Column), strings.Compare(p.Kind, q.Kind),
			cmp.Compare(min(1, len(p.Detail)), min(1, len(q.Detail))), cmp.Compare(q.Stored, p.Stored))
	})
	return order
}

func (d *description) printPatterns(out io.Writer, top int) {
	if len(d.patterns) == 0 || top <= 0 {
		return
	}
	texts := sortedKeys(d.patterns)
	slices.SortStableFunc(texts, func(a, b string) int { return cmp.Compare(d.patterns[b], d.patterns[a]) })
	fmt.Fprintf(out, "\n%d templates of _msg, by rows\n", len(texts))
	for _, text := range texts[:min(top, len(texts))] {
		fmt.Fprintf(out, "%10d  %s\n", d.patterns[text], text)
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func percent(part, whole int64) float64 { return 100 * float64(part) / float64(max(whole, 1)) }
