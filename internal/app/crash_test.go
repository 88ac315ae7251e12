package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// The whole spine (intake, queue, pipeline, store, metadata) runs over a file system that forgets what was not
// synced. In each life one step fails, and soon after the power goes; the next life begins with what was durable.
// At the end every acknowledged row is there once, every other one once or not at all, each stream in order.

const (
	crashSeeds = 10
	crashLives = 4
)

// step is one kind of operation that is made to fail.
type crashStep struct {
	name string
	hits func(op vfstest.Op, path string) bool // nil: the metadata's commit
}

func crashSteps() []crashStep {
	below := func(dir string, ops ...vfstest.Op) func(vfstest.Op, string) bool {
		return func(op vfstest.Op, path string) bool {
			return strings.HasPrefix(path, dir) && slices.Contains(ops, op)
		}
	}
	return []crashStep{
		{"append", below("/data/queue", vfstest.OpWrite)},
		{"fsync", below("/data/queue", vfstest.OpSync)},
		{"seal", below("/data/logs", vfstest.OpWrite, vfstest.OpSync)},
		{"rename", below("/data/logs", vfstest.OpRename, vfstest.OpSyncDir)},
		{"commit", nil},
		{"trim", below("/data/queue", vfstest.OpRemove)},
	}
}

func TestCrashAtEveryStep(t *testing.T) {
	for _, step := range crashSteps() {
		t.Run(step.name, func(t *testing.T) {
			var faults, acknowledged, lost, doubled int
			for seed := range uint64(crashSeeds) {
				w := newCrashWorld(seed)
				for range crashLives {
					if w.live(t, step) {
						faults++
					}
				}
				w.settle(t)
				a, l, d := w.check(t)
				acknowledged, lost, doubled = acknowledged+a, lost+l, doubled+d
			}
			t.Logf("%d faults: acknowledged %d, lost %d, doubled %d", faults, acknowledged, lost, doubled)
			if faults < crashSeeds {
				t.Errorf("the step failed %d times only, want %d", faults, crashSeeds)
			}
			if acknowledged == 0 || lost > 0 || doubled > 0 {
				t.Errorf("acknowledged %d, lost %d, doubled %d", acknowledged, lost, doubled)
			}
		})
	}
}

// crashWorld is what outlives a crash: the disk, the metadata, and what senders know.
type crashWorld struct {
	rng     *rand.Rand
	fs      *vfstest.FS
	meta    *crashMeta
	mu      sync.Mutex
	next    [3]int
	acked   [3]map[int]bool
	rows    [3][]int // found at the end, in order of offsets
	records int
}

func newCrashWorld(seed uint64) *crashWorld {
	w := &crashWorld{rng: rand.New(rand.NewPCG(seed, 7)), fs: vfstest.New(seed), meta: newCrashMeta()}
	for i := range w.acked {
		w.acked[i] = map[int]bool{}
	}
	return w
}

// spine is one life.
type spine struct {
	queue  *wal.Queue
	store  *logs.Store
	intake *pipeline.Intake
	cancel context.CancelFunc
	done   chan struct{}
}

