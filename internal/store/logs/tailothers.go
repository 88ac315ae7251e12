package logs

import (
	"context"
	"slices"
	"time"
)

// How often a tail looks for what other processes have, and how far their clocks and ours may be apart.
const (
	tailOthersEvery = 500 * time.Millisecond
	tailClocks      = time.Minute
)

// far finds for a tail the rows that come to other processes.
type far struct {
	run   *run
	tick  <-chan time.Time // nil when there are no others
	stop  func()
	heard int64 // when all others were last heard, ns since the epoch
}

func (s *Store) newFar(r *run, heard int64) *far {
	f := &far{run: r, stop: func() {}, heard: heard}
	if s.opts.Sharing != nil {
		t := time.NewTicker(tailOthersEvery)
		f.tick, f.stop = t.C, t.Stop
	}
	return f
}

// look shows the rows behind a cursor wherever they are: in the memory of their owner, or in segments that were stored since.
// A partition whose owner does not answer waits, with its cursor, until it does or its rows are stored.
func (f *far) look(ctx context.Context, at Cursor, emit func(TailChunk) error) (Cursor, error) {
	s := f.run.store
	snap, err := s.everywhere(ctx, &f.run.req, at.Offsets)
	if err != nil {
		if ctx.Err() == nil {
			s.opts.Log.Debug("a tail cannot see what other processes have; trying again", "err", err)
		}
		return at, ctx.Err()
	}
	defer s.release(snap)
	since := f.heard - int64(tailClocks)
	recent := *snap
	recent.segments = slices.DeleteFunc(slices.Clone(snap.segments), func(ref *segmentRef) bool {
		return ref.MaxReceived != 0 && ref.MaxReceived < since
	})
	if len(snap.missing) == 0 {
		f.heard = snap.at
	}
	f.run.snap = &recent
	defer func() { f.run.snap = nil }()
	return f.run.catchUp(ctx, at, emit)
}
