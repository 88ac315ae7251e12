package logs

import (
	"context"
	"errors"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// How often the background work looks for something to do.
const (
	joinEvery   = 10 * time.Second
	retainEvery = time.Minute
)

// Run joins small segments and removes expired ones until ctx ends. Where others have the folder too, it follows what they
// do, and sweeps.
func (s *Store) Run(ctx context.Context) error {
	join, retain := time.NewTicker(joinEvery), time.NewTicker(retainEvery)
	defer join.Stop()
	defer retain.Stop()
	var follow, sweep <-chan time.Time // never
	if s.opts.Sharing != nil {
		f, w := time.NewTicker(followEvery), time.NewTicker(sweepEvery)
		defer f.Stop()
		defer w.Stop()
		follow, sweep = f.C, w.C
	}
	if s.opts.Ends != nil {
		watching := make(chan struct{})
		go func() {
			defer close(watching)
			s.watchEnds(ctx)
		}()
		defer func() { <-watching }()
	}
	away := false // what other processes do is not known
	s.turn(ctx, JobRetain, "cannot apply retention", s.Retain)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-join.C:
			s.turn(ctx, JobJoin, "cannot join segments", s.drain)
		case <-retain.C:
			s.turn(ctx, JobRetain, "cannot apply retention", s.Retain)
		case <-follow:
			_, err := s.refresh(ctx)
			if said := err != nil; said != away && ctx.Err() == nil {
				away = said
				s.followed(err)
			}
		case <-sweep:
			s.turn(ctx, JobSweep, "cannot sweep the folder of segments", s.Sweep)
		case <-s.retainNow:
			s.turn(ctx, JobRetain, "cannot apply retention", s.Retain)
		}
	}
}

// followed says that what other processes do became unknown, or known again.
func (s *Store) followed(err error) {
	if err != nil {
		s.opts.Log.Warn("cannot see what other processes store; trying again", "err", err)
		return
	}
	s.opts.Log.Info("what other processes store can be seen again")
}

// Jobs that one process does at a time among those that share the segments.
const (
	JobJoin   = "segments.join"
	JobRetain = "segments.retain"
	JobDelete = "segments.delete"
	JobSweep  = "segments.sweep"
)

// turn does a job unless another process is at it, which then does it for all.
func (s *Store) turn(ctx context.Context, job, failure string, f func(ctx context.Context) error) {
	_, err := s.opts.Turn(ctx, job, f)
	if s.opts.Sharing != nil && errors.Is(err, store.ErrConflict) {
		s.opts.Log.Debug(failure+"; another process has changed the same segments, trying again later", "err", err)
		return
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		s.opts.Log.Warn(failure+"; trying again later", "err", err)
	}
}

// drain joins until nothing is left to join, or half of the time until the next tick is over: the rest of the time
// is for those who send and search.
func (s *Store) drain(ctx context.Context) error {
	for began := s.opts.Now(); s.opts.Now().Sub(began) < joinEvery/2; {
		if more, err := s.Join(ctx); err != nil || !more {
			return err
		}
	}
	return nil
}
