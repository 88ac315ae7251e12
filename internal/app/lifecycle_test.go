package app

import (
	"context"
	"log/slog"
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
