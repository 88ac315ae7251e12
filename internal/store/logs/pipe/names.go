package pipe

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// fieldNames counts the rows that have each field.
type fieldNames struct {
	as      string
	workers []namesWorker
	next    Processor
}

type namesWorker struct {
	// A map that is assigned to takes the new key too, which may be of a batch; so values are pointers.
	hits map[string]*uint64
	acct *account
}

func newFieldNames(p *logsql.PipeFieldNames, opts Options, next Processor) *fieldNames {
	f := &fieldNames{as: p.As, next: next, workers: make([]namesWorker, opts.Workers)}
	for i := range f.workers {
		f.workers[i] = namesWorker{hits: map[string]*uint64{}, acct: &account{
			budget: opts.Budget, pipe: "field_names", holds: "names", narrow: "add a filter, or shorten the time range",
		}}
	}
	return f
}

func (f *fieldNames) Write(worker int, b *logsql.Batch) error {
	w := &f.workers[worker]
	if b.Times != nil {
		if err := w.add(timeField, uint64(b.N)); err != nil {
			return err
		}
	}
	for k := range b.Columns {
		c := &b.Columns[k]
		if n := present(c, b.N); n > 0 {
			if err := w.add(c.Name, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// present counts the rows that have a value in a column.
func present(c *logsql.Column, rows int) uint64 {
	if c.Const {
		if c.Values[0] == "" {
			return 0
		}
		return uint64(rows)
	}
	n := uint64(0)
	for i := range rows {
		if c.At(i) != "" {
			n++
		}
	}
	return n
}

func (w *namesWorker) add(name string, n uint64) error {
	if hits := w.hits[name]; hits != nil {
		*hits += n
		return nil
	}
	first := n
	w.hits[strings.Clone(name)] = &first
	return w.acct.add(len(name) + setEntryBytes)
}

func (f *fieldNames) Flush() error {
	w := &f.workers[0]
	for _, from := range f.workers[1:] {
		for name, n := range from.hits {
			if err := w.add(name, *n); err != nil {
				return err
			}
		}
	}
	names := make([]string, 0, len(w.hits))
	for name := range w.hits {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(*w.hits[y], *w.hits[x]), strings.Compare(x, y))
	})
	hits := make([]string, len(names))
	for i, name := range names {
		hits[i] = strconv.FormatUint(*w.hits[name], 10)
	}
	return flushInto(f.next, func(write func(*logsql.Batch) error) error {
		return write(&logsql.Batch{N: len(names), Columns: []logsql.Column{
			logsql.PlainColumn(f.as, names), logsql.PlainColumn("hits", hits),
		}})
	})
}

// facets counts the values of every field. A field with too many or too long values is given up early, so
// that messages and identifiers cost no memory.
type facets struct {
	pipe    *logsql.PipeFacets
	workers []*facetsWorker
	next    Processor
}

type facetsWorker struct {
	pipe   *logsql.PipeFacets
	fields map[string]*facetField
	rows   uint64
	acct   *account
}

type facetField struct {
	hits  map[string]*uint64
	given bool // too many or too long values
}

func newFacets(p *logsql.PipeFacets, opts Options, next Processor) *facets {
	f := &facets{pipe: p, next: next, workers: make([]*facetsWorker, opts.Workers)}
	for i := range f.workers {
		f.workers[i] = &facetsWorker{pipe: p, fields: map[string]*facetField{}, acct: &account{
			budget: opts.Budget, pipe: "facets", holds: "values",
			narrow: "lower max_values_per_field, keep fewer fields before it, or shorten the time range",
		}}
	}
	return f
}

func (f *facets) Write(worker int, b *logsql.Batch) error {
	w := f.workers[worker]
	w.rows += uint64(b.N)
	for k := range b.Columns {
		c := &b.Columns[k]
		to, err := w.field(c.Name)
		if err != nil {
			return err
		}
		if c.Const {
			if err := w.add(to, c.Values[0], uint64(b.N)); err != nil {
				return err
			}
			continue
		}
		for i := 0; i < b.N && !to.given; i++ {
			if err := w.add(to, c.At(i), 1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *facetsWorker) field(name string) (*facetField, error) {
	if f, ok := w.fields[name]; ok {
		return f, nil
	}
	f := &facetField{hits: map[string]*uint64{}}
	w.fields[strings.Clone(name)] = f
	return f, w.acct.add(len(name) + 2*setEntryBytes)
}

func (w *facetsWorker) add(f *facetField, value string, n uint64) error {
	if value == "" || f.given {
		return nil
	}
	if hits := f.hits[value]; hits != nil {
		*hits += n
		return nil
	}
	if len(value) > w.pipe.MaxLen || len(f.hits) >= w.pipe.MaxValues {
		for v := range f.hits {
			w.acct.give(len(v) + setEntryBytes)
		}
		f.given, f.hits = true, nil
		return nil
	}
	first := n
	f.hits[strings.Clone(value)] = &first
	return w.acct.add(len(value) + setEntryBytes)
}

func (f *facets) Flush() error {
	w := f.workers[0]
	for _, from := range f.workers[1:] {
		w.rows += from.rows
		for name, other := range from.fields {
			to, err := w.field(name)
			if err != nil {
				return err
			}
			if other.given {
				to.given, to.hits = true, nil
			}
			for value, n := range other.hits {
				if err := w.add(to, value, *n); err != nil {
					return err
				}
			}
		}
	}
	return flushInto(f.next, w.emit)
}

// emit writes the values of each field, most rows first, fields by name.
func (w *facetsWorker) emit(write func(*logsql.Batch) error) error {
	names := make([]string, 0, len(w.fields))
	for name, f := range w.fields {
		if f.given || len(f.hits) == 0 {
			continue
		}
		if len(f.hits) == 1 && !w.pipe.KeepConst {
			// A single value that only some rows have still tells them apart.
			only := uint64(0)
			for _, n := range f.hits {
				only = *n
			}
			if only == w.rows {
				continue
			}
		}
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := w.fields[name]
		values := make([]string, 0, len(f.hits))
		for v := range f.hits {
			values = append(values, v)
		}
		slices.SortFunc(values, func(x, y string) int {
			return cmp.Or(cmp.Compare(*f.hits[y], *f.hits[x]), logsql.CompareValues(x, y))
		})
		values = values[:min(len(values), w.pipe.N)]
		hits := make([]string, len(values))
		for i, v := range values {
			hits[i] = strconv.FormatUint(*f.hits[v], 10)
		}
		if err := write(&logsql.Batch{N: len(values), Columns: []logsql.Column{
			logsql.ConstColumn("field_name", name), logsql.PlainColumn("field_value", values), logsql.PlainColumn("hits", hits),
		}}); err != nil {
			return err
		}
	}
	return nil
}
