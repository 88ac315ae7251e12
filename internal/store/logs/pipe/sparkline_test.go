package pipe

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever the times of the rows, each counts once, and in the bucket of its time where the range is known.
func TestSparkline(t *testing.T) {
	const buckets = 10
	random := rand.New(rand.NewPCG(1, 1))
	for _, span := range []int64{1, 9, 1000, 3600e9, 400 * 24 * 3600e9} {
		lo := int64(1_795_000_000_000_000_007)
		hi := lo + span
		bounded, open, part := newSparkline(lo, hi, buckets), newSparkline(math.MinInt64, hi, buckets), newSparkline(math.MinInt64, hi, buckets)
		want := make([]uint64, buckets)
		for i := range 500 {
			at := lo + random.Int64N(span+1)
			want[(at-lo)/sparkWidth(lo, hi, buckets)]++
			bounded.add(at, 1, buckets)
			if i%2 == 0 {
				open.add(at, 1, buckets)
			} else {
				part.add(at, 1, buckets)
			}
		}
		open.merge(&part, buckets)
		for name, s := range map[string]*sparkline{"bounded": &bounded, "open": &open} {
			var got []uint64
			if err := json.Unmarshal(s.appendJSON(nil, lo, sparkWidth(lo, hi, buckets), buckets), &got); err != nil {
				t.Fatal(err)
			}
			sum := uint64(0)
			for i, n := range got {
				sum += n
				if name == "bounded" && n != want[i] {
					t.Errorf("span %d: bucket %d has %d rows, want %d", span, i, n, want[i])
				}
			}
			if sum != 500 || len(s.counts) > 2*buckets {
				t.Errorf("span %d, %s: %d rows in %d buckets", span, name, sum, len(s.counts))
			}
		}
	}
}
