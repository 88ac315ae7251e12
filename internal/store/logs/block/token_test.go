package block

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// The hash of a word is part of the format: however it is read, its last bytes count as a little-endian number.
func TestShortTextsAreLittleEndian(t *testing.T) {
	text := "\xff\x01\x80ab\x00\xfe"
	for n := 1; n <= len(text); n++ {
		var want uint64
		for i := n - 1; i >= 0; i-- {
			want = want<<8 | uint64(text[i])
		}
		if got := leShort(text[:n]); got != want {
			t.Errorf("%d bytes: %x, want %x", n, got, want)
		}
	}
}

// A word that some row holds must never be ruled out, whatever the form of the variable that it is in: many forms
// bring their words to the filter all at once.
func TestFilterHasEveryWord(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	users := []string{"kim1", "이2사", "park3", "관리자4"}
	records := make([]model.Record, 5000)
	for i := range records {
		address := fmt.Sprintf("%d.%d.%d.%d", rnd.IntN(256), rnd.IntN(256), rnd.IntN(3), rnd.IntN(256))
		records[i].Fields = []model.Field{{Name: "client", Value: address}}
		records[i].Msg = fmt.Sprintf("from %s port %d code %d pid %05d delta -%d took %d.%03d ms by %s id x%dy",
			address, rnd.IntN(1<<17), 200+rnd.IntN(5), rnd.IntN(1<<16),
			1+rnd.IntN(300), rnd.IntN(50), rnd.IntN(1000), users[rnd.IntN(len(users))], rnd.Int64())
	}
	b, _ := build(records)
	r := open(t, NewEncoder().Encode(b.View("q", 0, "g")))
	c := templatesOf(t, r, "_msg")
	forms := map[VariableKind]bool{}
	for v := range c.Variables() {
		forms[c.VariableInfo(v).Kind] = true
	}
	for _, kind := range []VariableKind{VarIPv4, VarInt, VarDict, VarText} {
		if !forms[kind] {
			t.Fatalf("no variable is stored as %s: %v", kind, forms)
		}
	}
	for i := range records {
		for name, value := range map[string]string{"_msg": records[i].Msg, "client": records[i].Fields[0].Value} {
			var words []string
			logsql.Tokenize(value, func(token string) { words = append(words, token) })
			if ok, err := r.MayHave(name, words); err != nil || !ok {
				t.Fatalf("%s %q: may have its words: %v, %v", name, value, ok, err)
			}
		}
	}
	ruledOut := 0
	for i := range 1000 {
		ok, err := r.MayHave("_msg", []string{fmt.Sprint("absent", i)})
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			ruledOut++
		}
	}
	if ruledOut < 900 {
		t.Errorf("the filter rules out %d of 1000 words that no row has", ruledOut)
	}
}
