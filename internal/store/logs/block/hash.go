package block

import "math/rand/v2"

// hashSeed differs from process to process, so that nobody sends texts that meet in one place.
var hashSeed = rand.Uint64()

// hashText mixes a text into a hash, sixteen bytes with a multiplication (after W. Yi, "wyhash"). It serves tables in
// memory; that of the format is tokenHash.
func hashText(h uint64, text string) uint64 {
	h ^= uint64(len(text)) * mix1
	for len(text) > 16 {
		h = fold(le64(text)^hashSeed, le64(text[8:])^h)
		text = text[16:]
	}
	var first, last uint64
	switch n := len(text); {
	case n >= 8:
		first, last = le64(text), le64(text[n-8:])
	case n >= 4:
		first, last = uint64(le32(text)), uint64(le32(text[n-4:]))
	case n > 0:
		first = uint64(text[0])<<16 | uint64(text[n/2])<<8 | uint64(text[n-1])
	}
	return fold(first^hashSeed, last^h)
}
