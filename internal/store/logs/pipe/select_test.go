package pipe

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// The first few must be those that sorting everything puts first, in that order.
func TestFirstOfAgreesWithSorting(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		all := make([]uint32, rng.IntN(60))
		for i := range all {
			all[i] = rng.Uint32N(20)
		}
		want := slices.Sorted(slices.Values(all))
		k := rng.IntN(len(all) + 3)
		if k > 0 && k < len(want) {
			want = want[:k]
		}
		got := firstOf(slices.Clone(all), k, cmp.Compare[uint32])
		if len(got)+len(want) > 0 {
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("first %d of %v (-want +got):\n%s", k, all, diff)
			}
		}
	}
}
