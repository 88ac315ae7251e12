package logsql

import "strconv"

// KeyForm says which texts the keys of a column stand for. No text is that of two forms.
type KeyForm uint8

// Forms of keys.
const (
	NoKeys   KeyForm = iota
	IntKeys          // decimal numbers without a needless zero or sign
	IPv4Keys         // dotted addresses, the first number in the highest byte
	KeyForms = iota  // how many there are
)

// Append appends the text of a key.
func (f KeyForm) Append(dst []byte, key int64) []byte {
	if f == IntKeys {
		return strconv.AppendInt(dst, key, 10)
	}
	for shift := 24; shift >= 0; shift -= 8 {
		dst = strconv.AppendUint(dst, uint64(key)>>shift&255, 10)
		if shift > 0 {
			dst = append(dst, '.')
		}
	}
	return dst
}

// ParseKey returns the key of a text; NoKeys when it is not just as Append writes one.
func ParseKey(text string) (f KeyForm, key int64) {
	const longest = len("-9223372036854775808")
	if text == "" || len(text) > longest {
		return NoKeys, 0
	}
	if ip, ok := ParseIPv4(text); ok {
		f, key = IPv4Keys, int64(ip)
	} else if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		f, key = IntKeys, n
	}
	var buf [longest]byte
	if f == NoKeys || string(f.Append(buf[:0], key)) != text {
		return NoKeys, 0
	}
	return f, key
}
