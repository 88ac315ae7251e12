package pattern

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

const (
	maxDistinct   = 10_000 // values of one variable that are told apart
	maxNumbers    = 100_000
	numberBuckets = 28
)

// Tally returns what counts the values of a pattern's variables; nil when the book does not have the pattern.
func (b *Book) Tally(id model.PatternID) model.PatternTally {
	p := b.pages.Load().known[id]
	if p == nil {
		return nil
	}
	t := &tally{page: p}
	for i, q := range p.pieces {
		if q.Kind != "" {
			t.variables = append(t.variables, variable{at: i, hits: map[string]int64{}})
		}
	}
	next := 0
	for _, part := range p.Parts {
		if part.Kind != "" {
			t.variables[next].part = part
			next++
		}
	}
	return t
}

// tally implements model.PatternTally.
type tally struct {
	page      *page
	scan      scanner
	texts     []string
	variables []variable
}

type variable struct {
	at      int // piece
	part    model.PatternPart
	hits    map[string]int64
	more    bool
	rows    int
	numbers []float64
	unit    string
	units   bool // there are several
}

// Add implements model.PatternTally.
func (t *tally) Add(line string) {
	t.scan.scan(line)
	t.texts = t.texts[:0]
	for i, token := range t.scan.tokens {
		if token.kind != blank {
			t.texts = append(t.texts, t.scan.text(i))
		}
	}
	if len(t.texts) != len(t.page.pieces) {
		return
	}
	for i := range t.variables {
		v := &t.variables[i]
		v.add(strings.Trim(t.texts[v.at], `"'`))
	}
}

func (v *variable) add(value string) {
	v.rows++
	if _, ok := v.hits[value]; ok {
		v.hits[value]++
	} else if len(v.hits) < maxDistinct {
		v.hits[strings.Clone(value)] = 1
	} else {
		v.more = true
	}
	n, unit, ok := number(value)
	if !ok || len(v.numbers) >= maxNumbers {
		return
	}
	v.units = v.units || len(v.numbers) > 0 && unit != v.unit
	v.unit = strings.Clone(unit)
	v.numbers = append(v.numbers, n)
}

// number splits a value into a number and its unit.
func number(value string) (n float64, unit string, ok bool) {
	if !isNumber(value) {
		return 0, "", false
	}
	digits := strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ% ")
	n, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
	return n, strings.TrimSpace(value[len(digits):]), err == nil
}

// Variables implements model.PatternTally.
func (t *tally) Variables(top int) []model.PatternVariable {
	out := make([]model.PatternVariable, len(t.variables))
	for i := range t.variables {
		v := &t.variables[i]
		out[i] = model.PatternVariable{
			Var: i, Kind: v.part.Kind, Name: v.part.Name, Distinct: len(v.hits), DistinctMore: v.more, Top: v.top(top), Numeric: v.numeric(),
		}
	}
	return out
}

// top returns the most frequent values.
func (v *variable) top(most int) []model.ValueHits {
	out := make([]model.ValueHits, 0, len(v.hits))
	for value, hits := range v.hits {
		out = append(out, model.ValueHits{Value: value, Hits: hits})
	}
	slices.SortFunc(out, func(a, b model.ValueHits) int {
		return cmp.Or(cmp.Compare(b.Hits, a.Hits), cmp.Compare(a.Value, b.Value))
	})
	return out[:min(most, len(out))]
}

// numeric returns the distribution of the numbers, nil when the values are not mostly numbers of one unit.
func (v *variable) numeric() *model.PatternNumbers {
	n := v.numbers
	if len(n) == 0 || v.units || len(n)*10 < min(v.rows, maxNumbers)*9 {
		return nil
	}
	slices.Sort(n)
	at := func(q float64) float64 { return n[int(q*float64(len(n)-1))] }
	out := &model.PatternNumbers{Count: len(n), Unit: v.unit, Min: n[0], Max: n[len(n)-1], P50: at(.5), P90: at(.9), P99: at(.99)}
	count := min(numberBuckets, len(v.hits))
	width := (out.Max - out.Min) / float64(count)
	for i := range count {
		out.Buckets = append(out.Buckets, model.NumbersBucket{From: out.Min + float64(i)*width, To: out.Min + float64(i+1)*width})
	}
	for _, x := range n {
		i := 0
		if width > 0 {
			i = min(int((x-out.Min)/width), count-1)
		}
		out.Buckets[i].Hits++
	}
	return out
}
