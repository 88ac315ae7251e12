package record

import (
	"encoding/binary"
	"math"
	"testing"
)

// A cursor must take the numbers that encoding/binary takes, and no others.
func FuzzCursorUvarint(f *testing.F) {
	for _, v := range []uint64{0, 127, 128, math.MaxUint32, math.MaxUint64} {
		f.Add(binary.AppendUvarint(nil, v))
	}
	f.Add([]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02}) // 2^64
	f.Add([]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01})
	f.Add([]byte{0x80, 0x00})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := cursor{text: string(data)}
		got := c.uvarint()
		want, n := binary.Uvarint(data)
		switch {
		case n <= 0 && c.fault == "":
			t.Fatalf("read %d from %x, which is no number", got, data)
		case n > 0 && (got != want || c.at != n || c.fault != ""):
			t.Fatalf("read %d up to %d from %x (%s), want %d up to %d", got, c.at, data, c.fault, want, n)
		}
	})
}
