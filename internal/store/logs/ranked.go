package logs

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/haetae/haetae/internal/model"
)

// A search for the newest or oldest rows works in two passes. The first finds which rows they are, and keeps of each
// only its place; once there are enough, it leaves out blocks whose rows all come behind them. The second reads the
// wanted fields of these rows.

// place says where a row is found, and its rank in the order of the result.
type place struct {
	time      int64
	offset    int64
	partition int32
	unit      int32
	row       uint32
}

func newer(a, b place) int { return older(b, a) }

func older(a, b place) int {
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.partition, b.partition), cmp.Compare(a.offset, b.offset))
}

// of returns the place as those outside the store know it.
func (p place) of() model.Place {
	return model.Place{Time: p.time, Partition: int64(p.partition), Offset: p.offset}
}

// lastFirst is a heap of the rows found so far, the first to give up on top.
type lastFirst struct {
	places  []place
	compare func(a, b place) int
}

func (h *lastFirst) Len() int           { return len(h.places) }
func (h *lastFirst) Less(i, j int) bool { return h.compare(h.places[i], h.places[j]) > 0 }
func (h *lastFirst) Swap(i, j int)      { h.places[i], h.places[j] = h.places[j], h.places[i] }
func (h *lastFirst) Push(x any)         { h.places = append(h.places, x.(place)) }
func (h *lastFirst) Pop() any {
	last := h.places[len(h.places)-1]
	h.places = h.places[:len(h.places)-1]
	return last
}

// finder is the first pass.
type finder struct {
	run   *run
	limit int

	mu    sync.Mutex
	found lastFirst
	units []unit // that hold any place; their files are not held open
}

func newFinder(r *run) *finder {
	f := &finder{run: r, limit: r.req.Limit, found: lastFirst{compare: newer}}
	if r.req.Oldest {
		f.found.compare = older
	}
	r.skip = f.behind
	return f
}

// ranked emits the newest or oldest rows that match.
func (r *run) ranked(ctx context.Context, emit Emit) (Stats, error) {
	const placeSize = 32
	if int64(r.req.Limit)*placeSize > r.req.MaxMemory {
		return r.stats, memoryError(r.req.MaxMemory)
	}
	f := newFinder(r)
	if err := f.find(ctx); err != nil {
		return r.stats, err
	}
	found := f.found.places
	slices.SortFunc(found, f.found.compare)
	r.stats.RowsMatched = int64(len(found))
	if len(found) > 0 {
		r.stats.First, r.stats.Last = found[0].of(), found[len(found)-1].of()
	}
	o, err := r.collect(ctx, f.units, found, r.req.MaxMemory)
	if err != nil {
		return r.stats, err
	}
	return r.stats, o.emit(emit)
}

// find looks for the rows in all blocks, those that come first in the order first.
func (f *finder) find(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	units := make(chan unit)
	group.Go(func() error {
		defer close(units)
		return f.run.units(ctx, func(u unit) error {
			select {
			case units <- u:
				return nil
			case <-ctx.Done():
				u.release()
				return ctx.Err()
			}
		})
	})
	for range f.run.req.Workers {
		group.Go(func() (err error) {
			defer notPanicked(&err)
			e, stats, told := f.run.newEval(), Stats{}, told{}
			defer func() {
				stats.BytesRead = e.scratch.BytesRead()
				f.run.merge(&stats)
				f.run.ended(e)
			}()
			for u := range units {
				err := f.unit(e, u, &stats)
				u.release()
				told.tell(f.run.req.Progress, e.scratch.BytesRead(), stats.RowsMatched)
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	for u := range units {
		u.release()
	}
	return err
}

// behind reports whether all rows between two times come behind those found.
func (f *finder) behind(minTime, maxTime int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found.Len() < f.limit {
		return false
	}
	last := f.found.places[0].time
	if f.run.req.Oldest {
		return minTime > last
	}
	return maxTime < last
}

// wanted reports whether a row comes behind the place where the search begins.
func (f *finder) wanted(p place) bool {
	from := f.run.req.Behind
	if from == nil {
		return true
	}
	if f.run.req.Oldest {
		return p.of().Compare(*from) > 0
	}
	return p.of().Compare(*from) < 0
}

func (f *finder) unit(e *eval, u unit, stats *Stats) error {
	stats.BlocksTotal++
	info := u.info()
	if f.behind(info.MinTime, info.MaxTime) {
		return nil
	}
	stats.RowsScanned += int64(info.Rows)
	e.scratch.Reset()
	rows, err := f.run.rows(e, &u)
	if err != nil {
		return f.run.readError(u, err)
	}
	alive, err := f.run.match(e, &u)
	if err == nil && alive.empty() {
		return nil
	}
	if err != nil {
		return f.run.readError(u, err)
	}
	stats.BlocksRead++
	stats.RowsMatched += int64(alive.count())
	times, err := rows.Times()
	if err != nil {
		return f.run.readError(u, err)
	}
	offsets, err := rows.Offsets()
	if err != nil {
		return f.run.readError(u, err)
	}
	f.add(u, alive, times, offsets)
	return nil
}

// add takes the rows of a block that come before the last of those found.
func (f *finder) add(u unit, alive bitmap, times, offsets []int64) {
	partition := int32(u.info().Partition)
	f.mu.Lock()
	defer f.mu.Unlock()
	index := int32(len(f.units))
	taken := false
	alive.all(func(row int) {
		p := place{time: times[row], offset: offsets[row], partition: partition, unit: index, row: uint32(row)}
		switch {
		case !f.wanted(p):
			return
		case f.found.Len() < f.limit:
			heap.Push(&f.found, p)
		case f.found.compare(p, f.found.places[0]) < 0:
			f.found.places[0] = p
			heap.Fix(&f.found, 0)
		default:
			return
		}
		taken = true
	})
	if taken {
		u.file = nil // opened again by the second pass
		f.units = append(f.units, u)
	}
}
