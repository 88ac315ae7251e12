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
				copyColumn(b, f, true)
			}
		}
	case *logsql.PipeCopy:
		pr.apply = func(b *logsql.Batch) {
			for _, f := range p.Pairs {
				copyColumn(b, f, false)
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

// copyColumn gives a column a second name, or another when move is set. A field that is not there makes the
// field of the new name missing too.
func copyColumn(b *logsql.Batch, f logsql.FieldPair, move bool) {
	if f.From == f.To {
		return
	}
	column := logsql.ConstColumn(f.To, "")
	if f.From == timeField && b.Times != nil {
		column = timeColumn(b.Times, f.To)
	} else if c := b.Column(f.From); c != nil {
		column = *c
		column.Name = f.To
	}
	if move {
		dropColumns(b, []string{f.From})
	}
	setColumn(b, column)
}
