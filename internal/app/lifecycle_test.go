package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A step that does not end, such as a client that waits for a broker that stands still, kept the process from ending: SIGTERM
// seemed to have no effect.
func TestStopLeavesBehindWhatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		l := lifecycle{log: slog.New(slog.NewTextHandler(&log, nil))}
		released, stopped := make(chan struct{}), []string{}
		defer close(released)
		note := func(name string) func(context.Context) error {
			return func(context.Context) error {
				stopped = append(stopped, name)
				return nil
			}
		}
		l.onStop("the first", time.Second, note("first"))
		l.onStop("the stuck", 10*time.Second, func(context.Context) error {
			<-released
			return nil
		})
		l.onStop("the slow", 10*time.Second, func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		l.onStop("the last", time.Second, note("last"))
		began := time.Now() // of the bubble's clock
		err := l.stop()
		if err == nil || !strings.Contains(err.Error(), "cannot stop the stuck: it has not ended") || !strings.Contains(err.Error(), "cannot stop the slow: context deadline exceeded") {
			t.Errorf("error %v", err)
		}
		if took := time.Since(began); took != 21*time.Second {
			t.Errorf("the stop took %s, want 10 s for the slow and 11 s for the stuck", took)
		}
		if strings.Join(stopped, " ") != "last first" {
			t.Errorf("stopped %v", stopped)
		}
		if strings.Count(log.String(), "still stopping") != 2 || !strings.Contains(log.String(), "the stuck") {
			t.Errorf("the log says\n%s", log.String())
		}
	})
}

// What runs beside all else is called once in each interval, and what is to come last finds it ended.
func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lifecycle{log: slog.New(slog.DiscardHandler)}
		var calls []time.Duration
		began, running := time.Now(), false
		l.every(time.Minute, "the watch", 10*time.Second, func(ctx context.Context, now time.Time) {
			running = true
			calls = append(calls, now.Sub(began))
			select { // as long as a call that a stop ends
			case <-ctx.Done():
			case <-time.After(20 * time.Second):
			}
			running = false
		}, func(context.Context) error {
			if running {
				t.Error("the last step came while a call was under way")
			}
			return errors.New("nobody to say goodbye to")
		})
		time.Sleep(2*time.Minute + 5*time.Second)
		if err := l.stop(); err == nil || !strings.Contains(err.Error(), "cannot stop the watch: nobody to say goodbye to") {
			t.Errorf("error %v", err)
		}
		time.Sleep(5 * time.Minute)
		if want := []time.Duration{time.Minute, 2 * time.Minute}; !slices.Equal(calls, want) {
			t.Errorf("called after %v, want %v", calls, want)
		}
	})
}
