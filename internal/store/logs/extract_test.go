package logs

import (
	"math/rand/v2"
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

// Fields that come from variables of templates must be those that matching each message gives.
func TestExtractAgreesWithMatchingEachMessage(t *testing.T) {
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
	fromVariable := 0
	for _, text := range []string{
		"from <ip> port", "from <ip> port <port>", "order <n> in <ms> ms", "order <n>", "<a> <b>", "took <d> s", "took <d>.<e> s", "[<t>] <x>",
		"request <h> of <u> failed", "error: <e> in", "=<n>", "<_>: order <n> ", "pod <p> restarted <n> times in <d>", ":<m>:<s>", "-<x>-", "for <user> from <_>.<b>.",
		"<y>-<m>-<d> ", "port <p> no", "<all>", "password<x>from", "5<x>", ".<x>.", "+<zone>]",
	} {
		pattern, wrong := logsql.ParsePattern(text)
		if wrong != "" {
			t.Fatal(text, wrong)
		}
		match := func(text string) []string { return matchNaively(&pattern, text) }
		x := &Extract{Pattern: &pattern, Match: func() func(string) []string { return match }}
		names := append([]string{"_record_id"}, pattern.Fields()...)
		rows := 0
		_, err := f.Search(t.Context(), Search{Scope: model.Everything, Fields: names, Extract: x, Workers: 1}, func(_ int, b *logsql.Batch) error {
			for i := range b.N {
				rows++
				msg := byID[b.Value(i, "_record_id")]
				found := match(msg)
				for k, step := range pattern.Steps {
					want := ""
					if k < len(found) {
						want = found[k]
					}
					if got := b.Value(i, step.Field); step.Field != "" && got != want {
						t.Errorf("%s finds %s=%q in %q, want %q", text, step.Field, got, msg, want)
					}
				}
			}
			return nil
		})
		if err != nil || rows != 4000 {
			t.Fatalf("%s: %d rows, %v", text, rows, err)
		}
		f.eachBlock(t, func(e *eval) {
			if e.rows.Kind(model.FieldMsg) != block.Templated {
				return
			}
			p, err := e.pieces(model.FieldMsg)
			if err != nil {
				t.Fatal(err)
			}
			for tmpl := range p.Len() {
				s := skeleton{pieces: p, t: tmpl}
				found, ok, err := s.match(pattern.Steps)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range found {
					if ok && c.slot >= 0 {
						fromVariable++
					}
				}
			}
		})
	}
	if fromVariable < 20 {
		t.Errorf("%d fields came from variables", fromVariable)
	}
}
