package kafka

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/queue/queuetest"
)

// A sender that gives up does not wait for the large records of its append; what they held is free when the brokers are there
// again.
func TestLargeRecordsEndWithTheirSender(t *testing.T) {
	c := fake(t, kfake.NumBrokers(1))
	opts := testOptions(c.ListenAddrs(), 1)
	opts.Batch.Size = 16 << 10
	q := closing(t, open(t, opts))
	var away atomic.Bool
	away.Store(true)
	c.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		return nil, errors.New("no answer"), away.Load()
	})
	large := string(make([]byte, 32<<10))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := q.Append(ctx, queuetest.Batches(1, 0, large, large, large))
	if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 3*time.Second {
		t.Errorf("the append took %v: %v", took, err)
	}
	away.Store(false)
	within, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	if err := q.pending.Acquire(within, q.opts.MaxPending); err != nil {
		t.Errorf("the append that ended holds pending bytes: %v", err)
	}
}
