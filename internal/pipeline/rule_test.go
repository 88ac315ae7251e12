package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

const accessLine = `10.0.0.1 - - [20/Nov/2026:12:00:00 +0900] "GET /x?a=1 HTTP/1.1" 200 5 "-" "curl"`

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules []Rule
		in    model.Record
		want  fields
		msg   string // "" expects the message that came
	}{
		{
			"rename and drop",
			[]Rule{{If: "a:1", Rename: map[string]string{"a": "b"}, Drop: []string{"c"}}},
			model.Record{Fields: fields{{Name: "a", Value: "1"}, {Name: "c", Value: "2"}, {Name: "d", Value: "3"}}},
			fields{{Name: "d", Value: "3"}, {Name: "b", Value: "1"}},
			"",
		},
		{
			"a rule that does not match does nothing",
			[]Rule{{If: "a:2", Drop: []string{"a"}}},
			model.Record{Fields: fields{{Name: "a", Value: "1"}}},
			fields{{Name: "a", Value: "1"}},
			"",
		},
		{
			"a later rule sees what an earlier one did",
			[]Rule{{Rename: map[string]string{"a": "b"}}, {If: "b:1", Rename: map[string]string{"b": "c"}}},
			model.Record{Fields: fields{{Name: "a", Value: "1"}}},
			fields{{Name: "c", Value: "1"}},
			"",
		},
		{
			"filters see views and stream aliases",
			[]Rule{{If: `url.path:="/x" host:web-1 _severity:info`, Rename: map[string]string{"client.address": "ip"}}},
			model.Record{Msg: accessLine, Stream: fields{{Name: "host.name", Value: "web-1"}}},
			fields{{Name: "ip", Value: "10.0.0.1"}},
			"",
		},
		{
			"filters see the stream",
			[]Rule{{If: `{app="x"}`, Drop: []string{"a"}}},
			model.Record{Stream: fields{{Name: "app", Value: "x"}}, Fields: fields{{Name: "a", Value: "1"}}},
			nil, "",
		},
		{
			"regexp",
			[]Rule{{Extract: &Extract{Regexp: `order (?P<order>\d+) of (?P<user>\w+)`}}},
			model.Record{Msg: "order 17 of kim"},
			fields{{Name: "order", Value: "17"}, {Name: "user", Value: "kim"}},
			"",
		},
		{
			"grok from a field",
			[]Rule{{Extract: &Extract{From: "raw", Grok: `%{IP:client.address} %{WORD:[http][method]} %{NUMBER:took:float}(?<unit>ms|s)`}}},
			model.Record{Fields: fields{{Name: "raw", Value: "got 2001:db8::1 GET 12.5ms"}}},
			fields{
				{Name: "raw", Value: "got 2001:db8::1 GET 12.5ms"},
				{Name: "client.address", Value: "2001:db8::1"},
				{Name: "http.method", Value: "GET"},
				{Name: "took", Value: "12.5"},
				{Name: "unit", Value: "ms"},
			},
			"",
		},
		{
			"an extracted message, time and severity",
			[]Rule{{Extract: &Extract{Grok: `<%{TIMESTAMP_ISO8601:_time}> <%{WORD:_severity}> %{GREEDYDATA:_msg}`}}},
			model.Record{Msg: "<2026-11-20T11:59:58+09:00> <fatal> gone"},
			nil, "gone",
		},
		{
			"a text that does not match is left alone",
			[]Rule{{Extract: &Extract{Regexp: `(?P<x>zzz)`}}},
			model.Record{Msg: "hello"},
			nil, "",
		},
		{
			"stream fields stay",
			[]Rule{{Rename: map[string]string{"a": "app"}, Drop: []string{"app"}}},
			model.Record{Stream: fields{{Name: "app", Value: "x"}}, Fields: fields{{Name: "a", Value: "1"}}},
			nil, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newTestProcessor(t, ConsumerOptions{Rules: c.rules})
			got := process(t, p, c.in)
			if diff := cmp.Diff(c.want, got.Fields, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if c.msg == "" {
				c.msg = c.in.Msg
			}
			if got.Msg != c.msg {
				t.Errorf("message %q, want %q", got.Msg, c.msg)
			}
			if diff := cmp.Diff(c.in.Stream, got.Stream, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the stream changed:\n%s", diff)
			}
			if c.msg == "gone" && (got.Severity != model.SeverityFatal || got.Time != receiptTime-2e9) {
				t.Errorf("severity %s, time %d", got.Severity, got.Time)
			}
		})
	}
}

