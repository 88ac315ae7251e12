package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// prefixNode applies a matcher to the fields of a prefix: column by column, and to views line by line, for only a line
// tells which views it has.
type prefixNode struct{ filter *logsql.FieldsFilter }

func (prefixNode) cost() int { return costRow }

func (n prefixNode) possible(e *eval) (bool, error) {
	if n.filter.Matcher.Match("") || e.rows.Kind(model.FieldFormat) != block.Absent {
		return true, nil
	}
	for _, f := range n.columns(e) {
		if ok, err := f.possible(e); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// columns returns the filter for each stored field and stream field of the block that the prefix names.
func (n prefixNode) columns(e *eval) []node {
	var list []node
	for _, name := range e.storedNames(n.filter.Prefix) {
		list = append(list, compile(&logsql.FieldFilter{Field: name, Matcher: n.filter.Matcher}))
	}
	return list
}

// storedNames lists the stored fields and stream fields that begin with a prefix, as logsql.Row.Each wants them.
func (e *eval) storedNames(prefix string) []string {
	names := slices.Concat(e.rows.Info().Labels, e.rows.Names())
	names = slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasPrefix(name, prefix) || name != model.FieldMsg && model.ReservedName(name)
	})
	slices.Sort(names)
	return slices.Compact(names)
}

func (n prefixNode) narrow(e *eval, rows bitmap) error {
	if n.filter.Matcher.Match("") { // which rows have none of the fields takes all of them
		return rowNode{n.filter}.narrow(e, rows)
	}
	left := slices.Clone(rows)
	for _, f := range n.columns(e) {
		matched := slices.Clone(left)
		ok, err := f.possible(e)
		if ok && err == nil {
			err = f.narrow(e, matched)
		}
		if err != nil {
			return err
		}
		if ok {
			left.andNot(matched)
		}
	}
	if err := n.narrowViews(e, left); err != nil {
		return err
	}
	rows.andNot(left)
	return nil
}

// narrowViews drops the rows that have a view which matches.
func (n prefixNode) narrowViews(e *eval, rows bitmap) error {
	if rows.empty() || e.rows.Kind(model.FieldFormat) == block.Absent {
		return nil
	}
	r := rowOf{e: e}
	rows.keep(func(row int) bool {
		r.row = row
		matches := false
		r.views(n.filter.Prefix, func(value string) bool {
			matches = value != "" && n.filter.Matcher.Match(value)
			return !matches
		})
		return !matches
	})
	return r.err
}

// Each implements logsql.Row.
func (r *rowOf) Each(prefix string, visit func(value string) bool) {
	for _, name := range r.e.storedNames(prefix) {
		if !visit(r.Value(name)) {
			return
		}
	}
	r.views(prefix, visit)
}

// views calls visit with the views of the row that begin with a prefix and are not stored as well.
func (r *rowOf) views(prefix string, visit func(value string) bool) {
	format := r.Value(model.FieldFormat)
	if format == "" {
		return
	}
	p := r.e.views.parser(format)
	if p == nil {
		return
	}
	if t := r.e.trace; t != nil {
		t.parse(format)
	}
	stored := r.e.storedNames(prefix)
	r.fields = p.Views(r.Value(model.FieldMsg), r.fields[:0])
	for _, f := range r.fields {
		if !strings.HasPrefix(f.Name, prefix) || model.ReservedName(f.Name) {
			continue
		}
		if _, found := slices.BinarySearch(stored, f.Name); found && r.Value(f.Name) != "" {
			continue
		}
		if !visit(f.Value) {
			return
		}
	}
}
