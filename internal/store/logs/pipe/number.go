package pipe

import (
	"math"

	"github.com/haetae/haetae/internal/logsql"
)

// numbers reads the values of a field as numbers, a constant or a dictionary value once for each batch.
type numbers struct {
	from field
	memo []float64
	done []bool
	read func(string) (float64, bool) // of a text and of native times; nil reads numbers alone
}

// begin takes the field of a new batch.
func (n *numbers) begin(from field) {
	n.from = from
	n.memo, n.done = n.memo[:0], n.done[:0]
	if from.col != nil && (from.col.Const || from.col.Index != nil) {
		for range len(from.col.Values) {
			n.memo = append(n.memo, 0)
			n.done = append(n.done, false)
		}
	}
}

// at returns the number of row i, NaN when the value is no number.
func (n *numbers) at(i int) float64 {
	if n.from.col == nil {
		if n.read != nil && n.from.times != nil {
			return float64(n.from.times[i])
		}
		return math.NaN()
	}
	if n.from.col.Numbers != nil {
		return n.from.col.Numbers[i]
	}
	if len(n.memo) == 0 {
		return n.parse(n.from.col.Values[i])
	}
	code := 0
	if n.from.col.Index != nil {
		code = int(n.from.col.Index[i])
	}
	if !n.done[code] {
		n.memo[code] = n.parse(n.from.col.Values[code])
		n.done[code] = true
	}
	return n.memo[code]
}

func (n *numbers) parse(v string) float64 {
	read := logsql.ParseNumber
	if n.read != nil {
		read = n.read
	}
	if f, ok := read(v); ok {
		return f
	}
	return math.NaN()
}

// floorTo rounds down to a multiple of step. Steps below 1 are counted by their inverse, because 0.1 is not
// exact in binary and its multiples would show it.
func floorTo(v, step float64) float64 {
	if inverse := math.Round(1 / step); step < 1 && math.Abs(1/inverse-step) < 1e-15 {
		return math.Floor(v*inverse+1e-9) / inverse
	}
	return math.Floor(v/step) * step
}
