package elasticsearch

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

// BenchmarkBulk is the whole handler on requests of 2,000 documents; ns/row is the figure to watch.
func BenchmarkBulk(b *testing.B) {
	const rows = 2000
	var body bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&body, `{"create":{"_index":"app-2026.11.20"}}`+"\n"+
			`{"@timestamp":"2026-11-20T03:12:%02d.%03dZ","message":"GET /api/v1/orders/%d HTTP/1.1 200 %d","log":{"level":"info"},`+
			`"service":{"name":"orders"},"host":{"name":"web-%d"},"trace_id":"%032x"}`+"\n",
			i%60, i%1000, i, i%5000, i%8, i*7919)
	}
	sink := &discard{}
	env := httpintest.Env(b, "elasticsearch", sink)
	env.MaxBatch = 4 << 20
	httpintest.New(b, Descriptor, env, nil)
	b.SetBytes(int64(body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, prefix+"/_bulk", bytes.NewReader(body.Bytes()))
		w := httptest.NewRecorder()
		env.Mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sink.records), "ns/row")
}
