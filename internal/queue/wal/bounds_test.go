package wal

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

func wantBusy(t *testing.T, err error, bound string) {
	t.Helper()
	var busy *model.BusyError
	if !errors.As(err, &busy) || busy.Bound != bound || busy.RetryAfter <= 0 {
		t.Fatalf("got %v, want bound %s", err, bound)
	}
}

// A full disk refuses senders, keeps readers, and appends go on by themselves when there is room: also when
// the file system lies about its room, so that the write itself fails half way.
func TestFullDisk(t *testing.T) {
	for _, minFree := range []int64{1, 20_000} {
		t.Run(fmt.Sprint("min free ", minFree), func(t *testing.T) {
			fs := vfstest.New(1)
			opts := testOptions(fs, nil)
			opts.SegmentBytes, opts.MinFree = 4000, minFree
			fs.SetCapacity(minFree + 10_000)
			q := open(t, opts)
			defer func() { _ = q.Close() }()
			var end int64
			appendNumbered(t, q, &end, 10)
			full := queuetest.Batches(1, 0, strings.Repeat("x", 12_000))
			for range 3 {
				wantBusy(t, q.Append(t.Context(), full), boundDisk)
			}
			if s := q.Stats()[0]; s.End != end {
				t.Fatalf("a refused append moved the end: %+v", s)
			}
			readRun(t, q, end)
			fs.SetCapacity(0)
			appendNumbered(t, q, &end, 10)
			readRun(t, q, end)
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			q = open(t, opts)
			readRun(t, q, end)
		})
	}
}

// The one file of a queue on a small disk never gets large enough to be rolled: when all of it is stored it goes all the
// same, else the disk stays full and nothing is taken ever again. So it is after a restart.
func TestFullDiskLetsStoredFileGo(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			fs := vfstest.New(1)
			opts := testOptions(fs, nil)
			opts.SegmentBytes, opts.MinFree = 64<<20, 1000
			fs.SetCapacity(20_000)
			q := open(t, opts)
			defer func() { _ = q.Close() }()
			full := queuetest.Batches(1, 0, strings.Repeat("x", 12_000))
			if err := q.Append(t.Context(), full); err != nil {
				t.Fatal(err)
			}
			wantBusy(t, q.Append(t.Context(), full), boundDisk)
			if restart {
				if err := q.Close(); err != nil {
					t.Fatal(err)
				}
				q = open(t, opts)
			}
			if err := q.partitions[0].setStored(1); err != nil {
				t.Fatal(err)
			}
			wantBusy(t, q.Append(t.Context(), full), boundDisk)
			for q.disk.Load() > 0 && t.Context().Err() == nil {
				runtime.Gosched() // the writer is on its way
			}
			if err := q.Append(t.Context(), full); err != nil {
				t.Fatalf("everything is stored, yet: %v", err)
			}
			if s := q.Stats()[0]; s.Oldest != 1 || s.End != 2 {
				t.Errorf("the queue holds %d to %d, want the last record", s.Oldest, s.End)
			}
		})
	}
}

// A bound that refuses everybody for seconds is told; a sender who has to wait once is not, nor is what is long over.
func TestRefuses(t *testing.T) {
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	now := time.Unix(1_800_000_000, 0)
	opts.Now, opts.MaxBytes = func() time.Time { return now }, 10_000
	q := open(t, opts)
	defer q.Close()
	large, small := queuetest.Batches(1, 0, strings.Repeat("x", 6000)), queuetest.Batches(1, 0, "x")
	if err := q.Append(t.Context(), large); err != nil {
		t.Fatal(err)
	}
	refused := func(after time.Duration, want string) {
		t.Helper()
		now = now.Add(after)
		wantBusy(t, q.Append(t.Context(), large), boundSize)
		if got := q.Refuses(); got != want {
			t.Errorf("refuses %q, want %q", got, want)
		}
	}
	refused(0, "")
	refused(2*time.Second, "")
	refused(2*time.Second, boundSize)
	if err := q.Append(t.Context(), small); err != nil {
		t.Fatal(err)
	}
	if got := q.Refuses(); got != "" {
		t.Errorf("refuses %q though it takes records", got)
	}
	refused(0, "")
	refused(5*time.Second, boundSize)
	if now = now.Add(time.Minute); q.Refuses() != "" {
		t.Error("refuses though nobody has sent for long")
	}
	refused(0, "")
}

