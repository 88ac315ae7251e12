package logs

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
	"github.com/haetae/haetae/internal/store/logs/logmix"
	"github.com/haetae/haetae/internal/vfs"
)

// encodedMix returns rows of the mix as a queue would hold them, and their bytes as received.
func encodedMix(rows int) (encoded [][]byte, raw int64) {
	src := logmix.New(1, 5e5)
	var r model.Record
	for range rows {
		src.Next(&r)
		encoded = append(encoded, record.Append(nil, &r))
		raw += int64(len(r.Msg))
		for _, f := range r.Fields {
			raw += int64(len(f.Name) + len(f.Value))
		}
	}
	return encoded, raw
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func fill(b *testing.B, s *Store, encoded [][]byte, partitions int) {
	b.Helper()
	for p := range partitions {
		w, err := s.Writer(context.Background(), p, 1)
		if err != nil {
			b.Fatal(err)
		}
		var d record.Decoder
		var r model.Record
		for i := p; i < len(encoded); i += partitions {
			if err := d.Decode(encoded[i], &r); err != nil {
				b.Fatal(err)
			}
			w.Append(w.Offset(), &r)
			if i%4096 < partitions {
				w.Publish()
				if w.Due() {
					checkpoint(b, w)
				}
			}
		}
		checkpoint(b, w)
		w.Close()
	}
}

func diskStore(b *testing.B) *Store {
	b.Helper()
	s, err := Open(Options{Dir: b.TempDir(), FS: vfs.OS, Meta: newMemMeta(), Queue: queueID, Memory: 96 << 20})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// BenchmarkStore measures a row's way from the queue's form to a segment: CPU, and disk in percent of messages
// and fields.
func BenchmarkStore(b *testing.B) {
	const rows = 600_000
	encoded, raw := encodedMix(rows)
	var size int64
	var cpu time.Duration
	for b.Loop() {
		s := diskStore(b)
		start := cpuTime()
		fill(b, s, encoded, 2)
		cpu += cpuTime() - start
		size = s.Stats().Bytes
	}
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N*rows), "cpu-ns/row")
	b.ReportMetric(float64(raw)/rows, "B/row")
	b.ReportMetric(100*float64(size)/float64(raw), "%raw")
}

// BenchmarkSearch measures queries over 1,500,000 rows on disk.
func BenchmarkSearch(b *testing.B) {
	encoded, _ := encodedMix(1_500_000)
	s := diskStore(b)
	fill(b, s, encoded, 2)
	for {
		more, err := s.Join(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		if !more {
			break
		}
	}
	needle := "3f00e1"
	for _, c := range []struct {
		name   string
		search Search
	}{
		{"count all", Search{}},
		{"times", Search{Fields: []string{"_time"}}},
		{"times and host", Search{Fields: []string{"_time", "host.name"}}},
		{"needle " + needle, Search{Filter: filter(b, needle)}},
		{"word error", Search{Filter: filter(b, "error")}},
		{"phrase", Search{Filter: filter(b, `"Failed password"`)}},
		{"regexp", Search{Filter: filter(b, `~"invoice [0-9]+7 "`)}},
		{"host with error", Search{Filter: filter(b, `error`), Fields: []string{"host.name"}}},
		{"view status 500", Search{Filter: filter(b, `http.response.status_code:500`)}},
		{"last 100 errors", Search{Filter: filter(b, "error"), All: true, Newest: true, Limit: 100}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.search.Scope = model.Everything
			start := cpuTime()
			var stats Stats
			for b.Loop() {
				var err error
				if stats, err = s.Search(context.Background(), c.search, func(int, *logsql.Batch) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime()-start).Microseconds())/float64(b.N)/1000, "cpu-ms")
			b.ReportMetric(float64(stats.RowsMatched), "rows")
			b.ReportMetric(float64(stats.BlocksRead)/float64(max(1, stats.BlocksTotal)), "blocks-read")
		})
	}
}
