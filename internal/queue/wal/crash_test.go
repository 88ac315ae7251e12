package wal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// world is what outlives a crash: what senders know, and what the store holds.
type world struct {
	mu     sync.Mutex
	acked  map[string]bool // false: tried, not acknowledged
	rows   [crashPartitions][]string
	offset [crashPartitions]int64 // the store's
	life   int
	keep   Retention
	moved  chan struct{} // capacity 1: the store has taken more
}

func newWorld() *world {
	return &world{acked: map[string]bool{}, moved: make(chan struct{}, 1)}
}

const (
	crashPartitions = 2
	crashSenders    = 3
	crashBatches    = 8
)

// live runs one life of the process: senders send, the consumer stores what it reads and lets the queue trim.
// It ends when the senders are done and everything is read, or when the machine or the process stops.
func (w *world) live(t *testing.T, fs *vfstest.FS, rnd *rand.Rand, count int) {
	w.life++
	q, err := Open(Options{
		FS: fs, Dir: "/data/queue", Partitions: crashPartitions, SegmentBytes: 600, MinFree: 1, Retention: w.keep,
	})
	if err != nil {
		if stopped(err) {
			return
		}
		t.Fatalf("life %d: open: %v", w.life, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	consumed := make(chan error, 1)
	go func() { consumed <- q.Consume(ctx, w.consume) }()

	var senders sync.WaitGroup
	for s := range count {
		seed := rnd.Uint64()
		senders.Go(func() { w.send(t, q, s, rand.New(rand.NewPCG(seed, 1))) })
	}
	senders.Wait()
	if !t.Failed() {
		w.drain(ctx, t, q, consumed)
	}
	cancel()
	if err := <-consumed; err != nil && !stopped(err) {
		t.Errorf("life %d: consume: %v", w.life, err)
	}
	if err := q.Close(); err != nil {
		t.Errorf("life %d: close: %v", w.life, err)
	}
}

func stopped(err error) bool {
	for _, injected := range []error{vfstest.ErrCrashed, vfstest.ErrKilled, syscall.EIO, syscall.ENOSPC} {
		if errors.Is(err, injected) {
			return true
		}
	}
	return false
}

func (w *world) send(t *testing.T, q *Queue, sender int, rnd *rand.Rand) {
	seq := 0
	for range crashBatches {
		batches := make([]*queue.Batch, crashPartitions)
		var sent []string
		for p := range batches {
			batches[p] = &queue.Batch{}
			for range rnd.IntN(4) {
				rec := fmt.Sprintf("%d/%d/%d/%06d/%x", p, w.life, sender, seq, make([]byte, rnd.IntN(40)))
				seq++
				sent = append(sent, rec)
				batches[p].AddBytes([]byte(rec))
			}
		}
		w.mu.Lock()
		for _, rec := range sent {
			w.acked[rec] = false
		}
		w.mu.Unlock()
		err := q.Append(t.Context(), batches)
		var busy *model.BusyError
		switch {
		case err == nil:
			w.mu.Lock()
			for _, rec := range sent {
				w.acked[rec] = true
			}
			w.mu.Unlock()
		case !errors.As(err, &busy) && !errors.Is(err, queue.ErrNotDurable):
			t.Errorf("life %d: append: %v", w.life, err)
			return
		}
	}
}

func (w *world) consume(ctx context.Context, r queue.Reader) error {
	p := r.Partition()
	if err := r.From(w.offset[p]); err != nil {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	for n := 1; ; n++ {
		c, err := r.Next(ctx)
		if err != nil {
			return err
		}
		w.mu.Lock()
		if c.Base < w.offset[p] || (c.Base > w.offset[p]) != (len(c.Damaged) > 0) {
			err = fmt.Errorf("%w: chunk at %d, stored up to %d, damage %v", errLost, c.Base, w.offset[p], c.Damaged)
		}
		for _, rec := range c.Records {
			w.rows[p] = append(w.rows[p], string(rec))
		}
		w.offset[p] = c.Base + int64(len(c.Records))
		offset := w.offset[p]
		w.mu.Unlock()
		signal(w.moved)
		if err != nil {
			return err
		}
		if n%3 == 0 {
			if err := r.Stored(offset); err != nil && !stopped(err) {
				return err
			}
		}
	}
}

var errLost = errors.New("the queue broke its word")

// drain waits until the store has all that the queue says it has, or the consumer has ended.
func (w *world) drain(ctx context.Context, t *testing.T, q *Queue, consumed chan error) {
	for {
		w.mu.Lock()
		behind := false
		for p, s := range q.Stats() {
			behind = behind || w.offset[p] < s.End
		}
		w.mu.Unlock()
		if !behind {
			return
		}
		select {
		case <-w.moved:
		case err := <-consumed:
			consumed <- err
			return
		case <-ctx.Done():
			t.Errorf("life %d: the store never got all: %+v", w.life, q.Stats())
			return
		}
	}
}

// check compares what senders were told with what the store holds.
func (w *world) check(t *testing.T) {
	t.Helper()
	seen := map[string]int{}
	for p, rows := range w.rows {
		last := map[string]int{}
		for _, rec := range rows {
			seen[rec]++
			var part, life, sender, seq int
			if _, err := fmt.Sscanf(rec, "%d/%d/%d/%d/", &part, &life, &sender, &seq); err != nil || part != p {
				t.Fatalf("partition %d holds %q, which nobody sent", p, rec)
			}
			from := fmt.Sprint(life, "/", sender)
			if before, ok := last[from]; ok && seq <= before {
				t.Errorf("partition %d: %q after sequence %d", p, rec, before)
			}
			last[from] = seq
		}
	}
	lost, doubled, acked := 0, 0, 0
	for rec, ok := range w.acked {
		if ok {
			acked++
			if seen[rec] == 0 {
				lost++
				t.Logf("lost %q", rec)
			}
		}
		if seen[rec] > 1 {
			doubled++
		}
	}
	if lost+doubled > 0 {
		t.Errorf("of %d acknowledged records %d are lost, %d records are doubled", acked, lost, doubled)
	}
	if acked == 0 {
		t.Error("nothing was acknowledged: the test tests nothing")
	}
}

// fault says what happens at the nth step of a kind.
type fault struct {
	name string
	// act returns the error of the step; it is called for it and all that follow.
	act func(fs *vfstest.FS, since int) error
	// restart returns the file system of the next life.
	restart func(fs *vfstest.FS) *vfstest.FS
}

func powerLoss(fs *vfstest.FS) *vfstest.FS { return fs.Crash() }

func faults() []fault {
	return []fault{
		{"power loss", func(fs *vfstest.FS, _ int) error { fs.Crash(); return nil }, powerLoss},
		{"kill", func(*vfstest.FS, int) error { return vfstest.ErrKilled }, func(fs *vfstest.FS) *vfstest.FS {
			fs.SetHook(nil)
			return fs
		}},
		{"one failure", func(_ *vfstest.FS, since int) error { return failFor(since, 1, syscall.EIO) }, powerLoss},
		{"three failures", func(_ *vfstest.FS, since int) error { return failFor(since, 3, syscall.EIO) }, powerLoss},
		{"full disk", func(_ *vfstest.FS, since int) error { return failFor(since, 8, syscall.ENOSPC) }, powerLoss},
	}
}

func failFor(since, steps int, err error) error {
	if since < steps {
		return err
	}
	return nil
}

// Every step of the queue, at several times, is where the power goes, the process is killed or the disk
// fails; then once more anywhere in the next life. No acknowledged record may be lost, none doubled.
func TestCrashAtEveryStep(t *testing.T) {
	seeds := uint64(20)
	steps := []vfstest.Op{
		vfstest.OpWrite, vfstest.OpSync, vfstest.OpCreate, vfstest.OpRename, vfstest.OpSyncDir, vfstest.OpRemove,
	}
	for _, f := range faults() {
		for _, op := range steps {
			t.Run(fmt.Sprintf("%s at %s", f.name, op), func(t *testing.T) {
				for seed := range seeds {
					runCrash(t, f, op, seed)
					if t.Failed() {
						t.Fatalf("seed %d", seed)
					}
				}
			})
		}
	}
}

func runCrash(t *testing.T, f fault, op vfstest.Op, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, uint64(op)))
	w := newWorld()
	switch seed % 4 {
	case 2:
		w.keep = Retention{Age: -1, Bytes: -1}
	case 3:
		w.keep = Retention{Age: -1, Bytes: 3000}
	}
	fs := vfstest.New(seed)
	w.live(t, fs, rnd, crashSenders) // segments to append to, to read and to trim
	arm(fs, f, rnd.IntN(10), func(o vfstest.Op) bool { return o == op })
	w.live(t, fs, rnd, crashSenders)
	fs = f.restart(fs)
	if seed%2 == 0 {
		// The store takes what it finds, nobody sends, and the power goes.
		w.live(t, fs, rnd, 0)
	} else {
		arm(fs, f, rnd.IntN(60), func(o vfstest.Op) bool { return o != vfstest.OpRead })
		w.live(t, fs, rnd, crashSenders)
	}
	fs = fs.Crash()
	w.live(t, fs, rnd, crashSenders)
	w.check(t)
	w.readAgain(t, fs)
}

// The first life of a queue, ended or troubled at each of its steps.
func TestCrashWhileCreating(t *testing.T) {
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			for step := range 40 {
				rnd := rand.New(rand.NewPCG(uint64(step), 3))
				w := newWorld()
				fs := vfstest.New(uint64(step))
				arm(fs, f, step, func(o vfstest.Op) bool { return o != vfstest.OpRead })
				w.live(t, fs, rnd, crashSenders)
				fs = f.restart(fs)
				w.live(t, fs, rnd, 1)
				w.live(t, fs.Crash(), rnd, 1)
				w.check(t)
				if t.Failed() {
					t.Fatalf("step %d", step)
				}
			}
		})
	}
}

