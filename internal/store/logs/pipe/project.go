package pipe

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
)

// project runs the pipes that only choose and name columns: fields, delete, rename and copy.
type project struct {
	apply   func(b *logsql.Batch)
	workers []logsql.Batch
	next    Processor
}

func newProject(p logsql.Pipe, opts Options, next Processor) *project {
	pr := &project{workers: make([]logsql.Batch, opts.Workers), next: next}
	switch p := p.(type) {
	case *logsql.PipeFields:
		pr.apply = func(b *logsql.Batch) { keepColumns(b, p.Fields) }
	case *logsql.PipeDelete:
		pr.apply = func(b *logsql.Batch) { dropColumns(b, p.Fields) }
	case *logsql.PipeRename:
		pr.apply = func(b *logsql.Batch) {
			for _, f := range p.Pairs {
				copyColumns(b, f, true)
			}
		}
	case *logsql.PipeCopy:
		pr.apply = func(b *logsql.Batch) {
			for _, f := range p.Pairs {
				copyColumns(b, f, false)
			}
		}
	}
	return pr
}

func (p *project) Write(worker int, b *logsql.Batch) error {
	out := &p.workers[worker]
	out.N, out.Times = b.N, b.Times
	out.Columns = append(out.Columns[:0], b.Columns...)
	p.apply(out)
	return p.next.Write(worker, out)
}

func (p *project) Flush() error { return p.next.Flush() }

// keepColumns leaves only the columns that the patterns mean, in the order of the patterns.
func keepColumns(b *logsql.Batch, patterns []string) {
	if !logsql.MatchName(patterns, timeField) {
		b.Times = nil
	}
	b.Columns = slices.DeleteFunc(b.Columns, func(c logsql.Column) bool { return !logsql.MatchName(patterns, c.Name) })
	place := func(name string) int {
		return slices.IndexFunc(patterns, func(p string) bool { return logsql.MatchName([]string{p}, name) })
	}
	slices.SortStableFunc(b.Columns, func(x, y logsql.Column) int { return place(x.Name) - place(y.Name) })
}

func dropColumns(b *logsql.Batch, patterns []string) {
	if logsql.MatchName(patterns, timeField) {
		b.Times = nil
	}
	b.Columns = slices.DeleteFunc(b.Columns, func(c logsql.Column) bool { return logsql.MatchName(patterns, c.Name) })
}

// copyColumns gives the columns of a pair, one or all that begin so, other names.
func copyColumns(b *logsql.Batch, f logsql.FieldPair, move bool) {
	if !f.Pattern() {
		copyColumn(b, f, move)
		return
	}
	var pairs []logsql.FieldPair
	add := func(name string) {
		if to := f.NewName(name); to != "" {
			pairs = append(pairs, logsql.FieldPair{From: name, To: to})
		}
	}
	if b.Times != nil {
		add(timeField)
	}
	for k := range b.Columns {
		add(b.Columns[k].Name)
	}
	// All names are read before one is written: x* as xx* gives xa and xxa to a and xa, which xa was before.
	before := *b
	before.Columns = slices.Clone(b.Columns)
	if move {
		for _, pair := range pairs {
			dropColumns(b, []string{pair.From})
		}
	}
	for _, pair := range pairs {
		setColumn(b, columnAs(&before, pair.From, pair.To))
	}
}

// columnAs returns a column under another name; that of a field that is not there is empty.
func columnAs(b *logsql.Batch, from, to string) logsql.Column {
	if from == timeField && b.Times != nil {
		return timeColumn(b.Times, to)
	}
	if c := b.Column(from); c != nil {
		out := *c
		out.Name = to
		return out
	}
	return logsql.ConstColumn(to, "")
}

// copyColumn gives a column a second name, or another when move is set. A field that is not there makes the
// field of the new name missing too.
func copyColumn(b *logsql.Batch, f logsql.FieldPair, move bool) {
	if f.From == f.To {
		return
	}
	column := columnAs(b, f.From, f.To)
	if move {
		dropColumns(b, []string{f.From})
	}
	setColumn(b, column)
}
