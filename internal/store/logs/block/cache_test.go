package block

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// The cache counts what a part takes: limits.memory is kept by it.
func TestPartsCountTheirMemory(t *testing.T) {
	src, records := logmix.New(1, 1e6), make([]model.Record, 20_000)
	for i := range records {
		src.Next(&records[i])
		records[i].Fields = slices.Clone(records[i].Fields)
		records[i].Stream = []model.Field{{Name: "host", Value: fmt.Sprintf("host-%d.example.org", i/2)}}
	}
	b, _ := build(records)
	enc := NewEncoder().Encode(b.View("q", 0, "g"))

	counted := 0
	t.Run("templates", func(t *testing.T) {
		held := heapOf(t, func() any {
			own := templatesOf(t, open(t, enc), "_msg").own()
			counted = own.size()
			return own
		})
		checkCounted(t, counted, held)
	})
	t.Run("streams", func(t *testing.T) {
		held := heapOf(t, func() any {
			table, err := open(t, enc).decodeStreams()
			if err != nil {
				t.Fatal(err)
			}
			counted = table.size()
			return table
		})
		checkCounted(t, counted, held)
	})
}

func checkCounted(t *testing.T, counted int, held float64) {
	t.Helper()
	if ratio := float64(counted) / held; ratio < 0.85 || ratio > 1.25 {
		t.Errorf("counted %d bytes, the heap holds %.0f", counted, held)
	}
}

// heapOf returns the bytes that what f returns keeps in the heap.
func heapOf(t *testing.T, f func() any) float64 {
	t.Helper()
	const copies = 8
	keep := make([]any, copies)
	before := heapBytes()
	for i := range keep {
		keep[i] = f()
	}
	after := heapBytes()
	runtime.KeepAlive(keep)
	return float64(int64(after-before)) / copies
}

func heapBytes() uint64 {
	runtime.GC()
	runtime.GC() // pools are emptied in two steps
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