// arm lets the fault happen when n steps of its kind have passed.
func arm(fs *vfstest.FS, f fault, n int, kind func(vfstest.Op) bool) {
	var mu sync.Mutex
	count, since := 0, -1
	fs.SetHook(func(op vfstest.Op, _ string) error {
		mu.Lock()
		if kind(op) {
			count++
		}
		if count > n && op != vfstest.OpRead {
			since++
		}
		now := since
		mu.Unlock()
		if now < 0 {
			return nil
		}
		return f.act(fs, now)
	})
}

// A sync fails, the process is killed before it can cut the group off, the next one reads what the page cache
// shows, and then the power goes: nothing that was read may be gone, or its offsets would be given out twice.
func TestFailedSyncThenKillThenPowerLoss(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 4))
		w := newWorld()
		fs := vfstest.New(seed)
		w.live(t, fs, rnd, crashSenders)
		var mu sync.Mutex
		syncs, failed := rnd.IntN(10), false
		fs.SetHook(func(op vfstest.Op, _ string) error {
			mu.Lock()
			defer mu.Unlock()
			switch {
			case failed:
				return vfstest.ErrKilled
			case op == vfstest.OpSync:
				if syncs--; syncs < 0 {
					failed = true
					return syscall.EIO
				}
			}
			return nil
		})
		w.live(t, fs, rnd, crashSenders)
		fs.SetHook(nil)
		w.take(t, fs)
		w.live(t, fs.Crash(), rnd, crashSenders)
		w.check(t)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// take is a life without senders, in which the store takes what the queue shows.
