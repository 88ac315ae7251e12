package pipe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
)

// keyTexts are values that are keys and values that only look alike.
func keyTexts(rnd *rand.Rand) []string {
	forms := [][]string{
		{"0", "7", "-7", "118", "42", "9223372036854775807"},
		{"192.0.2.1", "192.0.2.2", "0.0.0.0", "255.255.255.255"},
		{"", "07", "192.0.2.01", "x", "7", "42", "192.0.2.1", "+7", "7.0"},
	}
	return forms[rnd.IntN(len(forms))]
}

// shaped returns values as a column of any shape that can hold them.
func shaped(rnd *rand.Rand, name string, values []string) logsql.Column {
	form, key := logsql.ParseKey(values[0])
	keys := []int64{key}
	for _, v := range values[1:] {
		f, key := logsql.ParseKey(v)
		if f != form {
			form = logsql.NoKeys
		}
		keys = append(keys, key)
	}
	switch rnd.IntN(4) {
	case 0:
		return logsql.PlainColumn(name, values)
	case 1:
		index := make([]uint32, len(values))
		for i := range index {
			index[i] = uint32(i)
		}
		return logsql.DictColumn(name, values, index)
	}
	if form == logsql.NoKeys {
		return logsql.PlainColumn(name, values)
	}
	return logsql.Column{Name: name, Keys: keys, Form: form}
}

// Values are the same group whether they came as keys or as texts, and to whichever worker.
func TestKeysAreTheGroupsOfTheirTexts(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		var batches, plain []*logsql.Batch
		for range 1 + rnd.IntN(6) {
			a, b := make([]string, 50), make([]string, 50)
			fromA, fromB := keyTexts(rnd), keyTexts(rnd)
			for i := range a {
				a[i], b[i] = fromA[rnd.IntN(len(fromA))], fromB[rnd.IntN(len(fromB))]
			}
			batches = append(batches, &logsql.Batch{N: len(a), Columns: []logsql.Column{shaped(rnd, "a", a), shaped(rnd, "b", b)}})
			plain = append(plain, &logsql.Batch{N: len(a), Columns: []logsql.Column{logsql.PlainColumn("a", a), logsql.PlainColumn("b", b)}})
		}
		for _, query := range []string{
			"top 100 by (a)", "top 3 by (a, b)", "uniq by (a) with hits", "uniq by (b, a)", "stats by (a) count() n", "stats by (b, a) count() n",
			"stats by (a:10) count() n", "stats by (a:/24) count() n", "field_values a",
		} {
			want, got := grouped(t, query, plain), grouped(t, query, batches)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: %s (-text +keys):\n%s", seed, query, diff)
			}
		}
	}
}

// grouped runs a pipe over batches, in turns by two workers, and returns its rows in order.
func grouped(t *testing.T, query string, batches []*logsql.Batch) (rows []string) {
	t.Helper()
	q, err := logsql.Parse("* | "+query, logsql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Build(q.Pipes, Options{Workers: 2, Budget: NewBudget(0)}, Sink(func(_ int, b *logsql.Batch) error {
		for i := range b.N {
			rows = append(rows, string(b.AppendJSON(nil, i)))
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range batches {
		if err := p.Write(i%2, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	return rows
}

func BenchmarkGroupsOfKeys(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 1))
	keys, texts := make([]int64, 8192), make([]string, 8192)
	for i := range keys {
		keys[i] = int64(rnd.IntN(60_000))
		texts[i] = fmt.Sprint(keys[i])
	}
	for _, c := range []logsql.Column{logsql.PlainColumn("a", texts), {Name: "a", Keys: keys, Form: logsql.IntKeys}} {
		b.Run(fmt.Sprintf("keys=%t", c.Keys != nil), func(b *testing.B) {
			g := newGroups(namesBy([]string{"a"}), &account{budget: NewBudget(0)})
			batch := &logsql.Batch{N: len(keys), Columns: []logsql.Column{c}}
			for b.Loop() {
				if _, err := g.assign(batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(batch.N), "ns/row")
		})
	}
}
