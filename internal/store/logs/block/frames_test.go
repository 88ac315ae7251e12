package block

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func checkFrames(t *testing.T, values []int64) {
	t.Helper()
	got := make([]int64, len(values))
	if err := decodeFrames(got, appendFrames(nil, values)); err != nil {
		t.Fatalf("%v: %v", values, err)
	}
	if diff := cmp.Diff(values, got); diff != "" {
		t.Errorf("numbers differ (-want +got):\n%s", diff)
	}
}

func TestFramesRoundTrip(t *testing.T) {
	for _, values := range [][]int64{
		{}, {5}, {math.MinInt64, math.MaxInt64, 0, -1}, {1e18, 1e18 + 1e9, 1e18 - 3e9}, {7e6, 8e6, 8e6, 1e6}, {1, 2, 3},
	} {
		checkFrames(t, values)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for bits := range 64 {
		values := make([]int64, rnd.IntN(600))
		for i := range values {
			values[i] = int64(rnd.Uint64() >> bits)
			if i > 0 && bits%2 == 0 { // mostly rising, as times are
				values[i] = values[i-1] + values[i]>>8
			}
		}
		checkFrames(t, values)
	}
}

// Reports every ten seconds take hardly more than a bit for each frame.
func TestEvenTimesTakeNoBits(t *testing.T) {
	values := make([]int64, 12_801)
	for i := range values {
		values[i] = 1_795_132_800_000_000_000 + int64(i)*10e9
	}
	if size := len(appendFrames(nil, values)); size > 100*3+16 {
		t.Errorf("%d times take %d bytes", len(values), size)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(appendFrames(nil, []int64{1, 5, 9, 1 << 40, 2}), uint16(5))
	f.Add([]byte{0, 0, 200, 3, 1, 1, 1, 1, 1, 1, 1, 1}, uint16(20))
	f.Fuzz(func(t *testing.T, in []byte, n uint16) {
		if err := decodeFrames(make([]int64, n%2000), in); err != nil && !errors.Is(err, ErrCorrupt) {
			t.Fatalf("got error %v, want ErrCorrupt", err)
		}
		values := []int64{}
		for ; len(in) >= 8; in = in[8:] {
			values = append(values, int64(binary.LittleEndian.Uint64(in)))
		}
		checkFrames(t, values)
	})
}

func BenchmarkDecodeFrames(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	values := make([]int64, 1_000_000)
	for i := range values {
		values[i] = 1_795_132_800_000_000_000
		if i > 0 {
			values[i] = values[i-1] + int64(rnd.ExpFloat64()*1300)*1e6
		}
	}
	in := appendFrames(nil, values)
	for b.Loop() {
		if err := decodeFrames(values, in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(values)), "ns/value")
	b.ReportMetric(8*float64(len(in))/float64(len(values)), "bits/value")
}
