package logs

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// TailChunk is what a tail hands on: rows in the order of offsets within each partition.
type TailChunk struct {
	Rows *logsql.Batch // nil when the chunk only moves the cursor
	// Skipped counts rows that were passed over, unseen, since the chunk before, because the reader was slow.
	Skipped int64
	// Sampled counts rows that matched and were left out of the sample since the chunk before.
	Sampled int64
	Cursor  Cursor // place behind these rows
}

// Bounds of tails.
const (
	maxTails = 64
	// What waits for one slow reader, and for all.
	tailRows   = 100_000
	tailBytes  = 16 << 20
	tailsBytes = 128 << 20
	// tailChunkBytes bounds the copies of rows that one chunk holds, unless it has a single row.
	tailChunkBytes = 2 << 20
	// tailCatchUp bounds the rows that a tail reads back to reach the present.
	tailCatchUp = 100_000
)

// tailRetry is when a reader may try again that came when there were too many.
const tailRetry = 10 * time.Second

// delta is a run of new rows of one open block.
type delta struct {
	dataset   string
	view      *block.View
	from      int
	partition int
	seen      int // rows that the reader's scope sees
}

// bytes estimates how much memory the rows that are seen keep alive.
func (d *delta) bytes() int64 {
	info := d.view.Info()
	return info.Raw * int64(d.seen) / int64(max(1, info.Rows))
}

// tail is one reader that follows new rows.
type tail struct {
	datasets []string
	seen     func(d *delta) int // counts the rows that the reader's scope sees
	wake     chan struct{}      // has one place

	mu      sync.Mutex
	deltas  []delta
	rows    int
	bytes   int64
	skipped int64
	cursor  Cursor
	from    map[int]int64 // by partition: where the rows begin that have come since take, and what it left out ended
}

// push takes new rows of a partition, between two offsets. It never waits: when the reader is slow, it drops the oldest, so
// that at most about so many bytes wait.
func (t *tail) push(partition int, from, next int64, deltas []delta, most int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cursor.Offsets[partition] = next
	if first, ok := t.from[partition]; !ok || from < first {
		t.from[partition] = from
	}
	for _, d := range deltas {
		if !slices.Contains(t.datasets, d.dataset) {
			continue
		}
		// Rows of others do not wait: how many they are must not show in what a slow reader misses.
		if d.partition, d.seen = partition, t.seen(&d); d.seen == 0 {
			continue
		}
		t.deltas = append(t.deltas, d)
		t.rows += d.seen
		t.bytes += d.bytes()
	}
	for len(t.deltas) > 1 && (t.rows > tailRows || t.bytes > most) {
		d := t.deltas[0]
		t.deltas = t.deltas[1:]
		t.rows -= d.seen
		t.bytes -= d.bytes()
		t.skipped += int64(d.seen)
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// take returns what has come since the last call, and the place behind that and behind at. With gaps, rows of a partition
// that do not go on where at is are left out, and the place with them: what came before them is yet to be found.
func (t *tail) take(at Cursor, gaps bool) (deltas []delta, skipped int64, cursor Cursor) {
	t.mu.Lock()
	defer t.mu.Unlock()
	deltas, skipped, cursor = t.deltas, t.skipped, t.cursor.furthest(at)
	if gaps {
		deltas = slices.DeleteFunc(deltas, func(d delta) bool { return t.from[d.partition] > at.Offsets[d.partition] })
	}
	for partition, from := range t.from {
		if gaps && from > at.Offsets[partition] {
			cursor.Offsets[partition] = at.Offsets[partition]
			t.from[partition] = t.cursor.Offsets[partition] // what was left out now is to be found as well
		} else {
			delete(t.from, partition)
		}
	}
	t.deltas, t.rows, t.bytes, t.skipped = nil, 0, 0, 0
	return deltas, skipped, cursor
}

// Tail hands rows that match to emit as soon as they are published, until ctx ends or emit fails; its error is
// returned. It begins behind from, or with what comes next when from is zero or of another queue. Limit, Min
// and Max of the request are not looked at. emit is called by one goroutine; a chunk is valid during the call.
// *model.BusyError when there are too many tails.
func (s *Store) Tail(ctx context.Context, req Search, from Cursor, emit func(TailChunk) error) error {
	req.Limit, req.Min, req.Max = 0, 0, 0
	req = req.withDefaults()
	if !req.narrow() {
		if err := emit(TailChunk{}); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}
	t := &tail{datasets: req.Datasets, seen: req.seen(), wake: make(chan struct{}, 1), from: map[int]int64{}}
	s.mu.Lock()
	if len(s.tails) >= maxTails {
		s.mu.Unlock()
		return &model.BusyError{Bound: "tails", RetryAfter: tailRetry}
	}
	t.cursor = s.cursorLocked()
	s.tails[t] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.tails, t)
		s.mu.Unlock()
	}()

	wanted := req
	if from.Queue != s.opts.Queue { // what is there already is not wanted, only where it ends
		wanted.Min, wanted.Max = math.MaxInt64, math.MaxInt64
	}
	snap, err := s.everywhere(ctx, &wanted, from.Offsets)
	if err != nil {
		return err
	}
	run := s.newRun(req, snap)
	at, err := run.catchUp(ctx, from, emit)
	s.release(snap)
	run.snap = nil
	if err != nil {
		return err
	}
	far := s.newFar(run, snap.at)
	defer far.stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-far.tick:
			if at, err = far.look(ctx, at, emit); err != nil {
				return err
			}
			continue
		case <-t.wake:
		}
		deltas, skipped, cursor := t.take(at, far.tick != nil)
		if err := run.emitDeltas(ctx, deltas, skipped, at, cursor, emit); err != nil {
			return err
		}
		at = cursor
	}
}

