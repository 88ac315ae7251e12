package block

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// However ranks are found they are those of a sort, for offsets close together, far apart and equal.
func TestRanksAreThoseOfASort(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		offsets := make([]int64, 1+rnd.IntN(300))
		step := int64(1 + rnd.IntN(3)*rnd.IntN(900))
		for i := range offsets {
			offsets[i] = 1000 + rnd.Int64N(int64(len(offsets))*step)
		}
		if rnd.IntN(2) == 0 {
			slices.Sort(offsets)
			offsets = slices.Compact(offsets)
			rnd.Shuffle(len(offsets), func(i, j int) { offsets[i], offsets[j] = offsets[j], offsets[i] })
		}
		got, want := make([]uint32, len(offsets)), make([]uint32, len(offsets))
		ranks(got, offsets, slices.Min(offsets), slices.Max(offsets))
		ranksBySort(want, offsets)
		if !slices.Equal(got, want) {
			t.Fatalf("ranks of %v: %v, want %v", offsets, got, want)
		}
	}
}