// What docs/rules.md shows must be accepted as it stands there.
func TestDocumentedConfiguration(t *testing.T) {
	doc, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(doc), "```")
	for i := 1; i < len(parts); i += 2 {
		path := filepath.Join(t.TempDir(), "haetae.yaml")
		if err := os.WriteFile(path, []byte(strings.TrimPrefix(parts[i], "yaml\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		tree, err := config.Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		var c Config
		if err := tree.Decode("pipeline", &c); err != nil {
			t.Fatal(err)
		}
		if len(c.Masks)+len(c.Rules) == 0 {
			t.Errorf("example %d sets nothing", i/2+1)
		}
		if key, err := c.Validate(); err != nil {
			t.Errorf("example %d: %s: %v", i/2+1, key, err)
		}
	}
}

// A message that a rule has cut out of the old one is recognised anew, so that its views can be read.
func TestRuleGivesMessageANewFormat(t *testing.T) {
	p := newTestProcessor(t, ConsumerOptions{Rules: []Rule{{Extract: &Extract{Regexp: `^pod-1 (?P<_msg>.*)`}}}})
	got := process(t, p, model.Record{Msg: "pod-1 " + accessLine})
	if got.Msg != accessLine || got.Format != "nginx-access@1" {
		t.Errorf("%s: %s", got.Format, got.Msg)
	}
}

func TestRuleDropsRecord(t *testing.T) {
	p := newTestProcessor(t, ConsumerOptions{Rules: []Rule{{If: "noise", DropRecord: true}}})
	for msg, want := range map[string]bool{"some noise": false, "some news": true} {
		if _, keep, err := p.run(record.Append(nil, &model.Record{Msg: msg})); err != nil || keep != want {
			t.Errorf("%q: keep %v, %v", msg, keep, err)
		}
	}
}

func TestRulesRefuse(t *testing.T) {
	for _, c := range []struct {
		want string
		rule Rule
	}{
		{"if: ", Rule{If: `a:"`, DropRecord: true}},
		{"has no step", Rule{If: "a"}},
		{"both regexp", Rule{Extract: &Extract{Regexp: "(?P<a>x)", Grok: "%{IP:a}"}}},
		{"wants regexp", Rule{Extract: &Extract{}}},
		{"names no field", Rule{Extract: &Extract{Regexp: "x"}}},
		{"cannot be written", Rule{Extract: &Extract{Grok: "%{IP:_stream_id}"}}},
		{"cannot be renamed", Rule{Rename: map[string]string{"_stream": "x"}}},
		{"cannot be dropped", Rule{Drop: []string{"_time"}}},
		{"is not known", Rule{Extract: &Extract{Grok: "%{NONSENSE:a}"}}},
		{"not closed", Rule{Extract: &Extract{Grok: "%{IP:a"}}},
		{"looking behind", Rule{Extract: &Extract{Grok: "(?<=x)%{IP:a}"}}},
		{"missing closing", Rule{Extract: &Extract{Regexp: "(?P<a>x"}}},
	} {
		_, err := compileRules([]Rule{{Drop: []string{"ok"}}, c.rule})
		if err == nil || !strings.HasPrefix(err.Error(), "rule 2: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.rule, err, c.want)
		}
	}
}

// Each name of the table must expand to an expression, and match a text of its kind as a whole.
func TestGrokPatterns(t *testing.T) {
	samples := map[string]string{
		"IPV4": "192.0.2.255", "IPV6": "fe80::1%eth0", "HOSTNAME": "web-1.example.com", "MAC": "00:1b:44:11:3a:b7",
		"UUID": "550e8400-e29b-41d4-a716-446655440000", "QS": `"a \"b\" c"`, "NUMBER": "-12.5", "URI": "https://u:p@h.example:8080/p/a?q=1",
		"TIMESTAMP_ISO8601": "2026-11-20T12:00:00.118+09:00", "HTTPDATE": "20/Nov/2026:12:00:00 +0900",
		"SYSLOGTIMESTAMP": "Nov  5 12:00:00", "LOGLEVEL": "WARNING", "PATH": "/var/log/a.log", "EMAILADDRESS": "kim@example.com",
		"JAVACLASS": "com.example.Foo$Bar", "COMBINEDAPACHELOG": accessLine, "SYSLOGBASE": "Nov 20 12:00:00 web-1 sshd[12]:",
		"DATESTAMP_RFC2822": "Fri, 20 Nov 2026 12:00:00 +0900", "WINPATH": `C:\a\b`, "BASE16NUM": "0xdeadBEEF",
	}
	for name := range grokPatterns {
		re, names, err := compileGrok("^%{" + name + ":whole}$")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sample, ok := samples[name]; ok {
			if m := re.FindStringSubmatch(sample); m == nil || names[1] != "whole" || m[1] != sample {
				t.Errorf("%s does not match %q", name, sample)
			}
		}
	}
	for name := range samples {
		if _, ok := grokPatterns[name]; !ok {
			t.Errorf("sample of an unknown pattern %s", name)
		}
	}
	if _, _, err := compileGrok(strings.Repeat("%{IPV6:a}", 1000)); err == nil {
		t.Error("a pattern of great length is accepted")
	}
}

func FuzzGrok(f *testing.F) {
	f.Add("%{IP:a} (?<b>x) \\%{", "10.0.0.1 x")
	f.Add("%{COMBINEDAPACHELOG}", accessLine)
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, names, err := compileGrok(pattern)
		if err != nil {
			return
		}
		if len(names) != re.NumSubexp()+1 {
			t.Fatalf("%d names for %d groups", len(names), re.NumSubexp())
		}
		re.FindStringSubmatchIndex(text)
	})
}

