// Package logmix makes the rows that tests and benchmarks of the log store use: nginx access lines 40%, JSON
// logs of Kubernetes services 30%, Java lines with stack traces 20% and sshd lines 10%, over 182 streams.
// Equal seeds give equal rows.
package logmix

import (
	"fmt"
	"math/rand/v2"

	"github.com/haetae/haetae/internal/model"
)

// Start is the time of the first row, in ns since the epoch: 2026-11-20 00:00 UTC.
const Start = 1_795_132_800_000_000_000

// Source makes rows one after another.
type Source struct {
	rand    *rand.Rand
	streams [4][][]model.Field
	time    int64
	step    int64
	fields  []model.Field
	buf     []byte
}

// New returns a source whose rows are step ns apart on average.
func New(seed uint64, step int64) *Source {
	s := &Source{rand: rand.New(rand.NewPCG(seed, 1)), time: Start, step: step}
	for i := range 60 {
		s.streams[0] = append(s.streams[0], stream(fmt.Sprintf("web-%02d.seoul.example", i), "nginx"))
	}
	for i := range 72 {
		s.streams[1] = append(s.streams[1], []model.Field{
			{Name: "k8s.container.name", Value: "app"},
			{Name: "k8s.namespace.name", Value: "prod"},
			{Name: "k8s.pod.name", Value: fmt.Sprintf("%s-7d9f8b6c5-%05x", services[i%len(services)], i*7919)},
			{Name: "service.name", Value: services[i%len(services)]},
		})
	}
	for i := range 30 {
		s.streams[2] = append(s.streams[2], stream(fmt.Sprintf("was-%02d.busan.example", i), "billing"))
	}
	for i := range 20 {
		s.streams[3] = append(s.streams[3], stream(fmt.Sprintf("bastion-%02d", i), "sshd"))
	}
	return s
}

func stream(host, service string) []model.Field {
	return []model.Field{{Name: "host.name", Value: host}, {Name: "service.name", Value: service}}
}

var (
	services = []string{"cart", "checkout", "catalog", "payment", "shipping", "frontend"}
	methods  = []string{"GET", "GET", "GET", "GET", "POST", "PUT", "DELETE"}
	paths    = []string{
		"/api/v1/orders", "/api/v1/items", "/static/app.js", "/login", "/api/v1/users", "/search",
		"/favicon.ico", "/api/v2/cart/items", "/healthz",
	}
	statuses = []int{200, 200, 200, 200, 200, 200, 304, 301, 404, 404, 500, 502}
	agents   = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1",
		"curl/8.4.0", "kube-probe/1.29", "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
	}
	loggers  = []string{"c.e.billing.InvoiceService", "c.e.billing.PaymentGateway", "o.s.web.servlet.DispatcherServlet", "c.z.hikari.pool.HikariPool"}
	users    = []string{"root", "admin", "deploy", "ubuntu", "oracle", "git", "postgres", "test"}
	messages = []string{"order placed", "cache miss", "payment authorised", "stock reserved", "request completed", "retrying call to inventory"}
)

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// Next fills r with the next row. Its strings are valid until the following call.
func (s *Source) Next(r *model.Record) {
	s.time += int64(s.rand.ExpFloat64() * float64(s.step))
	time := s.time / 1e6 * 1e6
	*r = model.Record{
		Dataset: model.DatasetLogs, Time: time, Observed: Start + (s.time-Start)>>28<<28, Input: "jsonline", Peer: "127.0.0.1",
		Severity: model.SeverityInfo,
	}
	s.buf, s.fields = s.buf[:0], s.fields[:0]
	switch p := s.rand.IntN(10); {
	case p < 4:
		s.nginx(r)
	case p < 7:
		s.service(r)
	case p < 9:
		s.java(r)
	default:
		s.sshd(r)
	}
	r.Fields = s.fields
}

func (s *Source) address() string {
	return fmt.Sprintf("%d.%d.%d.%d", 10+s.rand.IntN(200), s.rand.IntN(256), s.rand.IntN(256), s.rand.IntN(256))
}

