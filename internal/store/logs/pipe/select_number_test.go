package pipe

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Each place gives what sorting gives, for numbers in order, the other way round, equal ones and random ones.
func TestSelectNumber(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	makers := map[string]func(i, n int) float64{
		"rising":  func(i, _ int) float64 { return float64(i) },
		"falling": func(i, n int) float64 { return float64(n - i) },
		"equal":   func(int, int) float64 { return 7 },
		"few":     func(int, int) float64 { return float64(rnd.IntN(3)) },
		"organ":   func(i, n int) float64 { return math.Min(float64(i), float64(n-i)) },
		"random":  func(int, int) float64 { return rnd.NormFloat64() * 1e6 },
		"endless": func(i, _ int) float64 { return []float64{math.Inf(-1), math.Inf(1), 0}[i%3] },
	}
	for name, maker := range makers {
		for _, n := range []int{1, 2, 31, 33, 100, 5000} {
			numbers := make([]float64, n)
			for i := range numbers {
				numbers[i] = maker(i, n)
			}
			sorted := slices.Sorted(slices.Values(numbers))
			for _, at := range []int{0, n / 10, n / 2, n - n/100 - 1, n - 1} {
				if got := selectNumber(slices.Clone(numbers), at); got != sorted[at] {
					t.Errorf("%s, %d numbers: place %d has %v, want %v", name, n, at, got, sorted[at])
				}
			}
		}
	}
}
