package logs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Ask says which rows another process wants of those that are in memory here. They are handed over as blocks, and the one
// who asks searches these as it searches its own: so an Ask only has to leave out what cannot be wanted.
type Ask struct {
	// Partitions are those that the asked process owns, each with its epoch, and with the offset up to which the one who asks
	// has the rows in segments.
	Partitions []store.Partition
	// Some is content with the partitions that stand as the one who asks believes: the place behind the rows lacks the others.
	Some     bool
	From     map[int]int64 // by partition: rows below these offsets are known already
	Datasets []string
	Min, Max int64  // event time in ns since the epoch, both inclusive
	Filter   string // LogsQL without pipes; "" wants all rows
	Count    bool   // how many rows match is enough
	// Newest and Oldest want only the first Limit rows of that order, those behind a place, as in Search.
	Newest, Oldest bool
	Limit          int
	Behind         *model.Place
}

// Part is a block of rows that are in no segment, or how many there are.
type Part struct {
	Dataset      string
	Header, Body []byte // of the block, as in segments; empty when rows are counted
	Count        int64
}

// ErrMoved means that a partition does not stand, or is not owned, as the one who asks believes, or that its owner has not
// read yet what was acknowledged. Nothing is handed over, so that asking again costs little.
var ErrMoved = errors.New("the partition has moved meanwhile")

// smallShare is the part of an encoded block's rows that must match for it to be handed over as it is: copying costs nothing,
// and what does not match is left out by the one who asks.
const smallShare = 4

var encoders = sync.Pool{New: func() any { return block.NewEncoder() }}

// Unsealed hands over the rows that an Ask wants, as they are at one moment, and returns the place behind them. ErrMoved
// comes before the first part.
func (s *Store) Unsealed(ctx context.Context, ask Ask, give func(Part) error) (Cursor, error) {
	req, err := ask.search()
	if err != nil {
		return Cursor{}, err
	}
	snap, err := s.unsealed(&ask, &req)
	if err != nil {
		return Cursor{}, err
	}
	g := giver{run: s.newRun(req, snap), from: ask.From, encoder: encoders.Get().(*block.Encoder), give: give}
	defer encoders.Put(g.encoder)
	g.eval = g.run.newEval()
	if req.ranked() {
		return snap.cursor, g.ranked(ctx)
	}
	for _, p := range snap.memory {
		if err := ctx.Err(); err != nil {
			return snap.cursor, err
		}
		if err := g.part(&p, ask.Count); err != nil {
			return snap.cursor, err
		}
	}
	return snap.cursor, nil
}

// search is what has to be looked for.
func (a *Ask) search() (Search, error) {
	req := Search{
		Scope: model.Everything, Datasets: a.Datasets, Min: a.Min, Max: a.Max, Newest: a.Newest, Oldest: a.Oldest, Limit: a.Limit,
		Behind: a.Behind, Workers: 1, Fields: []string{model.FieldTime},
	}
	if a.Filter != "" {
		q, err := logsql.Parse(a.Filter, logsql.Options{})
		if err != nil {
			return req, fmt.Errorf("cannot read the filter that another process sent: %w", err)
		}
		req.Filter = q.Filter
	}
	return req.withDefaults(), nil
}

// unsealed is a snapshot of the rows in memory of the partitions that are asked for.
func (s *Store) unsealed(ask *Ask, req *Search) (*snapshot, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	snap := &snapshot{at: s.opts.Now().UnixNano(), cursor: Cursor{Queue: s.opts.Queue, Offsets: map[int]int64{}}}
	for _, p := range ask.Partitions {
		w := s.writers[p.Partition]
		// Behind its stored offset the writer has the rows in any case; before it, the one who asks must refresh. A checkpoint
		// that has happened but is not known here yet is no reason to wait.
		if p.Queue != s.opts.Queue || w == nil || w.position.Epoch != p.Epoch || w.stored > p.Offset || s.isBehind(w) {
			if ask.Some {
				continue
			}
			return nil, ErrMoved
		}
		snap.memory = w.appendMemoryLocked(snap.memory, p.Offset, req.Datasets, req.Min, req.Max)
		snap.cursor.Offsets[p.Partition] = w.visible
	}
	return snap, nil
}

// appendMemoryLocked appends the parts behind an offset that may hold rows of the datasets with lo <= time <= hi; Store.mu is
// held. A checkpoint takes whole blocks: none has rows on both sides of the offset that it stored.
func (w *Writer) appendMemoryLocked(parts []memoryPart, from int64, datasets []string, lo, hi int64) []memoryPart {
	add := func(part memoryPart) {
		info := part.info()
		if slices.Contains(datasets, part.key.Dataset) && info.MinTime <= hi && info.MaxTime >= lo && info.MinOffset >= from {
			parts = append(parts, part)
		}
	}
	for _, part := range w.parts {
		add(part)
	}
	for _, g := range w.published {
		if g.view != nil {
			add(memoryPart{key: g.key.Key, view: g.view})
		}
	}
	return parts
}