// follow finds the rows of a tail and shows them in the order in which they came.
type follow struct {
	run    *run
	units  []unit
	places []place
}

// add looks for rows in one block, from a row on and within offsets lo <= offset < hi.
func (f *follow) add(e *eval, u unit, from int, lo, hi int64) error {
	e.scratch.Reset()
	u.from = from
	rows, err := f.run.rows(e, &u)
	if err != nil {
		return err
	}
	if e.masker != nil { // those before may be left out already
		from = e.from
	}
	info := rows.Info()
	alive, err := e.match(e.plan, from, info.Rows)
	if err != nil || alive.empty() {
		return err
	}
	offsets, err := rows.Offsets()
	if err != nil {
		return err
	}
	times, err := rows.Times()
	if err != nil {
		return err
	}
	u.file = nil
	index := int32(len(f.units))
	f.units = append(f.units, u)
	alive.all(func(row int) {
		if o := offsets[row]; lo <= o && o < hi {
			f.places = append(f.places, place{time: times[row], offset: o, partition: int32(info.Partition), unit: index, row: uint32(row)})
		}
	})
	return nil
}

func (f *follow) sort() {
	slices.SortFunc(f.places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.partition, b.partition), cmp.Compare(a.offset, b.offset))
	})
}

// sample leaves out rows that are too many to show, and returns how many.
func (f *follow) sample(s *Sampler) int64 {
	if s == nil {
		return 0
	}
	chosen := s.Choose(len(f.places))
	for i, from := range chosen {
		f.places[i] = f.places[from]
	}
	out := len(f.places) - len(chosen)
	f.places = f.places[:len(chosen)]
	return int64(out)
}

// emit shows the rows, in chunks; the last one carries the cursor, the others where they stand. Chunks become smaller
// when rows turn out to be large.
func (f *follow) emit(ctx context.Context, skipped int64, at, end Cursor, emit func(TailChunk) error) error {
	most, sampled := batchRows, f.sample(f.run.req.Sample)
	for rest := f.places; len(rest) > 0; {
		places := rest[:min(most, len(rest))]
		limit := int64(tailChunkBytes)
		if len(places) == 1 {
			limit = math.MaxInt64 // the bound of a record is enough
		}
		o, err := f.run.collect(ctx, f.units, places, limit)
		if isLimit(err) {
			most = len(places) / 2
			continue
		}
		if err != nil {
			return err
		}
		rest = rest[len(places):]
		for _, p := range places {
			at.Offsets[int(p.partition)] = p.offset + 1
		}
		if o.n == 0 {
			continue
		}
		if err := emit(TailChunk{Rows: o.batch(0, o.n), Skipped: skipped, Sampled: sampled, Cursor: at.clone()}); err != nil {
			return err
		}
		skipped, sampled = 0, 0
	}
	return emit(TailChunk{Skipped: skipped, Sampled: sampled, Cursor: end})
}

// emitDeltas shows new rows between two cursors; those below the first were shown before, as rows of another process.
func (r *run) emitDeltas(ctx context.Context, deltas []delta, skipped int64, at, end Cursor, emit func(TailChunk) error) error {
	f, e := follow{run: r}, r.newEval()
	for _, d := range deltas {
		if err := f.add(e, unit{dataset: d.dataset, view: d.view}, d.from, at.Offsets[d.partition], math.MaxInt64); err != nil {
			return err
		}
	}
	f.sort()
	return f.emit(ctx, skipped, at.clone(), end, emit)
}
