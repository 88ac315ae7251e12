package logs

import (
	"context"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// FieldName is a field that rows have, stored or as a view.
type FieldName struct {
	Name string
	// Rows counts rows that may have the field: those of blocks in which any row has it.
	Rows int64
	View bool // no row has it stored
}

// sampledViews is how many lines of a block are parsed to learn the views of a format without fixed names.
const sampledViews = 64

// FieldNames lists the fields of the rows that match, sorted by name: stream fields, stored fields, and views. It
// reads what the filter needs and the formats, but no other column, which makes it far cheaper than a search.
func (s *Store) FieldNames(ctx context.Context, req Search) ([]FieldName, Stats, error) {
	req.Newest, req.Oldest, req.All = false, false, false
	req.Fields = []string{model.FieldTime} // so that blocks are not merely counted
	req = req.withDefaults()
	if !req.Scope.All() {
		return nil, Stats{CompleteUpTo: s.opts.Now().UnixNano()}, nil
	}
	snap, err := s.everywhere(ctx, &req, nil)
	if err != nil {
		return nil, Stats{}, err
	}
	defer s.release(snap)
	run := s.newRun(req, snap)
	names := nameCounter{eval: run.newEval(), stored: map[string]int64{}, views: map[string]int64{}}
	err = run.units(ctx, func(u unit) error {
		defer u.release()
		if err := names.add(run, u); err != nil {
			return run.readError(u, err)
		}
		return ctx.Err()
	})
	run.merge(&Stats{BytesRead: names.eval.scratch.BytesRead()})
	return names.sorted(), run.stats, err
}

// nameCounter counts the rows of each field.
type nameCounter struct {
	eval          *eval
	stored, views map[string]int64
}

func (c *nameCounter) add(r *run, u unit) error {
	c.eval.scratch.Reset()
	rows := u.rows(c.eval)
	alive, err := c.eval.match(r.plan, 0, rows.Info().Rows)
	if err != nil || alive.empty() {
		return err
	}
	n := int64(alive.count())
	r.stats.BlocksTotal++
	r.stats.BlocksRead++
	r.stats.RowsMatched += n
	for _, name := range [...]string{
		model.FieldTime, model.FieldStream, model.FieldStreamID, model.FieldDataset, model.FieldObserved, model.FieldRecordID,
	} {
		c.stored[name] += n
	}
	for _, name := range rows.Info().Labels {
		c.stored[name] += n
	}
	for _, name := range rows.Names() {
		if !c.eval.hasLabel(name) {
			c.stored[name] += n
		}
	}
	return c.addViews(rows, alive)
}

// addViews counts the views of the formats that the rows have.
func (c *nameCounter) addViews(rows block.Rows, alive bitmap) error {
	formats, err := rows.Column(model.FieldFormat)
	if err != nil || formats.Kind == block.Absent {
		return err
	}
	counts, open := map[string]int64{}, []int(nil)
	alive.all(func(row int) {
		name := formats.At(row)
		if counts[name]++; counts[name] <= sampledViews {
			if p := c.eval.views.parser(name); p != nil && p.Open() {
				open = append(open, row)
			}
		}
	})
	for format, n := range counts {
		if p := c.eval.views.parser(format); p != nil {
			for _, name := range p.ViewNames() {
				c.views[name] += n
			}
		}
	}
	if len(open) == 0 {
		return nil
	}
	msg, err := rows.Column(model.FieldMsg)
	if err != nil {
		return err
	}
	found := map[string]map[string]bool{} // by format
	var fields []model.Field
	for _, row := range open {
		format := formats.At(row)
		p := c.eval.views.parser(format)
		if found[format] == nil {
			found[format] = map[string]bool{}
		}
		fields = p.Views(msg.At(row), fields[:0])
		for _, f := range fields {
			if !found[format][f.Name] && !slices.Contains(p.ViewNames(), f.Name) {
				found[format][strings.Clone(f.Name)] = true
			}
		}
	}
	for format, names := range found {
		for name := range names {
			c.views[name] += counts[format]
		}
	}
	return nil
}

func (c *nameCounter) sorted() []FieldName {
	list := make([]FieldName, 0, len(c.stored)+len(c.views))
	for name, n := range c.stored {
		list = append(list, FieldName{Name: name, Rows: n})
	}
	for name, n := range c.views {
		if _, ok := c.stored[name]; !ok && name != "" {
			list = append(list, FieldName{Name: name, Rows: n, View: true})
		}
	}
	slices.SortFunc(list, func(a, b FieldName) int { return strings.Compare(a.Name, b.Name) })
	return list
}
