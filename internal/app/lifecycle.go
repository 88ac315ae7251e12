package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// lifecycle remembers how to end what was started, and ends it in reverse order.
type lifecycle struct {
	log   *slog.Logger
	steps []step
}

type step struct {
	name  string
	bound time.Duration
	stop  func(context.Context) error
}

// onStop registers the teardown of something that has just started; it gets at most bound to end.
func (l *lifecycle) onStop(name string, bound time.Duration, stop func(context.Context) error) {
	l.steps = append(l.steps, step{name, bound, stop})
}

// stop ends everything and joins the errors.
func (l *lifecycle) stop() error {
	var errs []error
	for _, s := range slices.Backward(l.steps) {
		ctx, cancel := context.WithTimeout(context.Background(), s.bound)
		start := time.Now()
		if err := s.stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("cannot stop %s: %w", s.name, err))
		}
		cancel()
		l.log.Debug("stopped", "what", s.name, "took", time.Since(start).Round(time.Millisecond))
	}
	l.steps = nil
	return errors.Join(errs...)
}
