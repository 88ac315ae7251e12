package logs

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// matchNaively is the meaning of a pattern without quotes: from left to right, as far as it fits.
func matchNaively(p *logsql.Pattern, text string) (found []string) {
	_, rest, ok := strings.Cut(text, p.Steps[0].Literal)
	for k, step := range p.Steps {
		switch {
		case !ok || !step.Open:
			return found
		case k+1 == len(p.Steps):
			return append(found, rest)
		}
		var value string
		if value, rest, ok = strings.Cut(rest, p.Steps[k+1].Literal); ok {
			found = append(found, value)
		}
	}
	return found
}

// extractFixture holds slotted messages, sealed but for the last, and these by record id.
func extractFixture(t *testing.T) (*fixture, map[string]string) {
	rnd := rand.New(rand.NewPCG(9, 11))
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	byID := map[string]string{}
	for i := range 4000 {
		msg := slotted(rnd)
		byID[idOf(w.Offset())] = msg
		w.Append(w.Offset(), plainRecord(i, msg))
		if i == 3500 {
			checkpoint(t, w)
		}
	}
	w.Publish()
	return f, byID
}

// compareExtract compares the fields of a search with those that matching each message gives, and returns how many
// templates have one of them as a variable.
func compareExtract(t *testing.T, f *fixture, byID map[string]string, text string, x *Extract) (fromVariable int) {
	t.Helper()
	match := x.Match()
	var fields []string
	for _, name := range x.Fields() {
		if name != "" {
			fields = append(fields, name)
		}
	}
	for _, keys := range [][]string{nil, fields} {
		rows := 0
		req := Search{Scope: model.Everything, Fields: append([]string{"_record_id"}, fields...), Extract: x, Keys: keys, Workers: 1}
		_, err := f.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
			for i := range b.N {
				rows++
				msg := byID[b.Value(i, "_record_id")]
				found := match(msg)
				for k, name := range x.Fields() {
					want := ""
					if k < len(found) {
						want = found[k]
					}
					if got := b.Value(i, name); name != "" && got != want {
						t.Errorf("%s finds %s=%q in %q, want %q", text, name, got, msg, want)
					}
				}
			}
			return nil
		})
		if err != nil || rows != 4000 {
			t.Fatalf("%s: %d rows, %v", text, rows, err)
		}
	}
	f.eachBlock(t, func(e *eval) {
		if e.rows.Kind(model.FieldMsg) != block.Templated {
			return
		}
		v, err := e.wanted(&Search{Extract: x}, fields[0])
		if err != nil {
			t.Fatal(err)
		}
		for tmpl := range v.(*extractedValues).pieces.Len() {
			found, err := v.(*extractedValues).of(tmpl)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				if c.slot >= 0 {
					fromVariable++
				}
			}
		}
	})
	return fromVariable
}

// Fields that come from variables of templates must be those that matching each message gives.
func TestExtractAgreesWithMatchingEachMessage(t *testing.T) {
	f, byID := extractFixture(t)
	fromVariable := 0
	for _, text := range []string{
		"from <ip> port", "from <ip> port <port>", "order <n> in <ms> ms", "order <n>", "<a> <b>", "took <d> s", "took <d>.<e> s", "[<t>] <x>",
		"request <h> of <u> failed", "error: <e> in", "=<n>", "<_>: order <n> ", "pod <p> restarted <n> times in <d>", ":<m>:<s>", "-<x>-", "for <user> from <_>.<b>.",
		"<y>-<m>-<d> ", "port <p> no", "<all>", "password<x>from", "5<x>", ".<x>.", "+<zone>]",
	} {
		pattern, wrong, _ := logsql.ParsePattern(text)
		if wrong != "" {
			t.Fatal(text, wrong)
		}
		match := func(text string) []string { return matchNaively(&pattern, text) }
		fromVariable += compareExtract(t, f, byID, text, &Extract{Pattern: &pattern, Match: func() func(string) []string { return match }})
	}
	if fromVariable < 20 {
		t.Errorf("%d fields came from variables", fromVariable)
	}
}

