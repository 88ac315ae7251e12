package logs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

// unit is one piece of work of a search: a block, or a number of rows known from metadata.
type unit struct {
	dataset string
	counted int64 // rows that match without looking at them

	from    int           // rows before are not wanted, where fields are masked
	view    *block.View   // open rows, or
	encoded *encodedPart  // an encoded block in memory, or
	header  *block.Header // a block of a segment
	base    int64
	file    *segment.File
	id      string
	files   *fileCache
}

func (u *unit) release() {
	if u.file != nil {
		u.files.release(u.id)
		u.file = nil
	}
}

func (u *unit) info() *block.Info {
	switch {
	case u.view != nil:
		return u.view.Info()
	case u.encoded != nil:
		return u.encoded.header.Info()
	}
	return u.header.Info()
}

// size is the stored bytes of the block, 0 for open rows.
func (u *unit) size() int64 {
	switch {
	case u.encoded != nil:
		return int64(len(u.encoded.Body))
	case u.header != nil:
		return int64(u.header.Size())
	}
	return 0
}

// rows lets the evaluation begin with the block.
func (u *unit) rows(e *eval) block.Rows {
	var rows block.Rows
	e.segment = partKey{segment: u.id, at: u.base}
	switch {
	case u.view != nil:
		rows = u.view
	case u.encoded != nil:
		rows = block.NewReader(u.encoded.header, bytes.NewReader(u.encoded.Body), 0, &e.scratch)
	default:
		rows = block.NewReader(u.header, u.file, u.base, &e.scratch).WithCache(segmentCache{e.cache, u.id, &e.cacheHits})
	}
	e.begin(u.dataset, rows)
	return rows
}

// readError says that a block could not be read: a damaged segment is passed over. A bound that is reached is no damage.
func (r *run) readError(u unit, err error) error {
	if u.id == "" || isLimit(err) {
		return err
	}
	r.failed(u.id, err)
	return nil
}

// countOnly reports whether the search only counts rows, without looking at any.
func (r *run) countOnly() bool {
	_, all := r.plan.(allNode)
	if and, ok := r.plan.(andNode); ok && len(and) == 2 {
		_, time := and[0].(timeNode)
		_, rest := and[1].(allNode)
		all = time && rest
	}
	// Which rows come first takes their times; which are seen, their streams.
	return all && r.shown == nil && !r.req.ranked() && len(r.req.Fields) == 0 && !r.req.All && !r.req.Blocks
}

// units calls f for each piece of work, memory first, then segments, those with the newest rows first. f
// releases what it is given. A search for the oldest rows takes segments and blocks the other way round.
func (r *run) units(ctx context.Context, f func(unit) error) error {
	countOnly := r.countOnly()
	within := func(lo, hi int64) bool { return countOnly && r.req.Min <= lo && hi <= r.req.Max }
	for _, p := range r.snap.memory {
		u := unit{dataset: p.key.Dataset, view: p.view, encoded: p.encoded, counted: p.counted}
		if p.counted == 0 && within(p.info().MinTime, p.info().MaxTime) {
			u = unit{dataset: p.key.Dataset, counted: int64(p.info().Rows)}
		}
		if err := f(u); err != nil {
			return err
		}
	}
	segments := r.snap.segments
	if r.req.Oldest {
		segments = slices.SortedFunc(slices.Values(segments), func(a, b *segmentRef) int { return cmp.Compare(a.MinTime, b.MinTime) })
	}
	for _, ref := range segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.segment(ctx, ref, within(ref.MinTime, ref.MaxTime), f); err != nil {
			return err
		}
		r.req.Progress.Segment()
	}
	return nil
}

// segment calls f for what a segment has to look at, or for the number of its rows when that is all that is wanted.
func (r *run) segment(ctx context.Context, ref *segmentRef, counted bool, f func(unit) error) error {
	switch {
	case r.skip != nil && r.skip(ref.MinTime, ref.MaxTime):
		return nil
	case counted && r.snap.damaged[ref.ID] == "":
		return f(unit{dataset: ref.Dataset, counted: ref.Rows})
	}
	return r.segmentUnits(ctx, ref, f)
}

// errReplaced ends a search that took so long that another process has removed what it was going to read.
var errReplaced = errors.New("segments were replaced and removed while the search ran; ask again, over a shorter time")

// notOpened passes over a segment that cannot be opened, unless it is gone because another process has replaced it: rows
// that are elsewhere now must not be missing in silence.
func (r *run) notOpened(ctx context.Context, id string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		replaced, fault := r.store.replaced(ctx, id)
		if fault != nil {
			r.passOver(id, fmt.Errorf("its file is gone, and what has replaced it is not known: %w", fault))
			return ctx.Err()
		}
		if replaced {
			return errReplaced
		}
	}
	r.failed(id, err)
	return nil
}

func (r *run) segmentUnits(ctx context.Context, ref *segmentRef, f func(unit) error) error {
	files := r.store.files
	file, err := files.acquire(ref.ID)
	if err != nil {
		return r.notOpened(ctx, ref.ID, err)
	}
	defer files.release(ref.ID)
	r.mu.Lock()
	r.stats.SegmentsRead++
	r.mu.Unlock()
	blocks := slices.Clone(file.Blocks)
	slices.SortFunc(blocks, func(a, b segment.Block) int {
		if r.req.Oldest {
			return cmp.Compare(a.Header.Info().MinTime, b.Header.Info().MinTime)
		}
		return cmp.Compare(b.Header.Info().MaxTime, a.Header.Info().MaxTime)
	})
	for _, b := range blocks {
		info := b.Header.Info()
		if info.MinTime > r.req.Max || info.MaxTime < r.req.Min || r.skip != nil && r.skip(info.MinTime, info.MaxTime) {
			continue
		}
		if _, err := files.acquire(ref.ID); err != nil { // a second use, that of the unit
			r.failed(ref.ID, err)
			return nil
		}
		u := unit{dataset: ref.Dataset, header: b.Header, base: b.Base, file: file, id: ref.ID, files: files}
		if err := f(u); err != nil {
			return err
		}
	}
	return nil
}
