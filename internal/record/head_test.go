package record

import (
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// The key of a Kafka record is the hash that chose its partition: both must come out the same.
func TestReadHead(t *testing.T) {
	for _, want := range samples() {
		h, ok := ReadHead(Append(nil, &want))
		if !ok || h.Input != want.Input || h.Stream != StreamHash(want.Stream) {
			t.Errorf("head %+v, %v of %+v", h, ok, want)
		}
	}
}

func FuzzReadHead(f *testing.F) {
	for _, rec := range samples() {
		f.Add(Append(nil, &rec))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var d Decoder
		var r model.Record
		if d.Decode(data, &r) != nil {
			ReadHead(data) // it must not fail on bytes that are no record
			return
		}
		if h, ok := ReadHead(data); !ok || h.Input != r.Input || h.Stream != StreamHash(r.Stream) {
			t.Fatalf("head %+v, %v of %+v", h, ok, r)
		}
	})
}