// randomExpression makes an expression of texts of a message and of what may stand between them.
func randomExpression(rnd *rand.Rand) string {
	msg := strings.ToValidUTF8(slotted(rnd), "")
	literal := func() string {
		if msg == "" {
			return ""
		}
		from := rnd.IntN(len(msg))
		to := min(len(msg), from+1+rnd.IntN(5))
		out := strings.ToValidUTF8(msg[from:to], "")
		msg = msg[to:]
		return regexp.QuoteMeta(out)
	}
	classes := []string{`[0-9]`, `\d`, `\S`, `\w`, `[^ ]`, `[0-9.]`, `[a-f0-9]`, `[0-9a-f-]`, `[^0-9]`, `.`, `[^\]]`, `[-0-9]`, `[ :]`, `[0-5]`}
	class := func() string { return classes[rnd.IntN(len(classes))] + string("+*"[rnd.IntN(2)]) }
	text := literal() + "(?P<x>" + class() + ")"
	if rnd.IntN(2) == 0 {
		text += literal() + class()
	}
	return text + literal()
}

// Groups of expressions that come from variables must be those that matching each message gives.
func TestExtractRegexpAgreesWithMatchingEachMessage(t *testing.T) {
	t.Parallel()
	f, byID := extractFixture(t)
	fromVariable := 0
	for _, text := range []string{
		`from (?P<ip>\S+) port`, `from (?P<ip>[0-9.]+) port (?P<port>\d+)`, `from (?P<ip>\d+)\.`, `order (?P<n>\d+)`, `order (?P<n>[^ ]*) in (?P<ms>[^ ]+) ms`,
		`in (?P<ms>\d+) ms`, `took (?P<d>[0-9.]+) s`, `took (?P<d>[0-9]+)`, `took (?P<d>\d+)\.(?P<e>\d+)`, `request (?P<h>[0-9a-f]+) of (?P<u>[0-9a-f-]+)`,
		`request (?P<h>[0-9]+)`, `of (?P<u>[0-9a-f]+)-`, ` (?P<x>\w+)`, `\[(?P<t>[^\]]+)\]`, `\[(?P<t>.*)`, `=(?P<n>[0-9]+)`, `for (?P<all>(?P<user>\S+) from (?P<ip>\S+))`,
		`error(?P<e>[: ]*)`, `-(?P<x>[0-9]*)`, `K(?P<x>\s+)e`, `(?s)d(?P<x>.+)`, `5(?P<x>[^0-9]+)`, `port (?P<p>[^x]*)`, `in (?P<x>[^\n]*)`, `비(?P<x>[0-9]+)`,
	} {
		parts := NewRegexpParts(regexp.MustCompile(text))
		if parts == nil {
			t.Fatalf("%s is not cut into parts", text)
		}
		fromVariable += compareExtract(t, f, byID, text, &Extract{Regexp: parts, Match: parts.Match})
	}
	if fromVariable < 20 {
		t.Errorf("%d groups came from variables", fromVariable)
	}
	rnd := rand.New(rand.NewPCG(17, 2))
	random := 0
	for range 100 {
		text := randomExpression(rnd)
		if parts := NewRegexpParts(regexp.MustCompile(text)); parts != nil {
			random++
			compareExtract(t, f, byID, text, &Extract{Regexp: parts, Match: parts.Match})
		}
	}
	if random < 10 {
		t.Errorf("only %d random expressions were cut into parts", random)
	}
	for _, text := range []string{`(?P<x>\d+) ms`, `a(?P<x>\S+)b`, `^a(?P<x>\d+)`, `(?i)a(?P<x>\d+)`, `a(?P<x>\d+?)b`, `a(?P<x>\d{3})`, `a|b(?P<x>\d+)`, `a(?P<x>-?\d+)`, `a(?P<x>b+)`, `a(?P<x>\d+)\d`, `a(?P<x>\d+)(?P<y>\w+)`} {
		if NewRegexpParts(regexp.MustCompile(text)) != nil {
			t.Errorf("%s may match in several ways", text)
		}
	}
}
