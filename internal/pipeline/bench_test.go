package pipeline

import (
	"fmt"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// benchRows are rows of one stream each, as inputs hand them on.
func benchRows() map[string]func(i int) model.Record {
	at := func(i int) int64 { return receiptTime + int64(i)*int64(time.Millisecond) }
	stream := func(app string) []model.Field {
		return []model.Field{{Name: "app", Value: app}, {Name: "host", Value: "web-1"}}
	}
	return map[string]func(i int) model.Record{
		"json-fields": func(i int) model.Record {
			return model.Record{
				Time: at(i), Observed: at(i), Input: "jsonline", Peer: "127.0.0.1", Stream: stream("pay"),
				Msg: fmt.Sprintf("order %d accepted for customer %d", i, i*7),
				Fields: []model.Field{
					{Name: "level", Value: "info"},
					{Name: "logger", Value: "com.example.pay.Checkout"},
					{Name: "trace_id", Value: "4bf92f3577b34da6a3ce929d0e0e4736"},
					{Name: "duration_ms", Value: "38.2"},
				},
			}
		},
		"nginx": func(i int) model.Record {
			return model.Record{
				Time: at(i), Observed: at(i), Input: "jsonline", Peer: "127.0.0.1", Stream: stream("nginx"),
				Msg: fmt.Sprintf(`10.0.%d.%d - - [20/Nov/2026:12:00:00 +0900] "GET /api/v1/items/%d?page=2 HTTP/1.1" 200 %d "https://shop.example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`, i%250, i%200, i, i*13),
			}
		},
		"java": func(i int) model.Record {
			return model.Record{
				Observed: at(i), Input: "files", Peer: "/var/log/app.log", Stream: stream("java"),
				Msg: fmt.Sprintf("2026-11-20 12:00:00,118 ERROR [exec-%d] c.e.pay.CheckoutService - cannot charge order %d\njava.io.IOException: broken pipe\n\tat c.e.A.b(A.java:12)\n\tat c.e.A.c(A.java:13)", i%16, i),
			}
		},
		"sshd": func(i int) model.Record {
			return model.Record{
				Observed: at(i), Input: "files", Peer: "/var/log/auth.log", Stream: stream("sshd"),
				Msg: fmt.Sprintf("Nov 20 12:00:00 web-1 sshd[%d]: Failed password for root from 10.0.0.%d port 51060 ssh2", i, i%250),
			}
		},
		"plain": func(i int) model.Record {
			return model.Record{
				Time: at(i), Observed: at(i), Input: "syslog", Peer: "192.0.2.1", Stream: stream("plain"), Severity: model.SeverityInfo,
				Msg: fmt.Sprintf("Connection from 10.0.0.%d closed after %d seconds [preauth]", i%250, i),
			}
		},
		"json-line": func(i int) model.Record {
			return model.Record{
				Observed: at(i), Input: "files", Peer: "/var/log/x.log", Stream: stream("k8s"),
				Msg: fmt.Sprintf(`{"time":"2026-11-20T12:00:00.118+09:00","level":"info","msg":"request %d done","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","http":{"method":"GET","status":200}}`, i),
			}
		},
	}
}

func BenchmarkSteps(b *testing.B) {
	for name, row := range benchRows() {
		b.Run(name, func(b *testing.B) {
			p := newTestProcessor(b, ConsumerOptions{})
			var rows [][]byte
			bytes := 0
			for i := range 1000 {
				r := row(i)
				rows = append(rows, record.Append(nil, &r))
				bytes += len(r.Msg)
			}
			b.SetBytes(int64(bytes / len(rows)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, _, err := p.run(rows[i]); err != nil {
					b.Fatal(err)
				}
				if i++; i == len(rows) {
					i = 0
				}
			}
		})
	}
}

// The steps must not allocate for a row of any kind once streams are known.
func TestStepsDoNotAllocate(t *testing.T) {
	for name, row := range benchRows() {
		c := consumer{processor: newTestProcessor(t, ConsumerOptions{})}
		r := row(1)
		data := record.Append(nil, &r)
		if n := testing.AllocsPerRun(100, func() {
			if _, keep := c.process(0, data); !keep {
				t.Fatal("not kept")
			}
		}); n != 0 {
			t.Errorf("%s: a row allocates %v times", name, n)
		}
	}
}

// receiptTime is 20 November 2026, 12:00 in Seoul.
var receiptTime = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC).UnixNano()

func newTestProcessor(tb testing.TB, opts ConsumerOptions) *processor {
	tb.Helper()
	c := newTestConsumers(tb, opts)
	return newProcessor(c)
}

func newTestConsumers(tb testing.TB, opts ConsumerOptions) *Consumers {
	tb.Helper()
	if opts.Open == nil {
		opts.Open = openNothing
	}
	opts.Local = time.FixedZone("KST", 9*3600)
	opts.Now = func() time.Time { return time.Unix(0, receiptTime) }
	c, err := NewConsumers(opts)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
