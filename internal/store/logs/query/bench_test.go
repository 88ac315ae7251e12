package query

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/bench/rows"
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/internal/vfs"
)

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchStore holds the rows of `make bench`, joined: BENCH_ROWS of them, 500,000 when it is not set. With BENCH_DATA
// they stay in that folder for the next run.
func benchStore(b *testing.B) *logs.Store {
	b.Helper()
	dir := os.Getenv("BENCH_DATA")
	if dir == "" {
		dir = b.TempDir()
	}
	ctx := context.Background()
	known, err := meta.Open(ctx, filepath.Join(dir, "meta.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = known.Close() })
	s, err := logs.Open(logs.Options{Dir: filepath.Join(dir, "logs"), FS: vfs.OS, Meta: known, Queue: "5f0c21d7", Memory: 256 << 20, Cache: 64 << 20, Patterns: testBook})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if s.Stats().Rows == 0 {
		fillBench(b, s)
	}
	return s
}

func fillBench(b *testing.B, s *logs.Store) {
	b.Helper()
	n := 500_000
	if text := os.Getenv("BENCH_ROWS"); text != "" {
		n, _ = strconv.Atoi(text)
	}
	ctx := context.Background()
	w, err := s.Writer(ctx, 0, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	g := rows.New(rows.Options{Seed: 1, Rows: n})
	var line []byte
	for i := range n {
		line = g.Append(line[:0])
		r := benchRecord(b, line)
		w.Append(w.Offset(), r)
		if i%4096 == 0 || i == n-1 {
			w.Publish()
		}
		if w.Due() || i == n-1 {
			if _, err := w.Checkpoint(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	for more := true; more; {
		if more, err = s.Join(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func benchRecord(b *testing.B, line []byte) *model.Record {
	b.Helper()
	var doc map[string]any
	d := json.NewDecoder(strings.NewReader(string(line)))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		b.Fatal(err)
	}
	r := &model.Record{Dataset: model.DatasetLogs, Input: "jsonline", Peer: "127.0.0.1"}
	r.Time, _ = logsql.ParseTimeText(doc["_time"].(string))
	r.Observed = r.Time
	r.Msg = doc["_msg"].(string)
	r.Stream = []model.Field{{Name: "app", Value: doc["app"].(string)}, {Name: "host", Value: doc["host"].(string)}}
	for _, name := range []string{"level", "logger", "trace_id", "status", "duration_ms"} {
		switch v := doc[name].(type) {
		case string:
			r.Fields = append(r.Fields, model.Field{Name: name, Value: v})
		case json.Number:
			r.Fields = append(r.Fields, model.Field{Name: name, Value: v.String()})
		}
	}
	if f, head, ok := format.Recognise(r.Msg, nil, format.Zone{Location: time.UTC, Now: r.Observed}); ok {
		r.Format, r.Severity = f.Name(), head.Severity
		for _, v := range f.Views(r.Msg, nil) {
			if v.Name == "http.response.body.size" {
				r.Fields = append(r.Fields, model.Field{Name: "body_size", Value: v.Value})
			}
		}
	}
	return r
}

// BenchmarkQueries measures the queries of `make bench`, and some over times, numbers, views and patterns, in CPU time.
func BenchmarkQueries(b *testing.B) {
	s := benchStore(b)
	file, err := os.Open("../../../../bench/queries.txt")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	more := strings.NewReader(`
errors by 5 minutes: error | stats by (_time:5m) count() as n
by hour: * | stats by (_time:1h) count() as n
hits of one app: {app="nginx"} | stats by (_time:5m, host) count() as n
sum of a number: * | stats sum(duration_ms) as s, max(duration_ms) as hi
extremes: * | stats min(duration_ms) as lo, max(duration_ms) as hi, max(_time) as last
number by host: duration_ms:* | stats by (host) avg(duration_ms) as a, min(duration_ms) as lo
quantile: * | stats quantile(0.99, duration_ms) as q
any case: i("Connection to REDIS") | stats count() as n
extracted by an expression: "Failed password" | extract_regexp "from (?P<ip>[0-9.]+) port" | top 10 by (ip)
view status 500: http.response.status_code:500 | stats count() as n
view by status: http.response.status_code:* | stats by (http.response.status_code) count() as n
stored status 500: status:500 | stats count() as n
stored by status: status:* | stats by (status) count() as n
view top: * | top 10 by (http.response.status_code)
stored top: * | top 10 by (status)
view range: http.response.status_code:>=500 | stats count() as n
stored range: status:>=500 | stats count() as n
view of many: http.response.body.size:>9000 | stats count() as n
stored of many: body_size:>9000 | stats count() as n
view top of many: http.response.body.size:* | top 10 by (http.response.body.size)
stored top of many: body_size:* | top 10 by (body_size)
view sum: http.response.body.size:* | stats sum(http.response.body.size) as n
stored sum: body_size:* | stats sum(body_size) as n
view quantile: http.response.body.size:* | stats quantile(0.99, http.response.body.size) as q
stored quantile: body_size:* | stats quantile(0.99, body_size) as q
view extremes: http.response.body.size:* | stats min(http.response.body.size) as lo, max(http.response.body.size) as hi
stored extremes: body_size:* | stats min(body_size) as lo, max(body_size) as hi
rows by pattern: * | stats by (_pattern) count() as n
pipe patterns: * | patterns
`)
	lines := bufio.NewScanner(io.MultiReader(file, more))
	for lines.Scan() {
		name, text, ok := strings.Cut(lines.Text(), ": ")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		b.Run(name, func(b *testing.B) {
			q := parse(b, text)
			var stats Stats
			start := cpuTime()
			for b.Loop() {
				var err error
				stats, err = Run(context.Background(), s, q, Options{Scope: model.Everything, Patterns: testBook}, discard)
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime()-start).Microseconds())/float64(b.N)/1000, "cpu-ms")
			b.ReportMetric(float64(stats.RowsMatched), "rows")
			b.ReportMetric(float64(stats.BytesRead), "bytes")
		})
	}
}
