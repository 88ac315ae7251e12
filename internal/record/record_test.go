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

// Bytes of earlier versions lie in topics and on disks: each form that was ever written is read, as it was written.
func TestFormsThatWereWritten(t *testing.T) {
	want := model.Record{
		Dataset: model.DatasetLogs, Time: 3, Observed: 7, Severity: model.SeverityWarn, Stream: []model.Field{{Name: "h", Value: "a"}},
		Input: "k", Peer: "p", Format: "f", Mark: model.Mark{Source: "t", Seq: 9}, Msg: "hi", Fields: []model.Field{{Name: "n", Value: "v"}},
	}
	for form, c := range map[string]struct {
		literal string
		sent    int64
	}{
		"1": {"\x01\x05\x01\x01h\x01a\x00\x06\x08\x04\x01k\x01p\x01f\x01t\x09\x02hi\x01\x01n\x01v", 0},
		"2": {"\x02\x05\x01\x01h\x01a\x00\x06\x08\x03\x04\x01k\x01p\x01f\x01t\x09\x02hi\x01\x01n\x01v", 5},
	} {
		var d Decoder
		var got model.Record
		if err := d.Decode([]byte(c.literal), &got); err != nil {
			t.Fatal(err)
		}
		want.Sent = c.sent
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("form %s (-want +got):\n%s", form, diff)
		}
		if again := string(Append(nil, &want)); again != c.literal {
			t.Errorf("form %s is written as %q now", form, again)
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
