package logs

import (
	"context"
	"errors"
	"time"
)

// How often the background work looks for something to do.
const (
	joinEvery   = 10 * time.Second
	retainEvery = time.Minute
)

// Run joins small segments and removes expired ones until ctx ends.
func (s *Store) Run(ctx context.Context) error {
	join, retain := time.NewTicker(joinEvery), time.NewTicker(retainEvery)
	defer join.Stop()
	defer retain.Stop()
	s.logFailure(s.Retain(ctx), "cannot apply retention")
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-join.C:
			s.drain(ctx)
		case <-retain.C:
			s.logFailure(s.Retain(ctx), "cannot apply retention")
		case <-s.retainNow:
			s.logFailure(s.Retain(ctx), "cannot apply retention")
		}
	}
}

// drain joins until nothing is left to join, or half of the time until the next tick is over: the rest of the time
// is for those who send and search.
func (s *Store) drain(ctx context.Context) {
	for began := s.opts.Now(); s.opts.Now().Sub(began) < joinEvery/2; {
		more, err := s.Join(ctx)
		s.logFailure(err, "cannot join segments")
		if err != nil || !more {
			return
		}
	}
}

func (s *Store) logFailure(err error, what string) {
	if err != nil && !errors.Is(err, context.Canceled) {
		s.opts.Log.Warn(what+"; trying again later", "err", err)
	}
}
