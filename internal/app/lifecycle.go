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

// background runs f beside all else until its turn to stop has come, which ends its context; then comes last, where there is one.
func (l *lifecycle) background(name string, bound time.Duration, f func(context.Context), last ...func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f(ctx)
	}()
	l.onStop(name, bound, func(ctx context.Context) error {
		cancel()
		select {
		case <-ended:
		case <-ctx.Done():
			return ctx.Err()
		}
		for _, f := range last {
			if err := f(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// every calls f once in each interval, beside all else; the first call comes when one is over.
func (l *lifecycle) every(interval time.Duration, name string, bound time.Duration, f func(context.Context, time.Time), last ...func(context.Context) error) {
	l.background(name, bound, func(ctx context.Context) {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-tick.C:
				f(ctx, now)
			}
		}
	}, last...)
}

const (
	// slowStop is how long a step may take before the log names it: who has sent SIGTERM must see what it waits for.
	slowStop = 3 * time.Second
	// stopGrace is what a step has beyond its bound to return by itself. One that does not, such as a client that waits for a broker
	// that stands still, is left behind: it must not keep the process.
	stopGrace = time.Second
)

// stop ends everything and joins the errors.
func (l *lifecycle) stop() error {
	var errs []error
	for _, s := range slices.Backward(l.steps) {
		ctx, cancel := context.WithTimeout(context.Background(), s.bound)
		start := time.Now()
		if err := l.end(ctx, &s); err != nil {
			errs = append(errs, fmt.Errorf("cannot stop %s: %w", s.name, err))
		}
		cancel()
		l.log.Debug("stopped", "what", s.name, "took", time.Since(start).Round(time.Millisecond))
	}
	l.steps = nil
	return errors.Join(errs...)
}

// end ends one step within its bound, or leaves it behind.
func (l *lifecycle) end(ctx context.Context, s *step) error {
	ended := make(chan error, 1)
	go func() { ended <- s.stop(ctx) }()
	slow, late := time.NewTimer(min(slowStop, s.bound)), time.NewTimer(s.bound+stopGrace)
	defer slow.Stop()
	defer late.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-slow.C:
			l.log.Info("still stopping", "what", s.name, "at_most", s.bound)
		case <-late.C:
			return fmt.Errorf("it has not ended within %s", s.bound+stopGrace)
		}
	}
}
