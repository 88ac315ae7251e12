// Command engine measures the log store alone: rows as the queue holds them, made before the clock starts, are
// decoded, encoded into segments and joined in this process. CPU is user and system time of all of it.
//
//	go run ./bench/engine -rows 3000000
//	go run ./bench/engine -rows 500000 -codecs     # what compressing the queue on disk would save and cost
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/haetae/haetae/bench/rows"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/internal/vfs"
)

func main() {
	n := flag.Int("rows", 3_000_000, "number of rows")
	seed := flag.Uint64("seed", 1, "seed of the rows")
	memory := flag.Int64("memory", 96<<20, "bytes that open and encoded blocks may take")
	hosts := flag.Int("hosts", 0, "number of hosts that take turns, so that there are as many streams; 0 leaves the usual ones")
	dir := flag.String("dir", "", "folder for the segments, kept; a temporary one when left out")
	codecs := flag.Bool("codecs", false, "compress rows as the queue on disk holds them, instead of storing them")
	flag.Parse()
	of := rows.Options{Seed: *seed, Rows: *n, Hosts: *hosts}
	var err error
	if *codecs {
		err = compressGroups(of)
	} else {
		err = run(of, *memory, *dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}

const partitions = 2

func run(of rows.Options, memory int64, dir string) (err error) {
	ctx := context.Background()
	if dir == "" {
		if dir, err = os.MkdirTemp("", "haetae-engine-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	} else if err = os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	m, err := meta.Open(ctx, filepath.Join(dir, "meta.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	store, err := logs.Open(logs.Options{Dir: filepath.Join(dir, "logs"), FS: vfs.OS, Meta: m, Queue: "5f0c21d7", Memory: memory})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var writers [partitions]*logs.Writer
	for p := range writers {
		if writers[p], err = store.Writer(ctx, p, 1); err != nil {
			return err
		}
	}
	e := engine{store: store, writers: writers[:], generator: rows.New(of)}
	if err := e.fill(ctx, of.Rows); err != nil {
		return err
	}
	sealed := e.cpu
	if err := e.join(ctx); err != nil {
		return err
	}
	size := store.Stats().Bytes
	fmt.Printf("engine alone: %d rows, %.0f rows per CPU-second in segments, %.0f joined, disk %.2f %% of raw\n",
		of.Rows, float64(of.Rows)/sealed.Seconds(), float64(of.Rows)/e.cpu.Seconds(), 100*float64(size)/float64(e.raw))
	return nil
}

type engine struct {
	store     *logs.Store
	writers   []*logs.Writer
	generator *rows.Generator
	raw       int64 // bytes of JSON lines
	cpu       time.Duration
}

// fill appends n rows, a chunk after the other; only the store's work counts.
func (e *engine) fill(ctx context.Context, n int) error {
	const chunk, publish = 64 << 10, 4096
	var line []byte
	var decoder record.Decoder
	var r model.Record
	for n > 0 {
		encoded := make([][]byte, 0, chunk)
		for range min(chunk, n) {
			line = e.generator.Append(line[:0])
			e.raw += int64(len(line))
			row, err := decode(line)
			if err != nil {
				return err
			}
			encoded = append(encoded, record.Append(nil, row))
		}
		n -= len(encoded)
		start := cpuTime()
		for i, b := range encoded {
			if err := decoder.Decode(b, &r); err != nil {
				return err
			}
			w := e.writers[i*len(e.writers)/len(encoded)] // whole bodies go to one partition
			w.Append(w.Offset(), &r)
			if i%publish == publish-1 {
				w.Publish()
				if w.Due() {
					if _, err := w.Checkpoint(ctx); err != nil {
						return err
					}
				}
			}
		}
		e.cpu += cpuTime() - start
	}
	start := cpuTime()
	for _, w := range e.writers {
		if _, err := w.Checkpoint(ctx); err != nil {
			return err
		}
	}
	e.cpu += cpuTime() - start
	return nil
}

func (e *engine) join(ctx context.Context) error {
	start := cpuTime()
	defer func() { e.cpu += cpuTime() - start }()
	for {
		more, err := e.store.Join(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// decode makes the record that the input for JSON lines makes with the stream fields host and app.
func decode(line []byte) (*model.Record, error) {
	var fields map[string]any
	if err := json.Unmarshal(line, &fields); err != nil {
		return nil, err
	}
	r := &model.Record{Dataset: model.DatasetLogs, Input: "jsonline", Peer: "127.0.0.1"}
	for name, value := range fields {
		text := fmt.Sprint(value)
		switch name {
		case model.FieldTime:
			t, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return nil, err
			}
			r.Time, r.Observed = t.UnixNano(), t.UnixNano()/1e9*1e9
		case model.FieldMsg:
			r.Msg = text
		case "host", "app":
			r.Stream = append(r.Stream, model.Field{Name: name, Value: text})
		default:
			r.Fields = append(r.Fields, model.Field{Name: name, Value: text})
		}
	}
	r.Stream = model.SortStream(r.Stream)
	return r, nil
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
