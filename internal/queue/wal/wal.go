// Package wal is the queue on local disk: per partition one folder of segment files, written by one goroutine
// that makes whatever waits durable with one write and one fsync.
//
//	DIR/queue.json                  id, key, number of partitions, epoch
//	DIR/p000/00000000000000000000.wal   a segment, named by the offset of its first record
//
// What is on the disk, and what a crash or a failing disk may leave there, is told in frame.go (the form),
// partition.go (failed writes and syncs), recover.go and tail.go (torn tails and damage).
package wal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/vfs"
)

// Defaults of Options.
const (
	DefaultSegmentBytes = 64 << 20
	DefaultMaxBytes     = 8 << 30
	DefaultMaxPending   = 32 << 20
	defaultMinFree      = 256 << 20
)

// Options of Open. Zero values mean the default but for Dir.
type Options struct {
	Dir string
	FS  vfs.FS // vfs.OS
	// Partitions when the queue is created: the number of cores. An existing queue keeps its own number.
	Partitions int
	// SegmentBytes is the size at which a new segment begins; at most a quarter of a partition's share of
	// MaxBytes.
	SegmentBytes int64
	// MaxBytes bounds the files of all partitions together; beyond it Append returns a *model.BusyError.
	MaxBytes int64
	// MaxPending bounds the bytes that wait for the disk in memory; beyond it Append waits.
	MaxPending int64
	// MinFree is what the queue leaves free on the disk, so that the store can still take records out of it:
	// 256 MiB or a quarter of the file system, whichever is less: what the store writes at once may be as large as its memory.
	MinFree int64
	// Retention of what is in the store: none.
	Retention Retention
	// Linger is how long a group waits for more appends before its fsync; senders wait for it.
	Linger     time.Duration
	Log        *slog.Logger
	Registerer prometheus.Registerer
	Now        func() time.Time
}

func (o *Options) validate() error {
	if o.Dir == "" {
		return errors.New("wal: no folder given")
	}
	if o.Partitions < 0 || o.Partitions > MaxPartitions {
		return fmt.Errorf("wal: %d partitions; want 1 to %d", o.Partitions, MaxPartitions)
	}
	if o.SegmentBytes < 0 || o.MaxBytes < 0 || o.MaxPending < 0 || o.MinFree < 0 || o.Linger < 0 {
		return errors.New("wal: a size or time is negative")
	}
	setDefault(&o.FS, vfs.OS)
	setDefault(&o.Partitions, min(runtime.NumCPU(), MaxPartitions))
	setDefault(&o.SegmentBytes, DefaultSegmentBytes)
	setDefault(&o.MaxBytes, DefaultMaxBytes)
	setDefault(&o.MaxPending, DefaultMaxPending)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return nil
}

func setDefault[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}

// Queue implements queue.Queue.
type Queue struct {
	id           string
	dir          string
	fs           vfs.FS
	log          *slog.Logger
	now          func() time.Time
	key          frameKey
	segmentBytes int64
	maxBytes     int64
	maxPending   int64
	retention    Retention
	linger       time.Duration
	partitions   []*partition
	metrics      *metrics
	room         *room
	complaints   complaints
	pending      *semaphore.Weighted // bytes
	disk         atomic.Int64        // bytes of all segments
	reserved     atomic.Int64        // bytes of appends under way
	dropMu       sync.Mutex          // one append at a time gives up what is only kept

	mu        sync.Mutex
	identity  identity
	consuming bool
	closed    bool
	inflight  sync.WaitGroup // appends under way; Add only under mu while not closed

	done    chan struct{} // closed by Close: readers wake
	stop    chan struct{} // closed when no append is under way: writers end
	writers sync.WaitGroup
}

var _ queue.Queue = (*Queue)(nil)

// Open opens the queue in opts.Dir or creates it. Only one process may have it open; the caller sees to that.
func Open(opts Options) (*Queue, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	q := &Queue{
		dir:        opts.Dir,
		fs:         opts.FS,
		log:        opts.Log.With("component", "queue"),
		now:        opts.Now,
		maxBytes:   opts.MaxBytes,
		maxPending: opts.MaxPending,
		retention:  opts.Retention,
		linger:     opts.Linger,
		room:       &room{fs: opts.FS, dir: opts.Dir, minFree: opts.MinFree},
		complaints: complaints{told: map[string]time.Time{}},
		pending:    semaphore.NewWeighted(opts.MaxPending),
		done:       make(chan struct{}),
		stop:       make(chan struct{}),
	}
	if err := vfs.MkdirDurable(q.fs, q.dir); err != nil {
		return nil, fmt.Errorf("cannot open the queue: %w", err)
	}
	var err error
	if q.identity, err = loadIdentity(q.fs, q.dir, opts.Partitions, q.log); err != nil {
		return nil, fmt.Errorf("cannot open the queue: %w", err)
	}
	q.id, q.key = q.identity.ID, q.identity.key
	q.segmentBytes = min(opts.SegmentBytes, max(opts.MaxBytes/int64(4*q.identity.Partitions), 1))
	q.metrics = newMetrics(opts.Registerer, q)
	for i := range q.identity.Partitions {
		p := newPartition(q, i)
		q.partitions = append(q.partitions, p)
		if err := p.open(); err != nil {
			for _, p := range q.partitions {
				p.closeFile()
			}
			q.metrics.unregister()
			return nil, fmt.Errorf("cannot open partition %d in %q: %w", i, p.dir, err)
		}
	}
	for _, p := range q.partitions {
		q.writers.Go(func() { p.write(q.stop) })
	}
	return q, nil
}

// ID implements queue.Queue.
func (q *Queue) ID() string { return q.id }

// Partitions implements queue.Queue.
func (q *Queue) Partitions() int { return len(q.partitions) }

// Partition implements queue.Queue: all datasets are spread over all partitions.
func (q *Queue) Partition(_ string, key uint64) int { return int(key % uint64(len(q.partitions))) }

// Stats implements queue.Queue.
func (q *Queue) Stats() []queue.PartitionStats {
	out := make([]queue.PartitionStats, len(q.partitions))
	for i, p := range q.partitions {
		out[i] = p.stats()
	}
	return out
}

// Rotate lets partitions go on in a new file where the present one has records below an offset, so that these leave the
// disk as soon as they are all stored; retention does not keep them.
func (q *Queue) Rotate(below map[int]int64) {
	for _, p := range q.partitions {
		if p.lastBase() < below[p.number] {
			p.fresh.Store(true)
		}
		if p.keepNone(below[p.number]) {
			p.trimSoon.Store(true)
		}
		signal(p.kick)
	}
}

// Consume implements queue.Queue: every partition is this process's until ctx ends. It returns nil when ctx
// ended and the calls returned nil or ctx's error, and queue.ErrClosed when the queue is closed first.
func (q *Queue) Consume(ctx context.Context, own func(ctx context.Context, r queue.Reader) error) error {
	epoch, err := q.beginConsume()
	if err != nil {
		return err
	}
	defer func() {
		q.mu.Lock()
		q.consuming = false
		q.mu.Unlock()
	}()
	return q.consume(ctx, epoch, own)
}

// Close implements queue.Queue. Readers that wait return queue.ErrClosed.
func (q *Queue) Close() error {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil
	}
	q.closed = true
	q.mu.Unlock()
	close(q.done)
	q.inflight.Wait()
	close(q.stop)
	q.writers.Wait()
	for _, p := range q.partitions {
		p.closeFile()
	}
	q.metrics.unregister()
	return nil
}
