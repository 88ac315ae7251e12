package kafka

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

var received = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func testDecoder(tb testing.TB, encoding string) (*decoder, *deliver.Batch) {
	tb.Helper()
	set := defaults()
	set.Encoding, set.Timezone = encoding, "UTC"
	env := &input.Env{
		Name: "orders", Now: func() time.Time { return received }, MaxBatch: 1 << 20, MaxLine: 1 << 20, Log: slog.New(slog.DiscardHandler),
	}
	d, err := newDecoder(set, env)
	if err != nil {
		tb.Fatal(err)
	}
	return d, deliver.NewBatch(d.layout)
}

var place = source{peer: "t/3", mark: "kafka/id/3", topic: "t", partition: "3"}

// row is a record as the test compares it: all of its fields by name.
func row(r *model.Record) map[string]string {
	out := map[string]string{"_msg": r.Msg, "_source": r.Source()}
	if r.Time != 0 {
		out["_time"] = time.Unix(0, r.Time).UTC().Format(time.RFC3339Nano)
	}
	if r.Sent != 0 {
		out["sent"] = time.Unix(0, r.Sent).UTC().Format(time.RFC3339Nano)
	}
	if r.Severity != model.SeverityUnknown {
		out["_severity"] = r.Severity.String()
	}
	var stream []string
	for _, f := range r.Stream {
		out[f.Name] = f.Value
		stream = append(stream, f.Name)
	}
	for _, f := range r.Fields {
		out[f.Name] = f.Value
	}
	out["_stream"] = strings.Join(stream, " ")
	return out
}

func decodeOne(tb testing.TB, encoding string, rec *kgo.Record) []map[string]string {
	tb.Helper()
	d, b := testDecoder(tb, encoding)
	d.add(tb.Context(), b, &place, rec)
	var rows []map[string]string
	for i := range b.Records() {
		rows = append(rows, row(&b.Records()[i]))
	}
	return rows
}

