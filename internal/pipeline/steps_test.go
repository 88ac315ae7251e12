package pipeline

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

type fields = []model.Field

func process(t *testing.T, p *processor, r model.Record) model.Record {
	t.Helper()
	if r.Observed == 0 {
		r.Observed = receiptTime
	}
	got, keep, err := p.run(record.Append(nil, &r))
	if err != nil || !keep {
		t.Fatalf("keep %v, error %v", keep, err)
	}
	return *got
}

func TestSteps(t *testing.T) {
	const second = int64(time.Second)
	level := fields{{Name: "level", Value: "warn"}}
	stream := fields{{Name: "level", Value: "debug"}, {Name: "service.name", Value: "pay"}}
	const access = `10.0.0.1 - - [20/Nov/2026:12:00:05 +0900] "GET /x HTTP/1.1" 503 5`
	absurd := strings.Repeat("n", maxName+1)
	for _, c := range []struct {
		name     string
		in, want model.Record
	}{
		{
			"without a time it is that of receipt",
			model.Record{Msg: "hello"},
			model.Record{Msg: "hello", Time: receiptTime},
		},
		{
			"a line's own time",
			model.Record{Msg: "2026-11-20 11:00:00 hello"},
			model.Record{Msg: "2026-11-20 11:00:00 hello", Time: receiptTime - 3600*second},
		},
		{
			"without a time it is when the protocol was handed the record",
			model.Record{Msg: "hello", Sent: receiptTime - second},
			model.Record{Msg: "hello", Sent: receiptTime - second, Time: receiptTime - second},
		},
		{
			"a line's own time wins over when it was handed over",
			model.Record{Msg: "2026-11-20 11:00:00 hello", Sent: receiptTime - second},
			model.Record{Msg: "2026-11-20 11:00:00 hello", Sent: receiptTime - second, Time: receiptTime - 3600*second},
		},
		{
			"a year that the line lacks is that of handing over",
			model.Record{Msg: "Nov 20 11:00:00 web-1 app: hello", Sent: receiptTime - 366*24*3600*second},
			model.Record{
				Msg: "Nov 20 11:00:00 web-1 app: hello", Sent: receiptTime - 366*24*3600*second, Time: receiptTime - (365*24+1)*3600*second,
				Format: "syslog-3164@1",
			},
		},
		{
			"a time of handing over that cannot be",
			model.Record{Msg: "hello", Sent: second},
			model.Record{Msg: "hello", Sent: second, Time: receiptTime, Fields: fields{{Name: "sent._time", Value: "1970-01-01T00:00:01Z"}}},
		},
		{
			"a JSON object with an absurd name stays text",
			model.Record{Msg: `{"a":1,"` + absurd + `":2}`, Time: receiptTime},
			model.Record{Msg: `{"a":1,"` + absurd + `":2}`, Time: receiptTime, Format: "json@1"},
		},
		{
			"the protocol's time wins over the line's",
			model.Record{Msg: "2026-11-20 11:00:00 hello", Time: receiptTime - second},
			model.Record{Msg: "2026-11-20 11:00:00 hello", Time: receiptTime - second},
		},
		{
			"an hour ahead is still taken",
			model.Record{Msg: "x", Time: receiptTime + 3600*second},
			model.Record{Msg: "x", Time: receiptTime + 3600*second},
		},
		{
			"more than an hour ahead is receipt, and kept",
			model.Record{Msg: "x", Time: receiptTime + 3600*second + 1},
			model.Record{Msg: "x", Time: receiptTime, Fields: fields{{Name: "sent._time", Value: "2026-11-20T04:00:00.000000001Z"}}},
		},
		{
			"a clock that was never set",
			model.Record{Msg: "x", Time: 86400 * second},
			model.Record{Msg: "x", Time: receiptTime, Fields: fields{{Name: "sent._time", Value: "1970-01-02T00:00:00Z"}}},
		},
		{
			"the least time of all does not run over",
			model.Record{Msg: "x", Time: -1 << 63},
			model.Record{Msg: "x", Time: receiptTime, Fields: fields{{Name: "sent._time", Value: "1677-09-21T00:12:43.145224192Z"}}},
		},
		{
			"the protocol's severity comes first",
			model.Record{Msg: access, Severity: model.SeverityDebug, Fields: level},
			model.Record{Msg: access, Severity: model.SeverityDebug, Fields: level, Format: "nginx-access@1", Time: receiptTime + 5*second},
		},
		{
			"then the format's",
			model.Record{Msg: access, Fields: level},
			model.Record{Msg: access, Severity: model.SeverityError, Fields: level, Format: "nginx-access@1", Time: receiptTime + 5*second},
		},
		{
			"then a field",
			model.Record{Msg: "ERROR: x", Fields: level},
			model.Record{Msg: "ERROR: x", Severity: model.SeverityWarn, Fields: level, Time: receiptTime},
		},
		{
			"of fields the best name, and stream fields count",
			model.Record{Msg: "x", Stream: stream, Fields: fields{{Name: "lvl", Value: "error"}}},
			model.Record{Msg: "x", Severity: model.SeverityDebug, Stream: stream, Fields: fields{{Name: "lvl", Value: "error"}}, Time: receiptTime},
		},
		{
			"last a word of the text",
			model.Record{Msg: "ERROR: x", Fields: fields{{Name: "level", Value: "so-so"}}},
			model.Record{Msg: "ERROR: x", Severity: model.SeverityError, Fields: fields{{Name: "level", Value: "so-so"}}, Time: receiptTime},
		},
		{
			"a JSON line's fields are stored, message and time are taken",
			model.Record{Msg: `{"time":"2026-11-20T12:00:05+09:00","level":"error","msg":"it\nbroke","http":{"status":500},"_stream":"x"}`},
			model.Record{
				Msg: "it\nbroke", Time: receiptTime + 5*second, Severity: model.SeverityError, Format: "json@1",
				Fields: fields{{Name: "level", Value: "error"}, {Name: "http.status", Value: "500"}, {Name: "sent._stream", Value: "x"}},
			},
		},
		{
			"the time of a JSON line stays a field when the protocol gave one",
			model.Record{Msg: `{"ts":1795143600,"msg":"x"}`, Time: receiptTime - second},
			model.Record{Msg: "x", Time: receiptTime - second, Format: "json@1", Fields: fields{{Name: "ts", Value: "1795143600"}}},
		},
		{
			"a JSON line without a message stays the message",
			model.Record{Msg: `{"a":1}`},
			model.Record{Msg: `{"a":1}`, Time: receiptTime, Format: "json@1", Fields: fields{{Name: "a", Value: "1"}}},
		},
		{
			"what the protocol has under the same name stays, and so does the line's",
			model.Record{
				Msg:    `{"msg":"x","level":"info","host":"a","same":"1"}`,
				Stream: stream, Fields: fields{{Name: "host", Value: "b"}, {Name: "same", Value: "1"}},
			},
			model.Record{
				Msg: "x", Time: receiptTime, Severity: model.SeverityDebug, Format: "json@1", Stream: stream,
				Fields: fields{
					{Name: "host", Value: "b"},
					{Name: "same", Value: "1"},
					{Name: "sent.level", Value: "info"},
					{Name: "sent.host", Value: "a"},
				},
			},
		},
		{
			"a message inside JSON has a format of its own",
			model.Record{Msg: `{"log":"10.0.0.1 - - [20/Nov/2026:12:00:05 +0900] \"GET /x HTTP/1.1\" 503 5"}`},
			model.Record{Msg: access, Time: receiptTime + 5*second, Severity: model.SeverityError, Format: "nginx-access@1"},
		},
		{
			"broken JSON is text",
			model.Record{Msg: `{"a":1,}`},
			model.Record{Msg: `{"a":1,}`, Time: receiptTime},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := process(t, newTestProcessor(t, ConsumerOptions{}), c.in)
			c.want.Observed, c.want.Dataset = receiptTime, model.DatasetLogs
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Settings of an input act on its records only.
func TestInputSettings(t *testing.T) {
	p := newTestProcessor(t, ConsumerOptions{Inputs: map[string]InputSettings{
		"utc":   {Timezone: "UTC"},
		"plain": {Format: "plain"},
		"views": {StoreViews: true},
		"kv":    {Format: "kv"},
	}})
	at := func(input, msg string) model.Record { return process(t, p, model.Record{Input: input, Msg: msg}) }

	if got := at("utc", "2026-11-20 02:00:00 x").Time; got != receiptTime-3600*int64(time.Second) {
		t.Errorf("in UTC: %s", time.Unix(0, got).UTC())
	}
	if got := at("other", "2026-11-20 11:00:00 x").Time; got != receiptTime-3600*int64(time.Second) {
		t.Errorf("in the server's zone: %s", time.Unix(0, got).UTC())
	}
	if got := at("plain", "level=error code=7"); got.Format != "" {
		t.Errorf("plain was recognised as %s", got.Format)
	}
	if got := at("kv", "a=b c=d e=f"); got.Format != "kv@1" {
		t.Errorf("the set format is not taken first: %s", got.Format)
	}
	got := at("views", "level=error code=7")
	want := fields{{Name: "level", Value: "error"}, {Name: "code", Value: "7"}, {Name: "log.level", Value: "error"}}
	if diff := cmp.Diff(want, got.Fields); diff != "" {
		t.Errorf("stored views (-want +got):\n%s", diff)
	}
	for _, s := range []InputSettings{{Format: "nonsense"}, {Timezone: "Mars/Olympus"}} {
		if s.Validate() == nil {
			t.Errorf("%+v is accepted", s)
		}
	}
}

// The format of one stream must not leak into another, nor a record's fields into the next.
func TestStreamsAreApart(t *testing.T) {
	p := newTestProcessor(t, ConsumerOptions{})
	a, b := fields{{Name: "s", Value: "a"}}, fields{{Name: "s", Value: "b"}}
	for range 3 {
		if got := process(t, p, model.Record{Stream: a, Msg: "x=1, y=2; z=3"}); got.Format != "kv@1" {
			t.Errorf("stream a: %s", got.Format)
		}
		got := process(t, p, model.Record{Stream: b, Msg: "x=1 y=2 z=3"})
		if got.Format != "logfmt@1" || len(got.Fields) != 0 {
			t.Errorf("stream b: %+v", got)
		}
	}
}

// Streams that the decoder forgets must not stay in memory for their formats.
func TestFormatsKeepNoStreams(t *testing.T) {
	p := newTestProcessor(t, ConsumerOptions{})
	for i := range 200 {
		stream := fields{{Name: "s", Value: strconv.Itoa(i) + strings.Repeat("x", 1<<20)}}
		process(t, p, model.Record{Stream: stream, Msg: "x=1 y=2 z=3"})
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 100<<20 {
		t.Errorf("%d MB of memory are in use", m.HeapAlloc>>20)
	}
	runtime.KeepAlive(p)
}

// Whatever a message holds, the steps must not panic (that would make a dead letter of it), and the record must have
// a time that can be searched.
func FuzzSteps(f *testing.F) {
	f.Add(accessLine, "level", "warn", int64(0))
	f.Add(`{"time":"2026-11-20T12:00:05+09:00","a":{"b":[1,"\u00e9"]},"msg":"x"}`, "a", "", receiptTime)
	f.Add("Nov 20 11:59:58 web-1 app[1]: {\"a\":1}", "", "x", int64(-1<<63))
	f.Add("2026-11-20 12:00:00,118 ERROR [m] c.h.F - x\njava.io.IOException: y\n\tat a.b.C.d(C.java:1)", "b", "1", int64(1))
	c := newTestConsumers(f, ConsumerOptions{
		Inputs: map[string]InputSettings{"": {StoreViews: true}},
		Rules: []Rule{
			{If: "x or y", Rename: map[string]string{"client.address": "ip", "a": "_severity"}},
			{Extract: &Extract{Regexp: `(?P<_time>\d+) (?P<_msg>.*)`}, Drop: []string{"b"}},
		},
	})
	f.Fuzz(func(t *testing.T, msg, name, value string, at int64) {
		p := newProcessor(c)
		in := model.Record{Msg: msg, Time: at, Observed: receiptTime, Fields: fields{{Name: name, Value: value}}}
		for range 2 { // the second time with what the stream has taught
			r, keep, err := p.run(record.Append(nil, &in))
			if err != nil || !keep {
				t.Fatalf("keep %v, error %v", keep, err)
			}
			if r.Time < longAgo || r.Time > receiptTime+farAhead {
				t.Fatalf("time %d", r.Time)
			}
		}
	})
}
