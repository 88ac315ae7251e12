package app

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/haetae/haetae/internal/store/logs"
)

// cursors write the cursors of tails for those who read them, and read them back.
type cursors struct {
	text func(logs.Cursor) string
	open func(text string) (logs.Cursor, error)
}

// plainCursors say how many records each partition has.
var plainCursors = cursors{logs.Cursor.String, logs.ParseCursor}

// sealedCursors are for those who may not know how many records there are of others: a cursor is encrypted by AES-GCM with a
// key that lives as long as the process. One of another process is as none: the tail begins now.
func sealedCursors() cursors {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	// The key has the length of one of AES-256, so that neither call can fail.
	b, _ := aes.NewCipher(key)
	sealer, _ := cipher.NewGCMWithRandomNonce(b)
	return cursors{
		text: func(c logs.Cursor) string {
			if c.IsZero() {
				return ""
			}
			return base64.RawURLEncoding.EncodeToString(sealer.Seal(nil, nil, appendCursor(nil, c), nil))
		},
		open: func(text string) (logs.Cursor, error) {
			sealed, err := base64.RawURLEncoding.DecodeString(text)
			if err != nil {
				return logs.Cursor{}, nil
			}
			plain, err := sealer.Open(nil, nil, sealed, nil)
			if err != nil {
				return logs.Cursor{}, nil
			}
			return readCursor(plain), nil
		},
	}
}

// appendCursor writes a cursor so that its length does not depend on the offsets.
func appendCursor(dst []byte, c logs.Cursor) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(c.Offsets)))
	for _, partition := range slices.Sorted(maps.Keys(c.Offsets)) {
		dst = binary.BigEndian.AppendUint64(dst, uint64(partition))
		dst = binary.BigEndian.AppendUint64(dst, uint64(c.Offsets[partition]))
	}
	return append(dst, c.Queue...)
}

// readCursor reads what appendCursor wrote.
func readCursor(b []byte) logs.Cursor {
	c := logs.Cursor{Offsets: map[int]int64{}}
	n := binary.BigEndian.Uint32(b)
	b = b[4:]
	for range n {
		c.Offsets[int(binary.BigEndian.Uint64(b))] = int64(binary.BigEndian.Uint64(b[8:]))
		b = b[16:]
	}
	c.Queue = string(b)
	return c
}
