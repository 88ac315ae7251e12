package block

import (
	"math/bits"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"github.com/haetae/haetae/internal/logsql"
)

// A token filter is a split-block Bloom filter (Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient
// Bloom Filters", 2007) over the words (logsql.Tokenize) of all plain columns. A word's hash is mixed with its
// column's, so that one filter answers for each column apart. Each word sets tokenBits bits in one 512-bit line.
//
// Format: the lines, 64 bytes each. The number of lines follows from the length.
const (
	lineBytes    = 64
	bitsPerToken = 9
	tokenBits    = 5
)

// columnSeed is what a column's name adds to the hashes of its words, those of static text left out.
func columnSeed(name string) uint64 { return xxhash.Sum64String(name) | 1 }

// staticSeed is the same for the words of the static text of templates.
func staticSeed(name string) uint64 { return columnSeed(name) ^ mix1 }

// tokenHash is the 64-bit hash of a word in the column of that seed. It is part of the format.
func tokenHash(seed uint64, word string) uint64 {
	return fold(mixText(seed^uint64(len(word))*mix1, word), mix3)
}

func mixText(h uint64, text string) uint64 {
	for len(text) >= 8 {
		h = fold(h^le64(text), mix2)
		text = text[8:]
	}
	if len(text) > 0 {
		h = fold(h^leShort(text), mix2)
	}
	return h
}

const (
	mix1 = 0x9e3779b97f4a7c15
	mix2 = 0xd6e8feb86659fd93
	mix3 = 0xa0761d6478bd642f
)

// fold multiplies to 128 bits and joins the halves.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// leShort reads one to seven bytes as a little-endian number. Bytes that are read twice come to the same place.
func leShort(s string) uint64 {
	n := len(s)
	if n >= 4 {
		return uint64(le32(s)) | uint64(le32(s[n-4:]))<<(8*(n-4))
	}
	return uint64(s[0]) | uint64(s[n/2])<<(n/2*8) | uint64(s[n-1])<<(8*(n-1))
}

func le32(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func le64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// tokenSet collects the different hashes of words: open addressing, at most half full.
type tokenSet struct {
	slots []uint64
	n     int
	zero  bool // the hash 0 is in the set
}

const minTokenSlots = 1 << 12

func (s *tokenSet) reset() {
	if s.slots == nil {
		s.slots = make([]uint64, minTokenSlots)
	}
	clear(s.slots)
	s.n, s.zero = 0, false
}

func (s *tokenSet) add(h uint64) {
	mask := uint64(len(s.slots) - 1)
	i := h & mask
	for s.slots[i] != 0 {
		if s.slots[i] == h {
			return
		}
		i = (i + 1) & mask
	}
	if h == 0 {
		s.zero = true
		return
	}
	s.slots[i] = h
	s.n++
	if 2*s.n > len(s.slots) {
		s.grow()
	}
}

func (s *tokenSet) grow() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	mask := uint64(len(s.slots) - 1)
	for _, h := range old {
		if h == 0 {
			continue
		}
		i := h & mask
		for s.slots[i] != 0 {
			i = (i + 1) & mask
		}
		s.slots[i] = h
	}
}

// addWords adds the tokens of a text (logsql.Tokenize).
func (s *tokenSet) addWords(seed uint64, text string) {
	for i := 0; i < len(text); {
		if !logsql.IsWordByte(text[i]) {
			i++
			continue
		}
		start, seen := i, text[i]
		for i++; i < len(text) && logsql.IsWordByte(text[i]); i++ {
			seen |= text[i]
		}
		if seen >= utf8.RuneSelf {
			logsql.WordTokens(text[start:i], func(token string) { s.add(tokenHash(seed, token)) })
			continue
		}
		s.add(tokenHash(seed, text[start:i]))
	}
}

// addTexts adds the tokens of texts that lie one behind the other.
func (s *tokenSet) addTexts(seed uint64, data []byte, ends []uint32) {
	start := uint32(0)
	for _, end := range ends {
		s.addWords(seed, alias(data[start:end]))
		start = end
	}
}

// appendFilter appends the filter of all words in the set.
func (s *tokenSet) appendFilter(dst []byte) []byte {
	n := s.n
	if s.zero {
		n++
	}
	if n == 0 {
		return dst
	}
	lines := (n*bitsPerToken + lineBytes*8 - 1) / (lineBytes * 8)
	start := len(dst)
	dst = append(dst, make([]byte, lines*lineBytes)...)
	filter := dst[start:]
	if s.zero {
		filterAdd(filter, 0)
	}
	for _, h := range s.slots {
		if h != 0 {
			filterAdd(filter, h)
		}
	}
	return dst
}

// filterLine chooses a hash's line; the low bits choose the bits in it.
func filterLine(filter []byte, h uint64) []byte {
	line, _ := bits.Mul64(h, uint64(len(filter)/lineBytes))
	return filter[line*lineBytes:][:lineBytes]
}

func filterAdd(filter []byte, h uint64) {
	line := filterLine(filter, h)
	for range tokenBits {
		bit := h % (lineBytes * 8)
		line[bit/8] |= 1 << (bit % 8)
		h >>= 9
	}
}

func filterHas(filter []byte, h uint64) bool {
	if len(filter) == 0 {
		return false
	}
	line := filterLine(filter, h)
	for range tokenBits {
		bit := h % (lineBytes * 8)
		if line[bit/8]&(1<<(bit%8)) == 0 {
			return false
		}
		h >>= 9
	}
	return true
}
