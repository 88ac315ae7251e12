package advice

import (
	"context"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/queue"
)

// busy measures how the readers of partitions spend their time: one goroutine reads, parses and stores each partition, and is
// busy whenever it does not wait for records.
type busy struct {
	mu         sync.Mutex
	partitions map[int]*busyPartition
	records    int64 // read since the start
}

type busyPartition struct {
	busy    time.Duration // until the last wait began
	working time.Time     // when the last wait ended; zero while it waits, and before the first: until then it finds its place
}

// watch returns a reader that is measured until done is called.
func (b *busy) watch(r queue.Reader) (timed queue.Reader, done func()) {
	p := &busyPartition{}
	b.mu.Lock()
	if b.partitions == nil {
		b.partitions = map[int]*busyPartition{}
	}
	b.partitions[r.Partition()] = p
	b.mu.Unlock()
	return &timedReader{Reader: r, all: b, own: p}, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.partitions[r.Partition()] == p {
			delete(b.partitions, r.Partition())
		}
	}
}

// look returns how long each partition's reader was busy since it began, and how many records all have read since the start.
func (b *busy) look(now time.Time) (spent map[int]time.Duration, records int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	spent = map[int]time.Duration{}
	for id, p := range b.partitions {
		spent[id] = p.busy
		if !p.working.IsZero() {
			spent[id] += now.Sub(p.working)
		}
	}
	return spent, b.records
}

type timedReader struct {
	queue.Reader
	all *busy
	own *busyPartition
}

// Next implements queue.Reader.
func (r *timedReader) Next(ctx context.Context) (queue.Chunk, error) {
	r.note(0, time.Time{})
	chunk, err := r.Reader.Next(ctx)
	r.note(len(chunk.Records), time.Now())
	return chunk, err
}

// note counts the work until now when a wait begins, and notes when it ends.
func (r *timedReader) note(records int, working time.Time) {
	r.all.mu.Lock()
	defer r.all.mu.Unlock()
	r.all.records += int64(records)
	if working.IsZero() && !r.own.working.IsZero() {
		r.own.busy += time.Since(r.own.working)
	}
	r.own.working = working
}
