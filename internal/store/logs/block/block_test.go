package block

import (
	"bytes"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

func mixBuilders(rows int) []*Builder {
	src := logmix.New(1, 5e5)
	groups := map[string]*Builder{}
	streams := map[string]*Stream{}
	var out []*Builder
	var r model.Record
	for i := range rows {
		src.Next(&r)
		s := NewStream(r.Stream)
		if known := streams[s.Key()]; known != nil {
			s = known
		} else {
			streams[s.Key()] = s
		}
		g := groups[s.Value("service.name")+r.Format]
		if g == nil {
			g = NewBuilder()
			groups[s.Value("service.name")+r.Format] = g
			out = append(out, g)
		}
		g.Append(int64(i), s, &r)
	}
	return out
}

func BenchmarkEncode(b *testing.B) {
	builders := mixBuilders(120_000)
	e := NewEncoder()
	for b.Loop() {
		var rows, raw, size int64
		for _, g := range builders {
			enc := e.Encode(g.View("q", 0, "g"))
			rows += int64(g.Len())
			raw += g.Raw()
			size += int64(len(enc.Body) + len(enc.Header))
		}
		b.ReportMetric(float64(size)/float64(raw)*100, "%raw")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
		b.ReportMetric(float64(raw)/float64(rows), "B/row")
	}
}

func BenchmarkRegions(b *testing.B) {
	builders := mixBuilders(120_000)
	e := NewEncoder()
	for _, g := range builders {
		enc := e.Encode(g.View("q", 0, "g"))
		h, err := Open(enc.Header)
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("rows %d raw %d body %d header %d times %d obs %d off %d streams %d words %d", g.Len(), g.Raw(), len(enc.Body), len(enc.Header), h.times.size, h.obs.size, h.offsets.size, h.streams.size, h.words.size)
		for _, c := range h.cols {
			b.Logf("   %s %v lengths %d data %d index %d", c.name, c.kind, c.lengths.size, c.data.size, c.index.size)
		}
		r := NewReader(h, bytes.NewReader(enc.Body), 0, &Scratch{})
		if _, err := r.Observed(); err != nil {
			b.Fatal(err)
		}
	}
}
