package jsonline

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/haetae/haetae/internal/input/httpin/httpintest"
	"github.com/haetae/haetae/internal/model"
)

// discard is a sink that takes everything at once.
type discard struct{ records int }

func (d *discard) Write(_ context.Context, records []model.Record) error {
	d.records += len(records)
	return nil
}

// BenchmarkRows is the whole handler on bodies of 4,000 rows of about 250 bytes; ns/row is the figure to watch.
func BenchmarkRows(b *testing.B) {
	const rows = 4000
	var body bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&body, `{"_time":"2026-11-20T03:12:%02d.%06dZ","_msg":"GET /api/v1/orders/%d HTTP/1.1 200 %d 0.%03d","level":"info",`+
			`"service":"orders","host":{"name":"web-%d"},"http":{"request":{"method":"GET"},"response":{"status_code":200}},"trace_id":"%032x"}`+"\n",
			i%60, i, i, i%5000, i%1000, i%8, i*7919)
	}
	sink := &discard{}
	env := httpintest.Env(b, "jsonline", sink)
	env.MaxBatch = 4 << 20
	httpintest.New(b, Descriptor, env, nil)
	b.SetBytes(int64(body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/insert/jsonline", bytes.NewReader(body.Bytes()))
		w := httptest.NewRecorder()
		env.Mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sink.records), "ns/row")
	b.ReportMetric(float64(body.Len())/rows, "bytes/row")
}
