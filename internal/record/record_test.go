package record

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

func samples() []model.Record {
	return []model.Record{
		{Dataset: model.DatasetLogs, Observed: 7},
		{Dataset: model.DatasetLogs, Observed: 7, Sent: 5, Msg: "handed over before"},
		{Dataset: model.DatasetLogs, Time: 3, Observed: 7, Sent: math.MaxInt64 / 4},
		{
			Dataset: "traps", Time: -5, Observed: math.MaxInt64 / 4, Msg: "a\x00b\xff", Severity: model.SeverityWarn,
			Stream: []model.Field{{Name: "host.name", Value: "web-1"}, {Name: "service.name", Value: "pay"}},
			Fields: []model.Field{{Name: "k", Value: ""}, {Name: "", Value: "v"}},
			Input:  "syslog", Peer: "192.0.2.1", Format: "klog@1", Mark: model.Mark{Source: "f", Seq: math.MaxUint64},
		},
	}
}

func TestRoundTrip(t *testing.T) {
	var d Decoder
	for _, want := range samples() {
		var got model.Record
		for range 2 { // the second time the stream comes from the decoder's memory
			if err := d.Decode(Append(nil, &want), &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Fields) == 0 {
				got.Fields = nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("decoded record differs (-want +got):\n%s", diff)
			}
		}
	}
}

// A record that was cut short must be refused at every length, never read half.
func TestTruncatedIsCorrupt(t *testing.T) {
	for _, rec := range samples() {
		enc := Append(nil, &rec)
		for n := range enc {
			var d Decoder
			var got model.Record
			if err := d.Decode(enc[:n], &got); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("first %d of %d bytes: got error %v, want ErrCorrupt", n, len(enc), err)
			}
		}
	}
}

// Streams are the senders' to make up: many large ones must not stay in memory.
func TestDecoderForgetsLargeStreams(t *testing.T) {
	var d Decoder
	var enc []byte
	for i := range 100 {
		want := model.Record{Stream: []model.Field{{Name: "s", Value: strconv.Itoa(i) + strings.Repeat("x", 1<<20)}}}
		enc = Append(enc[:0], &want)
		var got model.Record
		if err := d.Decode(enc, &got); err != nil {
			t.Fatal(err)
		}
		if got.Stream[0] != want.Stream[0] {
			t.Fatalf("stream %d came back changed", i)
		}
	}
	held := 0
	for key := range d.streams {
		held += len(key)
	}
	if held > 32<<20 {
		t.Errorf("the decoder holds %d bytes of streams", held)
	}
}

func FuzzDecode(f *testing.F) {
	for _, rec := range samples() {
		f.Add(Append(nil, &rec))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var d Decoder
		var r, again model.Record
		if d.Decode(data, &r) != nil {
			return
		}
		if err := d.Decode(Append(nil, &r), &again); err != nil {
			t.Fatalf("cannot decode what was encoded: %v", err)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