// giver hands over blocks of the rows that match. It is used by one goroutine.
type giver struct {
	run     *run
	eval    *eval
	from    map[int]int64
	encoder *block.Encoder
	give    func(Part) error
}

// part hands over what matches of one block.
func (g *giver) part(p *memoryPart, count bool) error {
	u := unit{dataset: p.key.Dataset, view: p.view, encoded: p.encoded}
	info := u.info()
	from := g.from[info.Partition]
	if info.MaxOffset < from {
		return nil
	}
	g.eval.scratch.Reset()
	rows := u.rows(g.eval)
	alive, err := g.run.match(g.eval, &u)
	if err == nil && info.MinOffset < from {
		err = dropBelow(rows, from, alive)
	}
	if err != nil || alive.empty() {
		return err
	}
	if count {
		return g.give(Part{Dataset: u.dataset, Count: int64(alive.count())})
	}
	return g.rows(&u, rows, alive)
}

func dropBelow(rows block.Rows, from int64, alive bitmap) error {
	offsets, err := rows.Offsets()
	if err == nil {
		alive.keep(func(row int) bool { return offsets[row] >= from })
	}
	return err
}

// rows hands over some rows of a block, or the block when they are a good part of it.
func (g *giver) rows(u *unit, rows block.Rows, alive bitmap) error {
	info := rows.Info()
	if u.encoded != nil && alive.count()*smallShare >= info.Rows {
		return g.give(Part{Dataset: u.dataset, Header: u.encoded.Header, Body: u.encoded.Body})
	}
	b := block.NewBuilder()
	if err := b.Rebuild(rows, alive.has, func(s *block.Stream) *block.Stream { return s }); err != nil {
		return err
	}
	e := g.encoder.Encode(b.View(info.Queue, info.Partition, info.Group))
	return g.give(Part{Dataset: u.dataset, Header: e.Header, Body: e.Body})
}

// ranked hands over the first rows of an order.
func (g *giver) ranked(ctx context.Context) error {
	f := newFinder(g.run)
	if err := f.find(ctx); err != nil {
		return err
	}
	chosen := make([]bitmap, len(f.units))
	for _, p := range f.found.places {
		if chosen[p.unit] == nil {
			chosen[p.unit] = newBitmap(nil, f.units[p.unit].info().Rows)
		}
		chosen[p.unit].add(int(p.row))
	}
	for i := range f.units {
		if chosen[i] == nil { // all its rows gave way to others
			continue
		}
		g.eval.scratch.Reset()
		u := &f.units[i]
		if err := g.rows(u, u.rows(g.eval), chosen[i]); err != nil {
			return err
		}
	}
	return nil
}

// ask returns what a search has to be told by others. Whatever the filter says of other processes' rows that they cannot
// decide for us stays out of it; then they hand over more than is wanted, and cannot count or choose.
func (r *Search) ask() Ask {
	a := Ask{Datasets: r.Datasets, Min: r.Min, Max: r.Max}
	if r.masks != nil { // the filter is of masked rows, which only the one who asks makes
		a.Filter, _ = logsql.Portable(r.limit)
		return a
	}
	if r.Filter != nil {
		text, ok := logsql.Portable(r.Filter)
		if !ok || r.ownPatterns() {
			return a
		}
		a.Filter = text
	}
	if r.ranked() {
		a.Newest, a.Oldest, a.Limit, a.Behind = r.Newest, r.Oldest, r.Limit, r.Behind
	}
	a.Count = len(r.Fields) == 0 && !r.All && !r.Blocks && !r.ranked() && r.Extract == nil
	return a
}

// ownPatterns reports whether the filter looks at patterns, which each process numbers by itself.
func (r *Search) ownPatterns() (own bool) {
	logsql.WalkFields(r.Filter, func(name string) { own = own || name == model.FieldPattern })
	return own
}

// open makes a part that came from another process one of a snapshot.
func (p *Part) open() (memoryPart, error) {
	m := memoryPart{counted: p.Count}
	m.key.Dataset = p.Dataset
	if p.Count > 0 {
		return m, nil
	}
	header, err := block.Open(p.Header)
	if err == nil && header.Size() != len(p.Body) {
		err = fmt.Errorf("%w: %d bytes instead of %d", block.ErrCorrupt, len(p.Body), header.Size())
	}
	if err != nil {
		return m, fmt.Errorf("cannot read a block of another process: %w", err)
	}
	m.encoded = &encodedPart{Encoded: block.Encoded{Header: p.Header, Body: p.Body, Info: *header.Info()}, header: header}
	return m, nil
}

// size is how much memory a part takes, in bytes.
func (p *Part) size() int64 { return int64(len(p.Header)*4 + len(p.Body)) }
