package logs

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// catchUp shows what was published between from and the snapshot, at most the last tailCatchUp rows of it, and returns the
// place behind it.
func (r *run) catchUp(ctx context.Context, from Cursor, emit func(TailChunk) error) (Cursor, error) {
	end := r.snap.cursor
	if from.Queue != end.Queue {
		return end, emit(TailChunk{Cursor: end})
	}
	f, e := follow{run: r}, r.newEval()
	skipped := int64(0)
	err := r.units(ctx, func(u unit) error {
		defer u.release()
		info := u.info()
		lo, hi := from.Offsets[info.Partition], bound(end, info.Partition)
		if info.Queue != end.Queue || info.MaxOffset < lo || info.MinOffset >= hi {
			return nil
		}
		if err := f.add(e, u, 0, lo, hi); err != nil {
			return r.readError(u, err)
		}
		if len(f.places) > 2*tailCatchUp {
			skipped += f.keepLast(tailCatchUp)
		}
		return nil
	})
	if err != nil {
		return from, err
	}
	skipped += f.keepLast(tailCatchUp)
	f.sort()
	to := end.furthest(from)
	for _, p := range f.places {
		to.Offsets[int(p.partition)] = max(to.Offsets[int(p.partition)], p.offset+1)
	}
	return to, f.emit(ctx, skipped, from.clone(), to, emit)
}

// bound returns the first offset that live rows will have; a partition without a writer has none.
func bound(c Cursor, partition int) int64 {
	if o, ok := c.Offsets[partition]; ok {
		return o
	}
	return math.MaxInt64
}

// keepLast drops all but the n rows with the highest offsets, and returns how many it dropped.
func (f *follow) keepLast(n int) int64 {
	drop := len(f.places) - n
	if drop <= 0 {
		return 0
	}
	slices.SortFunc(f.places, func(a, b place) int { return cmp.Compare(a.offset, b.offset) })
	f.places = slices.Delete(f.places, 0, drop)
	return int64(drop)
}
