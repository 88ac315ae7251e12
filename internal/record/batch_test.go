package record

import (
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/model"
)

// Another hash would send a stream to another partition than its earlier records, and out of order.
func TestStreamHashStays(t *testing.T) {
	if got := StreamHash([]model.Field{{Name: "host", Value: "web-1"}, {Name: "app", Value: "nginx"}}); got != 0xd577d73ccfb10a8b {
		t.Errorf("hash %#x", got)
	}
	for _, length := range []int{0, 1, 100, 255, 256, 300, 10_000} {
		value := strings.Repeat("x", length)
		if got, want := StreamHash([]model.Field{{Name: "a", Value: value}}), xxhash.Sum64String("a\x00"+value+"\x00"); got != want {
			t.Errorf("a value of %d bytes: hash %#x, want %#x", length, got, want)
		}
	}
}

// A head that belongs to another record would send it to the wrong place.
func TestHeads(t *testing.T) {
	var b Batch
	for range 2 {
		b.Reset()
		b.Add(&model.Record{Input: "syslog", Msg: "one"}, 7)
		b.AddBytes([]byte("no record"))
		b.Add(&model.Record{Msg: "three"}, 9)
		for i, want := range []Head{{Stream: 7, Input: "syslog"}, {}, {Stream: 9}} {
			if h, ok := b.Head(i); h != want || ok != (want != Head{}) {
				t.Errorf("record %d has head %v, %t", i, h, ok)
			}
		}
	}
}
