package loki

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/s2"

	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/input/httpin/httpintest"
	"github.com/haetae/haetae/internal/model"
)

// The body of a protobuf case is written as JSON in its file. Test-Form says otherwise: "raw" sends the text as
// it is, "snappy" only packs it.
func TestCases(t *testing.T) {
	httpintest.Cases(t, Descriptor, "testdata/cases", func(r *http.Request, body []byte) []byte {
		form := r.Header.Get("Test-Form")
		r.Header.Del("Test-Form")
		switch {
		case form == "raw":
			return body
		case form == "snappy":
			return s2.EncodeSnappy(nil, body)
		case form == "protobuf" || strings.Contains(r.Header.Get("Content-Type"), "protobuf"):
			return s2.EncodeSnappy(nil, toProtobuf(t, body))
		}
		return body
	})
}

// toProtobuf writes a push request in JSON as the protobuf message, as a shipper would.
func toProtobuf(t testing.TB, body []byte) []byte {
	t.Helper()
	var push struct {
		Streams []struct {
			Stream map[string]string
			Values [][]any
		}
	}
	if err := json.Unmarshal(body, &push); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, s := range push.Streams {
		var labels []string
		for _, name := range slices.Sorted(maps.Keys(s.Stream)) {
			labels = append(labels, name+"="+strconv.Quote(s.Stream[name]))
		}
		var stream []byte
		for _, v := range s.Values { // labels come last here: a decoder may not rely on their place
			ns, err := strconv.ParseInt(v[0].(string), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			var when []byte
			when = appendNumber(when, 1, uint64(ns/1e9))
			when = appendNumber(when, 2, uint64(ns%1e9))
			entry := appendText(nil, 1, string(when))
			entry = appendText(entry, 2, v[1].(string))
			if len(v) > 2 {
				metadata := v[2].(map[string]any)
				for _, name := range slices.Sorted(maps.Keys(metadata)) {
					pair := appendText(appendText(nil, 1, name), 2, metadata[name].(string))
					entry = appendText(entry, 3, string(pair))
				}
			}
			stream = appendText(stream, 2, string(entry))
		}
		stream = appendText(stream, 1, "{"+strings.Join(labels, ", ")+"}")
		stream = appendNumber(stream, 3, 12345)
		out = appendText(out, 1, string(stream))
	}
	return out
}

func appendText(dst []byte, number uint64, s string) []byte {
	dst = binary.AppendUvarint(dst, number<<3|2)
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendNumber(dst []byte, number, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(dst, number<<3), value)
}

func TestParseLabels(t *testing.T) {
	for in, want := range map[string][]model.Field{
		`{}`:                          nil,
		`{a="b"}`:                     {{Name: "a", Value: "b"}},
		` { a = "b" , c="d", } `:      {{Name: "a", Value: "b"}, {Name: "c", Value: "d"}},
		"{a=\"x\\\"y\\n\", b=`r\\n`}": {{Name: "a", Value: "x\"y\n"}, {Name: "b", Value: `r\n`}},
		`{path="/a,b={c}"}`:           {{Name: "path", Value: "/a,b={c}"}},
		`{k8s.pod="é"}`:               {{Name: "k8s.pod", Value: "é"}},
	} {
		got, err := parseLabels(nil, in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", in, diff)
		}
	}
	for _, in := range []string{``, `{`, `a="b"`, `{a}`, `{a=b}`, `{a="b" c="d"}`, `{="b"}`, `{a="b}`, `{a='bc'}`, `{a b="c"}`} {
		if got, err := parseLabels(nil, in); err == nil {
			t.Errorf("%s: taken as %v, want an error", in, got)
		}
	}
}

func FuzzProtobuf(f *testing.F) {
	f.Add(toProtobuf(f, []byte(`{"streams":[{"stream":{"a":"b"},"values":[["1795230720123456789","x",{"c":"d"}]]}]}`)))
	f.Add([]byte("\x0a\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, sink := fuzzIntake(t)
		defer in.done()
		if in.readProtobuf(t.Context(), data) == nil {
			finish(t, in, sink)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"streams":[{"stream":{"a":"b"},"values":[["1795230720123456789","x\n\ud83d\ude00",{"c":"d"}]]}]}`))
	f.Add([]byte(`{"streams":"[{\"values\":\"[[\\\"\\\\u\\\"\"}]"}`))
	f.Add([]byte(`{"streams":[{"stream":{},"values":[[1,"a"] , [ "2026-11-20T03:12:00Z" , "b" , {} ]]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, sink := fuzzIntake(t)
		defer in.done()
		if in.readJSON(t.Context(), data) == nil {
			finish(t, in, sink)
		}
	})
}

func fuzzIntake(t *testing.T) (*intake, *httpintest.Sink) {
	sink := &httpintest.Sink{}
	env := httpintest.Env(t, "loki", sink)
	profiles, err := httpin.NewProfiles(httpin.Defaults{AllStream: true}, (&Settings{}).Settings())
	if err != nil {
		t.Fatal(err)
	}
	r := &http.Request{Header: http.Header{}, URL: &url.URL{}}
	profile, err := profiles.Of(r)
	if err != nil {
		t.Fatal(err)
	}
	return newIntake(&env, profile, httpin.NewWriter(&env, "192.0.2.1")), sink
}

// finish checks what must hold for every request that was taken: each entry reached the sink, with a stream
// that is sorted and has no empty values.
func finish(t *testing.T, in *intake, sink *httpintest.Sink) {
	if err := in.write(t.Context()); err != nil {
		t.Fatal(err)
	}
	records := sink.Records()
	if len(records) != in.writer.Accepted {
		t.Fatalf("%d records reached the sink, %d were accepted", len(records), in.writer.Accepted)
	}
	for _, r := range records {
		sorted := model.SortStream(slices.Clone(r.Stream))
		if diff := cmp.Diff(sorted, r.Stream); diff != "" && len(sorted) > 0 {
			t.Fatalf("stream is not in order (-want +got):\n%s", diff)
		}
	}
}
