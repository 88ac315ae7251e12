package logs

import (
	"encoding/binary"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// chunk is a run of word bytes of a text that every match contains. In a templated column it lies wholly in one piece
// of static text or wholly in one variable. At an open end the word may go on.
type chunk struct {
	text                string
	openLeft, openRight bool
	fold                bool // text is in lower case and stands for any case
}

// literal is a required text in chunks.
type literal struct {
	chunks []chunk
	parts  []string // what is between each chunk and the next
	core   string   // from the first word byte to the last
}

// newLiteral cuts a required text; ok is false when it has no word byte, so that nothing follows from it.
func newLiteral(l logsql.Literal) (out literal, ok bool) {
	first, last := -1, 0
	for i := 0; i < len(l.Text); {
		if !logsql.IsWordByte(l.Text[i]) {
			i++
			continue
		}
		start := i
		for i < len(l.Text) && logsql.IsWordByte(l.Text[i]) {
			i++
		}
		if first < 0 {
			first = start
		} else {
			out.parts = append(out.parts, l.Text[last:start])
		}
		last = i
		out.chunks = append(out.chunks, chunk{
			text: l.Text[start:i], fold: l.Fold,
			openLeft: start == 0 && l.OpenLeft, openRight: i == len(l.Text) && l.OpenRight,
		})
	}
	if first < 0 {
		return out, false
	}
	out.core = l.Text[first:last]
	return out, true
}

// tokens returns what token filters know of the texts that hold the chunk.
func (k *chunk) tokens() []string {
	if k.fold {
		return nil
	}
	return logsql.TokensWithin(k.text, k.openLeft, k.openRight)
}

// digits reports whether the chunk could stand in a number.
func (k *chunk) digits() bool { return strings.Trim(k.text, "0123456789") == "" }

// in reports whether a text may hold the chunk: exactly so but for letters beyond ASCII where case does not matter.
// buf is memory for lower case.
func (k *chunk) in(text string, buf *[]byte) bool {
	if k.fold {
		lower, ascii := lowerASCII((*buf)[:0], text)
		*buf = lower
		if !ascii {
			return true
		}
		text = textOf(lower)
	}
	for from := 0; ; {
		i := strings.Index(text[from:], k.text)
		if i < 0 {
			return false
		}
		if k.bounded(text, from+i) {
			return true
		}
		from += i + 1
	}
}

// bounded reports whether the words at the chunk's closed ends end where it was found in a text.
func (k *chunk) bounded(text string, at int) bool {
	end := at + len(k.text)
	return (k.openLeft || logsql.Boundary(text, at)) && (k.openRight || logsql.Boundary(text, end))
}

// lowerASCII appends the text in lower case, eight bytes at a time, and reports whether it is ASCII.
func lowerASCII(dst []byte, text string) (lower []byte, ascii bool) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	from := len(dst)
	dst = append(dst, text...)
	rest, seen := dst[from:], uint64(0)
	for ; len(rest) >= 8; rest = rest[8:] {
		v := binary.LittleEndian.Uint64(rest)
		seen |= v
		low := v &^ tops
		upper := (low + (0x80-'A')*ones) &^ (low + (0x7f-'Z')*ones) &^ v & tops // bytes from A to Z
		binary.LittleEndian.PutUint64(rest, v|upper>>2)
	}
	for i, c := range rest {
		seen |= uint64(c)
		if 'A' <= c && c <= 'Z' {
			rest[i] = c + 'a' - 'A'
		}
	}
	return dst, seen&tops == 0
}
