package kafka

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/queue"
)

// lines hands over what is logged.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// A member that the group gives nothing, because there are more processes than partitions, tells of each problem all the same.
func TestComplainsAgainWithoutPartitions(t *testing.T) {
	c := fake(t, kfake.NumBrokers(1))
	c.ControlKey(int16(kmsg.Heartbeat), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		req := r.(*kmsg.HeartbeatRequest)
		if req.InstanceID == nil || *req.InstanceID != "idle" {
			return nil, nil, false
		}
		refused := req.ResponseKind().(*kmsg.HeartbeatResponse)
		refused.ErrorCode = kerr.GroupAuthorizationFailed.Code
		return refused, nil, true
	})
	ledger, ctx, owned := &claims{}, t.Context(), make(chan struct{}, 2)
	consume := func(name string, consumers int, log *slog.Logger) (stop func()) {
		opts := testOptions(c.ListenAddrs(), 1)
		opts.Member, opts.Consumers, opts.Claim, opts.Log, opts.Session.Timeout.MS = name, consumers, ledger.claim, log, 6_000
		q := open(t, opts)
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() {
			ended <- q.Consume(ctx, func(ctx context.Context, _ queue.Reader) error {
				owned <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			})
		}()
		return func() {
			cancel()
			if err := errors.Join(<-ended, q.Close()); err != nil {
				t.Error(err)
			}
		}
	}
	defer consume("busy", 1, nil)()
	<-owned
	logged := make(lines, 1_000)
	defer consume("idle", 1, slog.New(slog.NewTextHandler(logged, nil)))()
	deadline := time.After(30 * time.Second)
	for told := 0; told < 2; {
		select {
		case line := <-logged:
			switch {
			case strings.Contains(line, "partitions are given"):
				t.Fatal("the idle member was given a partition")
			case strings.Contains(line, "the consumer group has a problem"):
				told++
			}
		case <-deadline:
			t.Fatalf("it told of %d problems, want one after each time it joined", told)
		}
	}
}