func (w *world) take(t *testing.T, fs *vfstest.FS) {
	t.Helper()
	q, err := Open(Options{FS: fs, Dir: "/data/queue", MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	for i, p := range q.partitions {
		r := newReader(p, 1)
		if err := r.From(w.offset[i]); err != nil {
			t.Fatal(err)
		}
		for {
			c, ok, err := r.read()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			for _, rec := range c.Records {
				w.rows[i] = append(w.rows[i], string(rec))
			}
			w.offset[i] = c.Base + int64(len(c.Records))
		}
		r.close()
	}
}

// readAgain compares what the queue holds, kept or not, with what the store took from it.
func (w *world) readAgain(t *testing.T, fs *vfstest.FS) {
	t.Helper()
	q, err := Open(Options{FS: fs, Dir: "/data/queue", MinFree: 1, Retention: w.keep})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	for i, p := range q.partitions {
		oldest, end := p.bounds()
		if w.keep.Age < 0 && w.keep.Bytes < 0 && end > 0 && oldest == end {
			t.Errorf("partition %d keeps nothing of %d records", i, end)
		}
		r := newReader(p, 1)
		if err := r.From(oldest); err != nil {
			t.Fatal(err)
		}
		var again []string
		for {
			c, ok, err := r.read()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			for _, rec := range c.Records {
				again = append(again, string(rec))
			}
		}
		r.close()
		if n := len(w.rows[i]) - len(again); n < 0 || !slices.Equal(again, w.rows[i][n:]) {
			t.Errorf("partition %d holds %d records that are not the last of the %d in the store", i, len(again), len(w.rows[i]))
		}
	}
}

// The server must start on a disk without any room: searches need it.
func TestOpenOnAFullDisk(t *testing.T) {
	fs, rnd := vfstest.New(1), rand.New(rand.NewPCG(1, 5))
	w := newWorld()
	w.live(t, fs, rnd, crashSenders)
	fs.SetCapacity(fs.Used())
	w.take(t, fs)
	w.check(t)
}