// Writes that fail half way with ENOSPC though the file system reports room (quotas, reserved blocks).
func TestHalfWrittenGroup(t *testing.T) {
	fs := vfstest.New(1)
	q := open(t, testOptions(fs, nil))
	var end int64
	appendNumbered(t, q, &end, 3)
	var failing atomic.Bool
	fs.SetHook(func(op vfstest.Op, _ string) error {
		if op == vfstest.OpWrite && failing.Load() {
			return syscall.ENOSPC
		}
		return nil
	})
	for range 20 {
		failing.Store(true)
		wantBusy(t, q.Append(t.Context(), queuetest.Batches(1, 0, strings.Repeat("never", 50))), boundDisk)
		failing.Store(false)
		appendNumbered(t, q, &end, 1)
	}
	readRun(t, q, end)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = open(t, testOptions(fs.Crash(), nil))
	defer q.Close()
	readRun(t, q, end)
}

// readRun reads offsets 0 to end-1 and fails on anything lost.
func readRun(t *testing.T, q *Queue, end int64) {
	t.Helper()
	for i, rec := range queuetest.Read(t, q, 0, 0, int(end)) {
		if rec != numberedRecord(int64(i)) {
			t.Fatalf("record %q at offset %d", rec, i)
		}
	}
}

// When the disk can start and read only, a full disk at start must not keep the store from taking records out.
func TestOpensOnFullDisk(t *testing.T) {
	fs, _, end := filled(t)
	fs.SetCapacity(fs.Used())
	q := open(t, testOptions(fs, nil))
	defer q.Close()
	readRun(t, q, end)
	wantBusy(t, q.Append(t.Context(), queuetest.Batches(1, 0, "more")), boundDisk)
}

// What waits for the disk is bounded: the next sender waits in Append, and leaves when its context ends.
func TestPendingBound(t *testing.T) {
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	opts.MaxPending = 1000
	q := open(t, opts)
	defer q.Close()
	inSync, goOn := make(chan struct{}, 10), make(chan struct{})
	fs.SetHook(func(op vfstest.Op, _ string) error {
		if op == vfstest.OpSync {
			inSync <- struct{}{}
			<-goOn
		}
		return nil
	})
	first := make(chan error, 1)
	go func() { first <- q.Append(t.Context(), queuetest.Batches(1, 0, strings.Repeat("a", 5000))) }()
	<-inSync
	waiting, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() { second <- q.Append(waiting, queuetest.Batches(1, 0, "b")) }()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Fatalf("the waiting append returned %v", err)
	}
	close(goOn)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, "c")); err != nil {
		t.Fatal(err)
	}
	if got := queuetest.Read(t, q, 0, 0, 2); got[1] != "c" {
		t.Fatalf("an append that was given up while it waited was stored: %q", got[1])
	}
}

// A caller that leaves during the fsync frees its batch at once; the records are stored once all the same.
func TestAppendGivenUp(t *testing.T) {
	fs := vfstest.New(1)
	q := open(t, testOptions(fs, nil))
	defer q.Close()
	inSync, goOn := make(chan struct{}, 10), make(chan struct{})
	fs.SetHook(func(op vfstest.Op, _ string) error {
		if op == vfstest.OpSync {
			inSync <- struct{}{}
			<-goOn
		}
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	b := queuetest.Batches(1, 0, "given up")
	go func() { result <- q.Append(ctx, b) }()
	<-inSync
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	b[0].Reset()
	b[0].AddBytes([]byte("OVERWRIT"))
	close(goOn)
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, "next")); err != nil {
		t.Fatal(err)
	}
	got := queuetest.Read(t, q, 0, 0, 2)
	if got[0] != "given up" || got[1] != "next" {
		t.Fatalf("stored %q", got)
	}
}

