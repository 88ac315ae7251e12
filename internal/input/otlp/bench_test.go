package otlp

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/haetae/haetae/internal/input/httpin/httpintest"
	"github.com/haetae/haetae/internal/model"
)

// discard is a sink that takes everything at once.
type discard struct{ records int }

func (d *discard) Write(_ context.Context, records []model.Record) error {
	d.records += len(records)
	return nil
}

// BenchmarkProtobuf is the whole handler on exports of 1,000 records with 6 attributes; ns/row is the figure to
// watch.
func BenchmarkProtobuf(b *testing.B) {
	const rows = 1000
	l := plog.NewLogs()
	rl := l.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "orders")
	rl.Resource().Attributes().PutStr("host.name", "web-1")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	for i := range rows {
		r := records.AppendEmpty()
		r.SetTimestamp(1795230720000000000)
		r.SetSeverityNumber(plog.SeverityNumberInfo)
		r.Body().SetStr(fmt.Sprintf("GET /api/v1/orders/%d HTTP/1.1 200 %d", i, i%5000))
		r.SetTraceID([16]byte{1, byte(i)})
		r.Attributes().PutStr("http.request.method", "GET")
		r.Attributes().PutInt("http.response.status_code", 200)
		r.Attributes().PutStr("url.path", "/api/v1/orders")
		r.Attributes().PutDouble("duration", 0.25)
	}
	body, err := plogotlp.NewExportRequestFromLogs(l).MarshalProto()
	if err != nil {
		b.Fatal(err)
	}
	sink := &discard{}
	env := httpintest.Env(b, "otlp", sink)
	env.MaxBatch = 4 << 20
	httpintest.New(b, Descriptor, env, nil)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/insert/opentelemetry/v1/logs", bytes.NewReader(body))
		w := httptest.NewRecorder()
		env.Mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sink.records), "ns/row")
}
