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
			_, err := s.Join(ctx)
			s.logFailure(err, "cannot join segments")
		case <-retain.C:
			s.logFailure(s.Retain(ctx), "cannot apply retention")
		}
	}
}

func (s *Store) logFailure(err error, what string) {
	if err != nil && !errors.Is(err, context.Canceled) {
		s.opts.Log.Warn(what+"; trying again later", "err", err)
	}
}
