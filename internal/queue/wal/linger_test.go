package wal

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// syncsOf counts the fsyncs of appends of which one begins each millisecond.
func syncsOf(t *testing.T, linger time.Duration, appends int, record string) (syncs int64) {
	synctest.Test(t, func(t *testing.T) {
		fs := vfstest.New(1)
		opts := testOptions(fs, nil)
		opts.SegmentBytes, opts.Linger = 64<<20, linger
		q := open(t, opts)
		defer q.Close()
		var count atomic.Int64
		fs.SetHook(func(op vfstest.Op, _ string) error {
			if op == vfstest.OpSync {
				count.Add(1)
			}
			return nil
		})
		var senders sync.WaitGroup
		for range appends {
			senders.Go(func() {
				if err := q.Append(t.Context(), queuetest.Batches(1, 0, record)); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Millisecond)
		}
		senders.Wait()
		syncs = count.Load()
	})
	return syncs
}

// On a disk whose fsyncs are dear, a linger lets appends share them; a group that is large already waits for no more.
func TestLinger(t *testing.T) {
	large := strings.Repeat("x", lingerBytes)
	for _, c := range []struct {
		name    string
		linger  time.Duration
		appends int
		record  string
		want    int64
	}{
		{"none", 0, 100, "x", 100},
		{"longer than all", time.Minute, 100, "x", 1},
		{"a tenth", 10*time.Millisecond - time.Microsecond, 100, "x", 10},
		{"large groups", time.Minute, 8, large, 8},
	} {
		if got := syncsOf(t, c.linger, c.appends, c.record); got != c.want {
			t.Errorf("%s: %d appends took %d fsyncs, want %d", c.name, c.appends, got, c.want)
		}
	}
}

// Close does not wait for the linger, nor lose what waits for it.
func TestCloseEndsLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := testOptions(vfstest.New(1), nil)
		opts.Linger = time.Hour
		q := open(t, opts)
		result := make(chan error, 1)
		go func() { result <- q.Append(t.Context(), queuetest.Batches(1, 0, "x")) }()
		synctest.Wait()
		began := time.Now()
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-result; err != nil || time.Since(began) > 0 {
			t.Errorf("the append returned %v after %s", err, time.Since(began))
		}
	})
}
