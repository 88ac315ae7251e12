package logs

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// all emits every row that matches.
func (r *run) all(ctx context.Context, emit Emit) (Stats, error) {
	group, ctx := errgroup.WithContext(ctx)
	units := make(chan unit)
	group.Go(func() error {
		defer close(units)
		return r.units(ctx, func(u unit) error {
			select {
			case units <- u:
				return nil
			case <-ctx.Done():
				u.release()
				return ctx.Err()
			}
		})
	})
	for worker := range r.req.Workers {
		group.Go(func() (err error) {
			defer notPanicked(&err)
			w := emitter{run: r, eval: r.newEval(), worker: worker, emit: emit}
			defer w.end()
			for u := range units {
				if err := ctx.Err(); err != nil {
					u.release()
					return err
				}
				err := w.unit(u)
				w.told.tell(r.req.Progress, w.eval.scratch.BytesRead(), w.stats.RowsMatched)
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	for u := range units { // when all workers failed
		u.release()
	}
	return r.stats, err
}

// notPanicked makes an error of a panic: what one query runs into ends that query and not the process, which stores
// records beside it.
func notPanicked(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("the search failed, which is a fault of Haetae: %v\n%s", value, debug.Stack())
	}
}

// emitter is one worker of a search for all rows.
type emitter struct {
	run    *run
	eval   *eval
	worker int
	emit   Emit
	stats  Stats
	told   told
	rows   []uint32
}

// told is what one worker has told of its progress: once for each block, so that it costs nothing.
type told struct{ bytes, rows int64 }

func (t *told) tell(p *model.Progress, bytes, rows int64) {
	p.Add(bytes-t.bytes, rows-t.rows)
	t.bytes, t.rows = bytes, rows
}

func (w *emitter) end() {
	w.stats.BytesRead = w.eval.scratch.BytesRead()
	w.run.merge(&w.stats)
	w.run.ended(w.eval)
}

func (w *emitter) unit(u unit) error {
	defer u.release()
	if u.counted > 0 {
		if t := w.eval.trace; t != nil {
			t.counted += u.counted
			t.time.Rows += u.counted
		}
		w.stats.RowsMatched += u.counted
		return w.emit(w.worker, &logsql.Batch{N: int(u.counted)})
	}
	w.eval.scratch.Reset()
	rows, err := w.run.rows(w.eval, &u)
	if err != nil {
		return w.run.readError(u, err)
	}
	w.stats.BlocksTotal++
	w.stats.RowsScanned += int64(rows.Info().Rows)
	w.eval.trace.read("token_filter")
	b, n, err := w.eval.counted(w.eval.plan, &w.run.req)
	if err != nil {
		return w.run.readError(u, err)
	}
	if b != nil {
		w.eval.trace.count(&u, n)
		if n == 0 {
			return nil
		}
		w.stats.BlocksRead++
		w.stats.RowsMatched += int64(n)
		return w.emit(w.worker, b)
	}
	alive, err := w.run.match(w.eval, &u)
	if err != nil {
		return w.run.readError(u, err)
	}
	matched := alive.count()
	if matched == 0 {
		return nil
	}
	w.stats.BlocksRead++
	w.stats.RowsMatched += int64(matched)
	w.eval.trace.rows(matched)
	if w.run.req.Blocks {
		b, err := blockStats(&u, rows)
		if err != nil {
			return w.run.readError(u, err)
		}
		return w.emit(w.worker, b)
	}
	if w.run.req.Repeats {
		b, err := w.eval.repeats(&w.run.req, alive)
		if err != nil {
			return w.run.readError(u, err)
		}
		if b != nil {
			return w.emit(w.worker, b)
		}
	}
	return w.emitRows(u, alive)
}

// emitRows hands the matching rows of a block on, in batches.
func (w *emitter) emitRows(u unit, alive bitmap) error {
	out, err := w.eval.output(&w.run.req, alive)
	if err != nil {
		return w.run.readError(u, err)
	}
	w.rows = alive.rows(w.rows[:0])
	for rows := range slices.Chunk(w.rows, batchRows) {
		if err := w.emit(w.worker, out.batch(rows)); err != nil {
			return err
		}
	}
	return nil
}