func (w *crashWorld) start(t *testing.T) (*spine, error) {
	t.Helper()
	q, err := wal.Open(wal.Options{Dir: "/data/queue", FS: w.fs, Partitions: 2, SegmentBytes: 4 << 10})
	if err != nil {
		return nil, err
	}
	s, err := logs.Open(logs.Options{
		Dir: "/data/logs", FS: w.fs, Meta: w.meta.life(), Queue: q.ID(), Memory: 1 << 20, CheckpointAge: time.Millisecond,
	})
	if err != nil {
		return nil, errors.Join(err, q.Close())
	}
	in, err := pipeline.NewIntake(pipeline.IntakeOptions{Queue: q, MaxLine: 1 << 20, Memory: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.NewConsumers(pipeline.ConsumerOptions{
		Queue: q.ID(), Idle: time.Millisecond, Drain: time.Second,
		Open: func(ctx context.Context, partition int, epoch int64) (pipeline.Writer, error) {
			return s.Writer(ctx, partition, epoch)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	sp := &spine{queue: q, store: s, intake: in, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(sp.done)
		_ = q.Consume(ctx, func(ctx context.Context, r queue.Reader) error { return c.Run(ctx, r) }) // ends with the life
	}()
	return sp, nil
}

// stop ends a life; after a crash nothing of it reaches the disk any more.
func (sp *spine) stop() {
	sp.cancel()
	<-sp.done
	_ = sp.queue.Close() // its disk may be gone
	_ = sp.store.Close()
}

// live runs one life until the step has failed and the power has gone; it reports whether the step failed.
func (w *crashWorld) live(t *testing.T, step crashStep) bool {
	t.Helper()
	failed := make(chan struct{})
	countdown := atomic.Int64{}
	countdown.Store(1 + w.rng.Int64N(12))
	hit := func() error {
		if countdown.Add(-1) == 0 {
			close(failed)
			return errors.New("this step fails")
		}
		return nil
	}
	if step.hits != nil {
		w.fs.SetHook(func(op vfstest.Op, path string) error {
			if step.hits(op, path) {
				return hit()
			}
			return nil
		})
	}
	w.meta.set(step.hits == nil, hit)
	sp, err := w.start(t)
	if err == nil {
		stop := make(chan struct{})
		var senders sync.WaitGroup
		for i := range w.next {
			senders.Go(func() { w.send(sp.intake, i, stop) })
		}
		select {
		case <-failed:
			for range w.rng.IntN(3) { // the world goes on for a moment after the fault
				_ = sp.intake.Write(t.Context(), []model.Record{{Msg: "moment", Stream: []model.Field{{Name: "other", Value: "x"}}}})
			}
		case <-time.After(5 * time.Second):
		}
		w.meta.die()
		w.fs = w.fs.Crash()
		close(stop)
		senders.Wait()
		sp.stop()
	} else {
		w.meta.die()
		w.fs = w.fs.Crash()
	}
	w.fs.SetHook(nil)
	select {
	case <-failed:
		return true
	default:
		return false
	}
}

// send writes numbered rows of one stream until the life ends. No number is sent twice.
func (w *crashWorld) send(in *pipeline.Intake, i int, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		var records []model.Record
		for range 1 + w.next[i]%7 {
			records = append(records, model.Record{
				Msg: fmt.Sprintf("row %d", w.next[i]+len(records)), Input: "test",
				Stream: []model.Field{{Name: "sender", Value: strconv.Itoa(i)}},
				Fields: []model.Field{{Name: "seq", Value: strconv.Itoa(w.next[i] + len(records))}},
			})
		}
		from := w.next[i]
		w.next[i] += len(records)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		err := in.Write(ctx, records)
		cancel()
		if err != nil {
			continue
		}
		w.mu.Lock()
		for k := range records {
			w.acked[i][from+k] = true
		}
		w.mu.Unlock()
	}
}

// settle runs a last life without faults and reads all rows once everything acknowledged is stored.
func (w *crashWorld) settle(t *testing.T) {
	t.Helper()
	w.meta.set(false, nil)
	sp, err := w.start(t)
	if err != nil {
		t.Fatalf("cannot start after the crashes: %v", err)
	}
	defer sp.stop()
	want := len(w.acked[0]) + len(w.acked[1]) + len(w.acked[2])
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(10 * time.Second)
	for {
		behind := false
		for _, p := range sp.queue.Stats() {
			behind = behind || p.Stored < p.End
		}
		if w.read(t, sp.store); !behind && w.records >= want {
			return
		}
		select {
		case <-poll.C:
		case <-deadline:
			return // check tells what is missing
		}
	}
}

func (w *crashWorld) read(t *testing.T, s *logs.Store) {
	t.Helper()
	type row struct {
		offset int64
		seq    int
	}
	var found [3][]row
	var mu sync.Mutex
	_, err := s.Search(t.Context(), logs.Search{Scope: model.Everything, Fields: []string{"sender", "seq", "_record_id"}}, func(_ int, b *logsql.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for k := range b.N {
			i, err := strconv.Atoi(b.Value(k, "sender"))
			if err != nil {
				continue // a row of the moment after a fault
			}
			id := b.Value(k, "_record_id")
			offset, err1 := strconv.ParseInt(id[strings.LastIndexByte(id, '-')+1:], 10, 64)
			seq, err2 := strconv.Atoi(b.Value(k, "seq"))
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			found[i] = append(found[i], row{offset, seq})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.records = 0
	for i := range found {
		slices.SortFunc(found[i], func(a, b row) int { return int(a.offset - b.offset) })
		w.rows[i] = w.rows[i][:0]
		for _, r := range found[i] {
			w.rows[i] = append(w.rows[i], r.seq)
		}
		w.records += len(found[i])
	}
}

func (w *crashWorld) check(t *testing.T) (acknowledged, lost, doubled int) {
	t.Helper()
	for i, rows := range w.rows {
		have := map[int]bool{}
		for _, seq := range rows {
			if have[seq] {
				doubled++
			}
			have[seq] = true
		}
		for seq := range w.acked[i] {
			if !have[seq] {
				lost++
			}
		}
		acknowledged += len(w.acked[i])
		if !slices.IsSorted(rows) {
			t.Errorf("rows of sender %d are not in order: %v", i, rows)
		}
	}
	return acknowledged, lost, doubled
}

// crashMeta keeps metadata that survives crashes; a commit is durable at once, with the guards of store.Meta.
type crashMeta struct {
	mu        sync.Mutex
	lives     int
	alive     int // the life that may still commit
	positions map[int]store.Position
	segments  map[string]store.Segment
	fails     bool
	hit       func() error
}

func newCrashMeta() *crashMeta {
	return &crashMeta{positions: map[int]store.Position{}, segments: map[string]store.Segment{}}
}

func (m *crashMeta) set(fails bool, hit func() error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails, m.hit = fails, hit
}

// life is the metadata as one life of the process sees it.
func (m *crashMeta) life() store.Meta {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lives++
	m.alive = m.lives
	return &crashLife{m, m.lives}
}

func (m *crashMeta) die() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.alive = 0
}

type crashLife struct {
	m    *crashMeta
	life int
}

var errDead = errors.New("the power is gone")

func (l *crashLife) Load(_ context.Context, queueID string, partition int, epoch int64) (store.Position, map[string]uint64, error) {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	p := l.m.positions[partition]
	if l.life != l.m.alive {
		return p, nil, errDead
	}
	if p.Epoch > epoch {
		return p, nil, store.ErrConflict
	}
	p.Queue, p.Partition, p.Epoch = queueID, partition, epoch
	l.m.positions[partition] = p
	return p, map[string]uint64{}, nil
}

func (l *crashLife) Commit(_ context.Context, c store.Checkpoint) error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	if l.life != l.m.alive {
		return errDead
	}
	if l.m.positions[c.From.Partition] != c.From {
		return store.ErrConflict
	}
	var fault error
	if l.m.fails {
		fault = l.m.hit()
	}
	if fault != nil && c.To%2 == 0 {
		return fault // half of the failures happen before the commit, the others after it
	}
	p := c.From
	p.Offset = c.To
	l.m.positions[p.Partition] = p
	for _, seg := range c.Add {
		l.m.segments[seg.ID] = seg
	}
	return fault
}

func (l *crashLife) Swap(_ context.Context, swap store.Swap) error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	if l.life != l.m.alive {
		return errDead
	}
	for _, id := range swap.Remove {
		if _, ok := l.m.segments[id]; !ok {
			return store.ErrConflict
		}
		delete(l.m.segments, id)
	}
	for _, seg := range swap.Add {
		l.m.segments[seg.ID] = seg
	}
	return nil
}

func (l *crashLife) Segments(context.Context) ([]store.Segment, error) {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	return slices.Collect(maps.Values(l.m.segments)), nil
}