func (s *Source) nginx(r *model.Record) {
	r.Stream, r.Format = pick(s.rand, s.streams[0]), "nginx-access@1"
	ms := (r.Time - Start) / 1e6
	status := pick(s.rand, statuses)
	if status >= 500 {
		r.Severity = model.SeverityError
	} else if status >= 400 {
		r.Severity = model.SeverityWarn
	}
	r.Msg = fmt.Sprintf(`%s - - [20/Nov/2026:%02d:%02d:%02d +0000] "%s %s?id=%d HTTP/1.1" %d %d "-" "%s" rt=0.%03d`,
		s.address(), ms/3_600_000%24, ms/60_000%60, ms/1000%60, pick(s.rand, methods), pick(s.rand, paths),
		s.rand.IntN(100_000), status, s.rand.IntN(50_000), pick(s.rand, agents), s.rand.IntN(1000))
}

func (s *Source) service(r *model.Record) {
	r.Stream = pick(s.rand, s.streams[1])
	r.Msg = pick(s.rand, messages)
	level := "info"
	if s.rand.IntN(20) == 0 {
		level, r.Severity = "error", model.SeverityError
		r.Msg = "call failed: error while dialing: connection refused"
	}
	s.fields = append(
		s.fields,
		model.Field{Name: "level", Value: level},
		model.Field{Name: "trace_id", Value: fmt.Sprintf("%016x%016x", s.rand.Uint64(), s.rand.Uint64())},
		model.Field{Name: "user.id", Value: fmt.Sprint(s.rand.IntN(1_000_000))},
		model.Field{Name: "duration_ms", Value: fmt.Sprint(s.rand.IntN(2000))},
		model.Field{Name: "caller", Value: fmt.Sprintf("internal/%s/handler.go:%d", pick(s.rand, services), 20+s.rand.IntN(12)*13)},
	)
}

func (s *Source) java(r *model.Record) {
	r.Stream, r.Format = pick(s.rand, s.streams[2]), "java@1"
	ms := (r.Time - Start) / 1e6
	at := fmt.Sprintf("2026-11-20 %02d:%02d:%02d,%03d", ms/3_600_000%24, ms/60_000%60, ms/1000%60, ms%1000)
	thread := fmt.Sprintf("http-nio-8080-exec-%d", s.rand.IntN(64))
	if s.rand.IntN(8) > 0 {
		r.Msg = fmt.Sprintf("%s INFO  [%s] %s - Processed invoice %d for customer %d in %d ms", at, thread,
			pick(s.rand, loggers), s.rand.IntN(10_000_000), s.rand.IntN(100_000), s.rand.IntN(900))
		return
	}
	r.Severity = model.SeverityError
	s.buf = fmt.Appendf(s.buf, "%s ERROR [%s] %s - Cannot process invoice %d\njava.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after %dms",
		at, thread, pick(s.rand, loggers), s.rand.IntN(10_000_000), 30_000+s.rand.IntN(100))
	for range 4 + s.rand.IntN(12) {
		s.buf = fmt.Appendf(s.buf, "\n\tat com.example.billing.%s.invoke(%s.java:%d)", pick(s.rand, loggers)[4:], pick(s.rand, services), 10+s.rand.IntN(40)*7)
	}
	r.Msg = string(s.buf)
}

func (s *Source) sshd(r *model.Record) {
	r.Stream = pick(s.rand, s.streams[3])
	s.fields = append(s.fields, model.Field{Name: "process.pid", Value: fmt.Sprint(1000 + s.rand.IntN(30_000))})
	if s.rand.IntN(3) > 0 {
		r.Severity = model.SeverityWarn
		r.Msg = fmt.Sprintf("Failed password for invalid user %s from %s port %d ssh2", pick(s.rand, users), s.address(), 1024+s.rand.IntN(60_000))
		return
	}
	r.Msg = fmt.Sprintf("Accepted publickey for %s from %s port %d ssh2: RSA SHA256:%016x", pick(s.rand, users), s.address(), 1024+s.rand.IntN(60_000), s.rand.Uint64())
}