// A record that a rule requires to match is set aside whole when it does not, and is read again by the mended rule.
func TestRequiredExtract(t *testing.T) {
	rule := func(regexp string) ConsumerOptions {
		return ConsumerOptions{Queue: "q1", Rules: []Rule{
			{Drop: []string{"secret"}}, {If: "order", Extract: &Extract{Regexp: regexp, Required: true}},
		}}
	}
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("order 1", "order x", "pay")}
		sent := model.Record{Msg: "order y", Input: "shop", Observed: receiptTime, Fields: fields{{Name: "secret", Value: "kept"}}}
		r.records = append(r.records, record.Append(nil, &sent))
		run(t, s, r, rule(`order (?P<id>\d+)`), time.Minute)
		if diff := cmp.Diff([]string{"order 1", "order x", "pay", "order y"}, s.messages()); diff != "" {
			t.Fatal(diff)
		}
		for offset, dataset := range []string{model.DatasetLogs, model.DatasetDeadLetter, model.DatasetLogs, model.DatasetDeadLetter} {
			if got := s.records[int64(offset)].Dataset; got != dataset {
				t.Errorf("offset %d became a %s", offset, got)
			}
		}
		letter := s.records[3]
		if reason, _ := fieldValue(&letter, letterReason); reason != `a rule cannot read it: extract.regexp does not match _msg: order (?P<id>\d+)` {
			t.Errorf("reason %s", reason)
		}
		back, err := Unletter(rowOf(&letter), 0)
		if err != nil {
			t.Fatal(err)
		}
		p := newTestProcessor(t, rule(`order (?P<id>\w+)`))
		got := process(t, p, back)
		if id, _ := fieldValue(&got, "id"); id != "y" || got.Dataset != model.DatasetLogs {
			t.Errorf("with the mended rule: %+v", got)
		}
	})
}