// Many senders, few fsyncs: without group commit a disk's latency is everyone's throughput.
func TestGroupsShareOneSync(t *testing.T) {
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	opts.SegmentBytes = 1 << 20
	q := open(t, opts)
	defer q.Close()
	var syncs atomic.Int64
	entered, goOn := make(chan struct{}, 1), make(chan struct{})
	fs.SetHook(func(op vfstest.Op, _ string) error {
		if op == vfstest.OpSync && syncs.Add(1) == 1 {
			entered <- struct{}{}
			<-goOn
		}
		return nil
	})
	const senders = 20
	results := make(chan error, senders)
	send := func() { results <- q.Append(t.Context(), queuetest.Batches(1, 0, "x")) }
	go send()
	<-entered
	for range senders - 1 {
		go send()
	}
	for q.reserved.Load() < senders*laidOut(queuetest.Batches(1, 0, "x")[0]) {
		if t.Context().Err() != nil {
			return
		}
	}
	close(goOn)
	for range senders {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}
	if n := syncs.Load(); n > 4 { // the first, then one or two for all others
		t.Errorf("%d appends took %d fsyncs", senders, n)
	}
}

// One partition that fails makes the whole append fail, and the error says that some of it may be stored.
func TestPartialAppend(t *testing.T) {
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	opts.Partitions = 2
	q := open(t, opts)
	defer q.Close()
	fs.SetHook(func(op vfstest.Op, path string) error {
		if op == vfstest.OpWrite && strings.Contains(path, "p001") {
			return syscall.ENOSPC
		}
		return nil
	})
	both := queuetest.Batches(2, 0, "a")
	both[1] = queuetest.Batches(2, 1, "b")[1]
	err := q.Append(t.Context(), both)
	wantBusy(t, err, boundDisk)
	if !errors.Is(err, queue.ErrNotDurable) {
		t.Errorf("an append of which a part is stored returned %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	opts.MaxBytes = 10_000
	q := open(t, opts)
	defer q.Close()
	err := q.Append(t.Context(), queuetest.Batches(1, 0, strings.Repeat("x", 10_001)))
	var busy *model.BusyError
	if err == nil || errors.As(err, &busy) {
		t.Fatalf("an append that never fits must not be sent again and again: %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]Options{
		"no folder":           {},
		"negative size":       {Dir: "/q", MaxBytes: -1},
		"too many partitions": {Dir: "/q", Partitions: MaxPartitions + 1},
	} {
		if _, err := Open(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A second queue in one process, after the first was closed, registers the same metrics.
func TestMetrics(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	fs := vfstest.New(1)
	for range 2 {
		opts := testOptions(fs, nil)
		opts.Registerer = reg
		q := open(t, opts)
		var end int64
		appendNumbered(t, q, &end, 3)
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, f := range families {
			got[f.GetName()] = f.GetMetric()[0].GetCounter().GetValue()
		}
		if got["haetae_queue_appended_records_total"] != 3 || got["haetae_queue_appended_bytes_total"] == 0 {
			t.Errorf("metrics: %v", got)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What was deleted from the store must leave the queue too, and not only when 64 MiB more have come: after Rotate the
// file that holds it goes with the next records and their checkpoint, or at once when all is stored.
func TestRotateLetsStoredRecordsGo(t *testing.T) {
	for _, stored := range []int64{2, 1} { // when the queue rotates
		q, err := Open(testOptions(vfstest.New(1), nil))
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		add := func(records ...string) {
			t.Helper()
			if err := q.Append(t.Context(), queuetest.Batches(q.Partitions(), 0, records...)); err != nil {
				t.Fatal(err)
			}
		}
		add("secret", "other")
		if err := q.partitions[0].setStored(stored); err != nil {
			t.Fatal(err)
		}
		q.Rotate(map[int]int64{0: 2})
		add("later") // the writer comes to it behind the rotation
		if err := q.partitions[0].setStored(2); err != nil {
			t.Fatal(err)
		}
		if got := q.Stats()[0]; got.Oldest != 2 || got.End != 3 {
			t.Errorf("stored %d: the queue holds %d to %d, want only the last", stored, got.Oldest, got.End)
		}
		files, err := q.Files()
		if err != nil {
			t.Fatal(err)
		}
		q.Rotate(map[int]int64{0: 2}) // nothing to do any more
		add("last")
		if again, err := q.Files(); err != nil || len(again) != len(files) {
			t.Errorf("the queue goes on to begin files: %v, then %v (%v)", files, again, err)
		}
	}
}
