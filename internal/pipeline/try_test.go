package pipeline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

func try(tb testing.TB, c *Consumers, t Trial, masks ...string) *Tried {
	tb.Helper()
	in, err := NewIntake(IntakeOptions{Queue: &memoryQueue{single: true}, MaxLine: 1 << 20, Memory: 1 << 20, Masks: masks})
	if err != nil {
		tb.Fatal(err)
	}
	got, err := Try(in, c, t)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

func trial(line string, rules ...Rule) Trial {
	return Trial{Record: model.Record{Msg: line, Input: "files", Observed: receiptTime}, Rules: rules}
}

func TestTryRecognisesEveryFormat(t *testing.T) {
	c := newTestConsumers(t, ConsumerOptions{})
	for _, d := range format.Describe() {
		got := try(t, c, trial(d.Example))
		if got.Format != d.Name || !got.Matched[d.Name] {
			t.Errorf("the example of %s is %q, matched by %v", d.Name, got.Format, got.Matched)
		}
		if len(got.Matched) != len(format.All()) {
			t.Errorf("%s: %d formats were tried", d.Name, len(got.Matched))
		}
		if d.Name != "json@1" && len(got.Views) == 0 {
			t.Errorf("%s: no views", d.Name)
		}
	}
}

func TestTryShowsWhatWouldBeStored(t *testing.T) {
	c := newTestConsumers(t, ConsumerOptions{
		Rules:  []Rule{{Rename: map[string]string{"client.address": "ip"}}},
		Inputs: map[string]InputSettings{"files": {Timezone: "UTC"}},
	})
	const line = `192.0.2.7 - - [20/Nov/2026:12:00:00 +0900] "GET /pay?card=4111111111111111 HTTP/1.1" 200 5`
	saved := trial(line, Rule{If: "ip:192.0.2.7", Extract: &Extract{Regexp: `"(?P<verb>[A-Z]+) `}}, Rule{If: "never", DropRecord: true})
	saved.SavedRules = true
	got := try(t, c, saved, "card_numbers")
	if !got.Masked || strings.Contains(got.Record["_msg"], "4111111111111111") {
		t.Errorf("masked %v: %s", got.Masked, got.Record["_msg"])
	}
	if got.Record["ip"] != "192.0.2.7" || got.Record["verb"] != "GET" || got.Record["_time"] != "2026-11-20T03:00:00Z" {
		t.Errorf("record: %v", got.Record)
	}
	if got.Views["http.response.status_code"] != "200" || got.Dropped || len(got.Problems) != 0 {
		t.Errorf("views: %v, dropped %v, problems %v", got.Views, got.Dropped, got.Problems)
	}
	if hits := c.RuleHits(); hits[0] != 0 {
		t.Errorf("a trial was counted as %d hits", hits[0])
	}
	unsaved := try(t, c, trial(line))
	if unsaved.Record["ip"] != "" || unsaved.Masked {
		t.Errorf("without saved rules and masks: %v", unsaved.Record)
	}
	strict := Rule{Extract: &Extract{Grok: `order %{NUMBER:order}`, Required: true}}
	if refused := try(t, c, trial(line, strict)); refused.Dropped || refused.Refused != reasonRule+": extract.grok does not match _msg: order %{NUMBER:order}" {
		t.Errorf("what a rule requires is not there: %+v", refused)
	}
	if fits := try(t, c, trial("order 7", strict)); fits.Refused != "" || fits.Record["order"] != "7" {
		t.Errorf("what a rule requires is there: %+v", fits)
	}
	if dropped := try(t, c, trial(line, Rule{If: "pay", DropRecord: true})); !dropped.Dropped || dropped.Format != "nginx-access@1" {
		t.Errorf("dropped: %+v", dropped)
	}
}

func TestTryByOneFormat(t *testing.T) {
	c := newTestConsumers(t, ConsumerOptions{})
	plain := trial(accessLine)
	plain.Format = "plain"
	if got := try(t, c, plain); got.Format != "" || len(got.Views) != 0 || !got.Matched["nginx-access@1"] {
		t.Errorf("as plain text: %+v", got)
	}
	plain.Format = "nonsense"
	in, err := NewIntake(IntakeOptions{Queue: &memoryQueue{single: true}, MaxLine: 1, Memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Try(in, c, plain); err == nil || !strings.Contains(err.Error(), "nginx-access") {
		t.Errorf("an unknown format: %v", err)
	}
}

// The console marks the wrong part; a wrong rule must not keep the others from being tried.
func TestTryNamesTheWrongPart(t *testing.T) {
	c := newTestConsumers(t, ConsumerOptions{})
	for _, w := range []struct {
		rule      Rule
		key, part string
	}{
		{Rule{If: `a:1 | limit 5`, DropRecord: true}, "if", "limit 5"},
		{Rule{Extract: &Extract{Regexp: `(?P<a>x) [z-a]`}}, "extract.regexp", "z-a"},
		{Rule{Extract: &Extract{Grok: `a %{NONSENSE:b} c`}}, "extract.grok", "%{NONSENSE:b}"},
		{Rule{Extract: &Extract{Grok: `a %{IP:_stream} c`}}, "extract.grok", "_stream"},
		{Rule{Extract: &Extract{Grok: `a %{IP:b`}}, "extract.grok", "%{IP:b"},
		{Rule{Drop: []string{"_time"}}, "drop", ""},
		{Rule{If: "a"}, "", ""},
	} {
		got := try(t, c, trial("hello", w.rule, Rule{Extract: &Extract{Regexp: "(?P<greeting>.*)"}}))
		if got.Record["greeting"] != "hello" {
			t.Errorf("%+v: the other rule did not run: %v", w.rule, got.Record)
		}
		if len(got.Problems) != 1 || got.Problems[0].Rule != 0 || got.Problems[0].Key != w.key {
			t.Errorf("%+v: %v, want key %q", w.rule, got.Problems, w.key)
			continue
		}
		text := w.rule.If
		if x := w.rule.Extract; x != nil {
			text = x.Regexp + x.Grok
		}
		if p := got.Problems[0]; p.End > len(text) || !strings.HasPrefix(text[p.Start:p.End], w.part) {
			t.Errorf("%+v: bytes %d to %d are marked, want %q", w.rule, p.Start, p.End, w.part)
		}
	}
}

// A change of one rule must not make the others count from the start.
func TestRuleHitsSurviveOtherChanges(t *testing.T) {
	a, b := Rule{If: "a", Drop: []string{"x"}}, Rule{If: "b", Drop: []string{"x"}}
	c := newTestConsumers(t, ConsumerOptions{Rules: []Rule{a, a, b}})
	p := newProcessor(c)
	for _, msg := range []string{"a", "b", "a b"} {
		if _, _, err := p.run(record.Append(nil, &model.Record{Msg: msg, Observed: receiptTime})); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]int64{2, 2, 2}, c.RuleHits()); diff != "" {
		t.Fatalf("hits:\n%s", diff)
	}
	if err := c.SetRules([]Rule{b, {If: "c", DropRecord: true}, a}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{2, 0, 2}, c.RuleHits()); diff != "" {
		t.Errorf("hits after a change:\n%s", diff)
	}
}

func FuzzTry(f *testing.F) {
	for _, d := range format.Describe() {
		f.Add(d.Example, "", "%{IP:client.address}", "_msg", "b")
	}
	f.Add(`{"a":{"b":1}}`, "a.b:1", "(?<c>.*)", "a.b", "_msg")
	c := newTestConsumers(f, ConsumerOptions{Inputs: map[string]InputSettings{"files": {StoreViews: true}}})
	f.Fuzz(func(t *testing.T, line, filter, grok, from, to string) {
		got := try(t, c, trial(line,
			Rule{If: filter, Extract: &Extract{From: from, Grok: grok}}, Rule{Rename: map[string]string{from: to}},
			Rule{Extract: &Extract{From: from, Regexp: grok}, Drop: []string{to}},
		), "tokens")
		if !got.Masked && got.Format == "" && len(got.Problems) == 3 && !got.Dropped && got.Record["_msg"] != line {
			t.Errorf("nothing has touched the line %q, and it is %q", line, got.Record["_msg"])
		}
		for _, p := range got.Problems {
			if p.Start < 0 || p.End < p.Start {
				t.Errorf("%v marks bytes %d to %d", p, p.Start, p.End)
			}
		}
	})
}
