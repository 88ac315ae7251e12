package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/bench/rows"
	"github.com/haetae/haetae/test/kafka"
)

// onKafka stores the usual rows through a queue on a broker of Apache Kafka that it starts, by compression type, and
// through the queue on disk; CPU is that of Haetae's process alone. What the client needs to read the same topic and do
// nothing with it is printed beside it, as the limit.
func onKafka(o options) (err error) {
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	cluster, err := kafka.Start(context.Background(), filepath.Join(o.dir, "kafka"), 1, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	broker := cluster.Brokers()[0]

	fmt.Printf("%-10s%12s%22s%16s%26s\n", "queue", "sent in, s", "rows per CPU-second", "peak RSS, MB", "raw read, rows/CPU-second")
	for _, kind := range []string{"wal", "none", "snappy", "lz4", "zstd", "gzip"} {
		settings := []string{"queue.type=kafka", "queue.brokers=[" + broker + "]", "queue.topic=bench." + kind, "queue.compression.type=" + kind}
		if kind == "wal" {
			settings = nil
		}
		err := withHaetae(o, kind, func(s *server) error {
			r, err := ingest(s, file, o.connections)
			if err != nil {
				return err
			}
			limit := ""
			if kind != "wal" {
				perSecond, err := rawRead(broker, "bench."+kind, r.rows)
				if err != nil {
					return err
				}
				limit = fmt.Sprintf("%.0f", perSecond)
			}
			fmt.Printf("%-10s%12.1f%22.0f%16.0f%26s\n", kind, r.send.Seconds(), float64(r.rows)/r.sendCPU.Seconds(), float64(r.peakRSS)/1e6, limit)
			return nil
		}, settings...)
		if err != nil {
			return err
		}
	}
	return nil
}

// rawReadTimeout bounds reading a topic once.
const rawReadTimeout = 2 * time.Minute

// rawRead reads n records of a topic and returns how many that are for each second of this process's CPU.
func rawRead(broker, topic string, n int) (float64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), rawReadTimeout)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return 0, err
	}
	defer client.Close()
	before, err := ownCPU()
	if err != nil {
		return 0, err
	}
	for read := 0; read < n; {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return 0, fmt.Errorf("read %d of %d records of %s: %w", read, n, topic, ctx.Err())
		}
		read += fetches.NumRecords()
	}
	after, err := ownCPU()
	if err != nil {
		return 0, err
	}
	return float64(n) / (after - before).Seconds(), nil
}

// ownCPU is what this process has used, user and system.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
