package pipe

import (
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// join adds the fields of rows of another query, which it holds all.
type join struct {
	pipe    *logsql.PipeJoin
	ended   func() error
	table   logsql.Batch // the rows of the other query, with the names that their fields get
	partner map[string][]int32
	workers []joinWorker
	next    Processor
}

type joinWorker struct {
	key      []byte
	by       []field
	rows     []int32 // of the batch
	partners []int32 // row of the table for each of rows, -1 for none
	out      Selection
}

func newJoin(p *logsql.PipeJoin, opts Options, next Processor) (*join, error) {
	j := &join{pipe: p, ended: opts.Ended, partner: map[string][]int32{}, workers: make([]joinWorker, opts.Workers), next: next}
	acct := &account{
		budget: opts.Budget, pipe: "join by " + strings.Join(p.By, ", "), holds: "rows",
		narrow: "keep fewer fields and rows in the query within it, or shorten its time range",
	}
	var kept []keptRow
	var k keeper
	var key []byte
	err := opts.Query(p.Query, func(b *logsql.Batch) error {
		b = withTimeColumn(b)
		k.begin(b)
		by := lookupAll(nil, b, p.By)
		for i := range b.N {
			r := k.keep(b, i)
			key = appendJoinKey(key[:0], by, i)
			j.partner[string(key)] = append(j.partner[string(key)], int32(len(kept)))
			kept = append(kept, r)
			if err := acct.add(r.bytes + len(key) + setEntryBytes); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(kept) == 0 {
		return j, err
	}
	j.table = *batchOf(kept)
	j.table.Columns = slices.DeleteFunc(j.table.Columns, func(c logsql.Column) bool { return slices.Contains(p.By, c.Name) })
	for i := range j.table.Columns {
		c := &j.table.Columns[i]
		c.Name = p.Prefix + c.Name
	}
	return j, nil
}

// lookupAll appends the fields of a batch that have the names.
func lookupAll(dst []field, b *logsql.Batch, names []string) []field {
	for _, name := range names {
		dst = append(dst, lookup(b, name))
	}
	return dst
}

// appendJoinKey appends the values to join by, so that no two lists of values are the same.
func appendJoinKey(dst []byte, by []field, i int) []byte {
	for _, f := range by {
		v := f.at(i)
		dst = strconv.AppendInt(dst, int64(len(v)), 10)
		dst = append(append(dst, ':'), v...)
	}
	return dst
}

// withTimeColumn returns a batch whose native times are a column like others.
func withTimeColumn(b *logsql.Batch) *logsql.Batch {
	if b.Times == nil {
		return b
	}
	columns := append(make([]logsql.Column, 0, len(b.Columns)+1), timeColumn(b.Times, timeField))
	return &logsql.Batch{N: b.N, Columns: append(columns, b.Columns...)}
}

func (j *join) Write(worker int, b *logsql.Batch) error {
	w := &j.workers[worker]
	w.by = lookupAll(w.by[:0], b, j.pipe.By)
	w.rows, w.partners = w.rows[:0], w.partners[:0]
	for i := range b.N {
		w.key = appendJoinKey(w.key[:0], w.by, i)
		found := j.partner[string(w.key)]
		if len(found) == 0 && !j.pipe.Inner {
			w.rows, w.partners = append(w.rows, int32(i)), append(w.partners, -1)
		}
		for _, at := range found {
			w.rows, w.partners = append(w.rows, int32(i)), append(w.partners, at)
			if len(w.rows) == 8*emitRows {
				if err := j.pass(worker, b); err != nil {
					return err
				}
			}
		}
	}
	return j.pass(worker, b)
}

// pass writes the rows that a worker has joined.
func (j *join) pass(worker int, b *logsql.Batch) error {
	w := &j.workers[worker]
	if len(w.rows) == 0 {
		return nil
	}
	if err := j.ended(); err != nil {
		return err
	}
	out := w.out.gather(b, w.rows)
	for _, c := range j.table.Columns {
		old := lookup(out, c.Name)
		if old.times != nil {
			continue
		}
		values := make([]string, out.N)
		for i, at := range w.partners {
			// What the row has itself stays: a join adds fields.
			if v := old.at(i); v != "" || at < 0 {
				values[i] = v
			} else {
				values[i] = c.At(int(at))
			}
		}
		setColumn(out, logsql.PlainColumn(c.Name, values))
	}
	w.rows, w.partners = w.rows[:0], w.partners[:0]
	return j.next.Write(worker, out)
}

func (j *join) Flush() error { return j.next.Flush() }