// What shippers write to topics is taken apart as when they send it; the place is kept with it.
func TestForms(t *testing.T) {
	export := plogotlp.NewExportRequest()
	logs := export.Logs().ResourceLogs().AppendEmpty()
	logs.Resource().Attributes().PutStr("service.name", "pay")
	for _, body := range []string{"first", "second"} {
		r := logs.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		r.Body().SetStr(body)
		r.SetTimestamp(1_700_000_000_000_000_000)
		r.SetSeverityNumber(plog.SeverityNumberError)
	}
	protobuf, err := export.MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := export.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	exported := []map[string]string{
		{"_msg": "first", "_time": "2023-11-14T22:13:20Z", "_severity": "error", "service.name": "pay", "_stream": "kafka.topic service.name"},
		{"_msg": "second", "_time": "2023-11-14T22:13:20Z", "_severity": "error", "service.name": "pay", "_stream": "kafka.topic service.name"},
	}
	for _, c := range []struct {
		name, encoding, value string
		want                  []map[string]string
	}{
		{"filebeat", encodingAuto, `{"@timestamp":"2026-11-21T08:00:00.123Z","@metadata":{"beat":"filebeat"},"message":"hi","host":{"name":"web-1"},"log":{"offset":7,"file":{"path":"/var/log/a"}}}`, []map[string]string{{
			"_msg": "hi", "_time": "2026-11-21T08:00:00.123Z", "@metadata.beat": "filebeat", "host.name": "web-1", "log.offset": "7",
			"log.file.path": "/var/log/a", "_stream": "host.name kafka.topic log.file.path",
		}}},
		{"fluent bit", encodingAuto, `{"@timestamp":1700000000.250000,"log":"hi","stream":"stdout"}`, []map[string]string{{
			"_msg": "hi", "_time": "2023-11-14T22:13:20.25Z", "stream": "stdout", "_stream": "kafka.topic",
		}}},
		{"vector", encodingAuto, `{"host":"web-1","message":"hi","source_type":"file","timestamp":"2026-11-21T08:00:00Z"}`, []map[string]string{{
			"_msg": "hi", "_time": "2026-11-21T08:00:00Z", "host": "web-1", "source_type": "file", "_stream": "host kafka.topic",
		}}},
		{"gelf", encodingAuto, `{"version":"1.1","host":"web-1","short_message":"hi","full_message":"hi\nat a.b(c)","timestamp":1700000000.25,"level":3,"_user":"kim"}`, []map[string]string{{
			"_msg": "hi", "_time": "2023-11-14T22:13:20.25Z", "full_message": "hi\nat a.b(c)", "version": "1.1", "host": "web-1", "level": "3", "_user": "kim",
			"_stream": "host kafka.topic",
		}}},
		{"gelf without its summary", encodingAuto, `{"full_message":"all of it"}`, []map[string]string{{
			"_msg": "all of it", "_stream": "kafka.topic",
		}}},
		{"an array is one record", encodingAuto, `[{"msg":"a"},{"msg":"b"}]`, []map[string]string{{"_msg": `[{"msg":"a"},{"msg":"b"}]`, "_stream": "kafka.topic"}}},
		{"no time in the document", encodingAuto, `{"msg":"hi"}`, []map[string]string{{
			"_msg": "hi", "_stream": "kafka.topic",
		}}},
		{"a place that the document claims", encodingAuto, `{"msg":"hi","kafka":{"topic":"x","partition":"9"},"kafka.offset":"7"}`, []map[string]string{{
			"_msg": "hi", "sent.kafka.topic": "x", "sent.kafka.partition": "9", "sent.kafka.offset": "7", "_stream": "kafka.topic",
		}}},
		{"syslog, RFC 3164", encodingAuto, "<11>Nov 21 08:00:00 web-1 app[42]: hi", []map[string]string{{
			"_msg": "hi", "_time": "2026-11-21T08:00:00Z", "_severity": "error", "host.name": "web-1", "service.name": "app", "process.pid": "42",
			"log.syslog.facility.name": "user", "log.syslog.severity.name": "error", "_stream": "host.name kafka.topic service.name",
		}}},
		{"syslog", encodingAuto, `<11>1 2026-11-21T08:00:00Z web-1 app 42 - - hi`, []map[string]string{{
			"_msg": "hi", "_time": "2026-11-21T08:00:00Z", "_severity": "error", "host.name": "web-1", "service.name": "app", "process.pid": "42",
			"log.syslog.facility.name": "user", "log.syslog.severity.name": "error", "_stream": "host.name kafka.topic service.name",
		}}},
		{"text", encodingAuto, "a line\nand more", []map[string]string{{"_msg": "a line\nand more", "_stream": "kafka.topic"}}},
		{"text that looks like an export", encodingAuto, "\nhello", []map[string]string{{"_msg": "\nhello", "_stream": "kafka.topic"}}},
		{"broken JSON", encodingAuto, `{"a":`, []map[string]string{{
			"_msg": `{"a":`, "kafka.decode_error": "broken JSON at byte 5: a value is missing", "_stream": "kafka.topic",
		}}},
		{"no text", encodingAuto, "\xff\xfe", []map[string]string{{"_msg": "\ufffd", "log.original_bytes": "//4=", "_stream": "kafka.topic"}}},
		{"text by setting", encodingText, `{"msg":"hi"}`, []map[string]string{{"_msg": `{"msg":"hi"}`, "_stream": "kafka.topic"}}},
		{"tombstone", encodingAuto, "", nil},
		{"otlp", encodingAuto, string(protobuf), exported},
		{"otlp as JSON", encodingAuto, string(asJSON), exported},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.want {
				c.want[i]["kafka.topic"], c.want[i]["kafka.partition"], c.want[i]["kafka.offset"] = "t", "3", "41"
				c.want[i]["sent"] = "2026-11-21T07:00:00Z" // the time where neither the sender nor the line gives one
				c.want[i]["kafka.key"], c.want[i]["kafka.header.from"], c.want[i]["_source"] = "k", "there", "orders/t/3"
			}
			got := decodeOne(t, c.encoding, &kgo.Record{
				Value: []byte(c.value), Key: []byte("k"), Offset: 41, Timestamp: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC),
				Headers: []kgo.RecordHeader{{Key: "from", Value: []byte("there")}, {Key: "binary", Value: []byte("\xff")}},
			})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Lines of a topic that was filled last year are not of the day on which they are read.
func TestTimesOfTopics(t *testing.T) {
	lastYear := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		value      string
		stamp      time.Time
		sent, time string
	}{
		"syslog without a year": {"<11>Jun  1 11:59:58 web-1 app: hi", lastYear, "2025-06-01T12:00:00Z", "2025-06-01T11:59:58Z"},
		"Kafka's -1 is none":    {"hi", time.UnixMilli(-1), "", ""},
	} {
		d, b := testDecoder(t, encodingAuto)
		d.add(t.Context(), b, &place, &kgo.Record{Value: []byte(c.value), Timestamp: c.stamp})
		got := row(&b.Records()[0])
		if got["sent"] != c.sent || got["_time"] != c.time || b.Records()[0].Observed != received.UnixNano() {
			t.Errorf("%s: %v, observed %d", name, got, b.Records()[0].Observed)
		}
	}
}

// The store passes over what is not above the mark: sequences that fall or repeat would lose rows.
func TestMarksRise(t *testing.T) {
	d, b := testDecoder(t, encodingAuto)
	export := plogotlp.NewExportRequest()
	records := export.Logs().ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for range 3 {
		records.AppendEmpty().Body().SetStr("x")
	}
	many, err := export.MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	for offset, value := range []string{"zero", string(many), "two"} {
		d.add(t.Context(), b, &place, &kgo.Record{Value: []byte(value), Offset: int64(offset)})
	}
	var seqs []uint64
	for _, r := range b.Records() {
		if r.Mark.Source != place.mark {
			t.Errorf("mark of %q", r.Mark.Source)
		}
		seqs = append(seqs, r.Mark.Seq)
	}
	if len(seqs) != 5 || seqs[0] == 0 || !slices.IsSorted(seqs) || len(slices.Compact(slices.Clone(seqs))) != 5 {
		t.Errorf("sequences %v", seqs)
	}
}

// Whatever bytes a topic holds, they are kept and nothing panics.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, "<13>x", "\n\x05\x12\x03\x12\x01\x00", "text", "\n\x00", `{"resourceLogs":[{}]}`} {
		f.Add([]byte(seed))
	}
	d, b := testDecoder(f, encodingAuto)
	f.Fuzz(func(t *testing.T, value []byte) {
		b.Reset()
		d.add(t.Context(), b, &place, &kgo.Record{Value: value, Offset: 1})
		if form := d.formOf(append([]byte{'x'}, value...)); form != encodingText {
			t.Errorf("text is taken for %s", form)
		}
		if b.Len() == 0 && len(value) > 0 && d.formOf(value) != encodingOTLP { // an export may hold no records
			t.Errorf("%q is lost", value)
		}
	})
}
