package wal

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/queue"
)

const (
	benchRecordBytes = 200
	benchBatch       = 1000
)

// cpuSeconds returns the processor time of this process.
func cpuSeconds(b *testing.B) float64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func benchBatches() []*queue.Batch {
	b := &queue.Batch{}
	rec := bytes.Repeat([]byte("abcde fgh "), benchRecordBytes/10)
	for range benchBatch {
		b.AddBytes(rec)
	}
	return []*queue.Batch{b}
}

// BenchmarkAppend: one partition, senders that wait for the fsync, a consumer that lets the queue trim.
func BenchmarkAppend(b *testing.B) {
	q := open(b, Options{Dir: b.TempDir(), Partitions: 1, MaxBytes: 4 << 30, MinFree: 1})
	defer q.Close()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go func() {
		_ = q.Consume(ctx, func(ctx context.Context, r queue.Reader) error {
			if err := r.From(0); err != nil {
				return err
			}
			for {
				c, err := r.Next(ctx)
				if err != nil {
					return err
				}
				if err := r.Stored(c.Base + int64(len(c.Records))); err != nil {
					return err
				}
			}
		})
	}()
	batches := benchBatches()
	b.SetBytes(benchRecordBytes * benchBatch)
	b.ReportAllocs()
	b.SetParallelism(8)
	used := cpuSeconds(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := q.Append(ctx, batches); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)*benchBatch/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(b.N)*benchBatch/(cpuSeconds(b)-used), "records/cpu-s")
}

// BenchmarkLayOut is the processor's part of an append: laying out and both checksums.
func BenchmarkLayOut(b *testing.B) {
	batch := benchBatches()[0]
	var g group
	op := &appendOp{}
	b.SetBytes(benchRecordBytes * benchBatch)
	b.ReportAllocs()
	for b.Loop() {
		g.add(batch, op)
		g.finish(frameKey{1}, 0, 0)
		g.reset()
	}
	b.ReportMetric(float64(b.N)*benchBatch/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkNext(b *testing.B) {
	q := open(b, Options{Dir: b.TempDir(), Partitions: 1, MinFree: 1})
	defer q.Close()
	batches := benchBatches()
	const total = 200 * benchBatch
	for range total / benchBatch {
		if err := q.Append(b.Context(), batches); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(benchRecordBytes * total)
	b.ReportAllocs()
	var read atomic.Int64
	err := q.Consume(b.Context(), func(ctx context.Context, r queue.Reader) error {
		for b.Loop() {
			if err := r.From(0); err != nil {
				return err
			}
			for n := 0; n < total; {
				c, err := r.Next(ctx)
				if err != nil {
					return err
				}
				n += len(c.Records)
			}
			read.Add(total)
		}
		return queue.ErrClosed
	})
	if err != queue.ErrClosed {
		b.Fatal(err)
	}
	b.ReportMetric(float64(read.Load())/b.Elapsed().Seconds(), "records/s")
}
