package logs

import (
	"context"
	"errors"
	"slices"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// ordered holds copies of rows from several blocks in the order of the result.
type ordered struct {
	n       int
	times   []int64
	wanted  bool // times are
	names   []string
	columns map[string][]string
	memory  int64
	limit   int64 // of memory
}

// memoryError says that a search keeps too much.
func memoryError(limit int64) error {
	return &model.LimitError{
		Code: "query.too_much_memory", Bound: "the memory of a query (" + config.Size(limit).String() + ")",
		Hint: "ask for fewer rows or fewer fields",
	}
}

func isLimit(err error) bool {
	var limit *model.LimitError
	return errors.As(err, &limit)
}

// collect reads the wanted fields of rows, which are in the order of the result. A *model.LimitError says that their
// copies take more than limit bytes.
func (r *run) collect(ctx context.Context, units []unit, places []place, limit int64) (*ordered, error) {
	o := &ordered{n: len(places), times: make([]int64, len(places)), columns: map[string][]string{}, limit: limit}
	o.wanted = r.req.All || slices.Contains(r.req.Fields, model.FieldTime)
	byUnit := make([]int, len(places)) // indices of places by block
	for i := range byUnit {
		byUnit[i] = i
		o.times[i] = places[i].time
	}
	slices.SortStableFunc(byUnit, func(a, b int) int { return int(places[a].unit) - int(places[b].unit) })
	e, lost := r.newEval(), []int(nil)
	for start := 0; start < len(byUnit); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		index := places[byUnit[start]].unit
		end := start
		for end < len(byUnit) && places[byUnit[end]].unit == index {
			end++
		}
		if err := r.copyRows(e, units[index], places, byUnit[start:end], o); err != nil {
			if err = r.readError(units[index], err); err != nil {
				return nil, err
			}
			lost = append(lost, byUnit[start:end]...)
		}
		start = end
	}
	r.merge(&Stats{BytesRead: e.scratch.BytesRead()})
	e.trace.rows(len(places))
	r.ended(e)
	o.remove(lost)
	return o, nil
}

// copyRows copies the rows of one block to their places in the result.
func (r *run) copyRows(e *eval, u unit, places []place, at []int, o *ordered) error {
	if u.id != "" {
		file, err := u.files.acquire(u.id)
		if err != nil {
			return err
		}
		u.file = file
		defer u.release()
	}
	e.scratch.Reset()
	block, err := r.rows(e, &u)
	if err != nil {
		return err
	}
	rows := newBitmap(nil, block.Info().Rows)
	list := make([]uint32, len(at))
	for i, p := range at {
		list[i] = places[p].row
		rows.add(int(places[p].row))
	}
	out, err := e.output(&r.req, rows)
	if err != nil {
		return err
	}
	b := out.batch(list)
	for i := range b.Columns {
		if err := o.copyColumn(&b.Columns[i], at); err != nil {
			return err
		}
	}
	return nil
}

func (o *ordered) copyColumn(c *logsql.Column, at []int) error {
	const stringSize = 16
	values := o.columns[c.Name]
	if values == nil {
		if o.memory += int64(o.n) * stringSize; o.memory > o.limit {
			return memoryError(o.limit)
		}
		values = make([]string, o.n)
		o.columns[c.Name] = values
		o.names = append(o.names, c.Name)
	}
	last, copied := "", ""
	for i, to := range at {
		v := c.At(i)
		if v != last { // neighbours often have the same value
			if o.memory += int64(len(v)); o.memory > o.limit {
				return memoryError(o.limit)
			}
			last, copied = v, string([]byte(v))
		}
		values[to] = copied
	}
	return nil
}

// remove drops rows that could not be read.
func (o *ordered) remove(rows []int) {
	if len(rows) == 0 {
		return
	}
	lost := newBitmap(nil, o.n)
	for _, i := range rows {
		lost.add(i)
	}
	keep := 0
	for i := range o.n {
		if lost.has(i) {
			continue
		}
		o.times[keep] = o.times[i]
		for _, values := range o.columns {
			values[keep] = values[i]
		}
		keep++
	}
	o.n = keep
}

// emit hands the rows on in order, in batches.
func (o *ordered) emit(emit Emit) error {
	for start := 0; start < o.n; start += batchRows {
		if err := emit(0, o.batch(start, min(start+batchRows, o.n))); err != nil {
			return err
		}
	}
	return nil
}

func (o *ordered) batch(from, to int) *logsql.Batch {
	b := &logsql.Batch{N: to - from}
	if o.wanted {
		b.Times = o.times[from:to]
	}
	for _, name := range o.names {
		b.Columns = append(b.Columns, logsql.PlainColumn(name, o.columns[name][from:to]))
	}
	return b
}
