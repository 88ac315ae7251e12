package logs

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// A search for the newest rows works in two passes. The first finds which rows they are, and keeps of each only
// its place; it leaves out blocks that are older than the oldest of them once there are enough. The second reads
// the wanted fields of these rows.

// place says where a row is found, and its rank in the order of the result.
type place struct {
	time      int64
	offset    int64
	partition int32
	unit      int32
	row       uint32
}

func newer(a, b place) int {
	return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.partition, a.partition), cmp.Compare(b.offset, a.offset))
}

// oldestFirst is a heap of the rows found so far, the first to give up on top.
type oldestFirst []place

func (h oldestFirst) Len() int           { return len(h) }
func (h oldestFirst) Less(i, j int) bool { return newer(h[i], h[j]) > 0 }
func (h oldestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *oldestFirst) Push(x any)        { *h = append(*h, x.(place)) }
func (h *oldestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// finder is the first pass.
type finder struct {
	run   *run
	limit int

	mu    sync.Mutex
	found oldestFirst
	units []unit // that hold any place; their files are not held open
}

// newest emits the newest rows that match.
func (r *run) newest(ctx context.Context, emit Emit) (Stats, error) {
	const placeSize = 32
	if int64(r.req.Limit)*placeSize > r.req.MaxMemory {
		return r.stats, memoryError(r.req.MaxMemory)
	}
	f := &finder{run: r, limit: r.req.Limit}
	r.skip = f.tooOld
	if err := f.find(ctx); err != nil {
		return r.stats, err
	}
	slices.SortFunc(f.found, newer)
	r.stats.RowsMatched = int64(len(f.found))
	o, err := r.collect(ctx, f.units, f.found, r.req.MaxMemory)
	if err != nil {
		return r.stats, err
	}
	return r.stats, o.emit(emit)
}

// find looks for the rows in all blocks, those with the newest rows first.
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
		group.Go(func() error {
			e, stats := f.run.newEval(), Stats{}
			defer func() {
				stats.BytesRead = e.scratch.BytesRead()
				f.run.merge(&stats)
			}()
			for u := range units {
				err := f.unit(e, u, &stats)
				u.release()
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

// tooOld reports whether rows up to that time cannot be among the newest any more.
func (f *finder) tooOld(maxTime int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.found) == f.limit && maxTime < f.found[0].time
}

func (f *finder) unit(e *eval, u unit, stats *Stats) error {
	stats.BlocksTotal++
	info := u.info()
	if f.tooOld(info.MaxTime) {
		return nil
	}
	stats.RowsScanned += int64(info.Rows)
	e.scratch.Reset()
	rows := u.rows(e)
	alive, err := e.match(f.run.plan, 0, info.Rows)
	if err == nil && alive.empty() {
		return nil
	}
	if err != nil {
		return f.run.readError(u, err)
	}
	stats.BlocksRead++
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

// add takes the rows of a block that are newer than the oldest of those found.
func (f *finder) add(u unit, alive bitmap, times, offsets []int64) {
	partition := int32(u.info().Partition)
	f.mu.Lock()
	defer f.mu.Unlock()
	index := int32(len(f.units))
	taken := false
	alive.all(func(row int) {
		p := place{time: times[row], offset: offsets[row], partition: partition, unit: index, row: uint32(row)}
		switch {
		case len(f.found) < f.limit:
			heap.Push(&f.found, p)
		case newer(p, f.found[0]) < 0:
			f.found[0] = p
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
