package pipe

import (
	"fmt"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
)

// benchBatch is a batch as a search emits it: rows of a few streams, in the order of time.
func benchBatch() *logsql.Batch {
	const n = 8192
	b := &logsql.Batch{N: n, Times: make([]int64, n)}
	msg, id, size := make([]string, n), make([]string, n), make([]string, n)
	level, host := make([]uint32, n), make([]uint32, n)
	for i := range n {
		b.Times[i] = 1_795_000_000_000_000_000 + int64(i)*7_000_000
		msg[i] = fmt.Sprintf(`user=u%d ip=10.0.%d.%d GET /api/v1/items/%d took %dms`, i%500, i%7, i%250, i*31, i%900)
		id[i] = fmt.Sprintf("id-%d", i%3000)
		size[i] = fmt.Sprint(i * 7 % 50000)
		level[i], host[i] = uint32(i*i%5%4), uint32(i/1024)
	}
	hosts := []string{"web-1", "web-2", "web-3", "web-4", "web-5", "web-6", "web-7", "web-8"}
	b.Columns = []logsql.Column{
		logsql.PlainColumn("_msg", msg), logsql.PlainColumn("id", id), logsql.PlainColumn("size", size),
		logsql.DictColumn("_severity", []string{"info", "warn", "error", "debug"}, level),
		logsql.DictColumn("host.name", hosts, host), logsql.ConstColumn("app", "nginx"),
	}
	return b
}

// BenchmarkPipes reports what one row costs in each pipe.
func BenchmarkPipes(b *testing.B) {
	batch := benchBatch()
	for _, query := range []string{
		"count()",
		"stats by (_time:1m) count()",
		"stats by (_time:1m, _severity) count()",
		"stats by (host.name, _severity) count()",
		"stats by (id) count()",
		"stats by (app) sum(size), max(size)",
		"stats by (host.name) quantile(0.95, size)",
		"stats count_uniq(id)",
		"stats count_uniq_hash(id)",
		"top 10 by (id)",
		"sort by (size desc) limit 100",
		"sort by (_time desc) limit 100",
		"filter _severity:error",
		`filter "/items/9"`,
		`extract "ip=<ip> " from _msg`,
		"fields _time, _msg",
		"facets 10",
		"math size / 1024 as kib",
		"unpack_logfmt",
	} {
		b.Run(query, func(b *testing.B) {
			q, err := logsql.Parse("* | "+query, logsql.Options{})
			if err != nil {
				b.Fatal(err)
			}
			p, err := Build(q.Pipes, Options{Workers: 1, Budget: NewBudget(0)}, Sink(func(int, *logsql.Batch) error { return nil }))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Write(0, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(batch.N), "ns/row")
		})
	}
}
