package format

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
)

// CheckCharset reports whether a charset that settings name is known. Empty means to find out.
func CheckCharset(charset string) error {
	_, err := charsetNamed(charset)
	return err
}

// ToUTF8 returns the text of b as UTF-8. Valid UTF-8 stays as it is, unless ISO-2022-JP is named, which writes
// Japanese in ASCII behind escapes; other bytes are read in the named charset, or as CP949 (EUC-KR's superset) when nothing is
// named and most of them make Hangul. Exact is false when writing the text back would not give b: the caller then
// keeps b too.
//
// The text aliases b when nothing was changed.
func ToUTF8(b []byte, charset string) (text string, exact bool) {
	enc, err := charsetNamed(charset)
	escaped := enc == japanese.ISO2022JP && bytes.IndexByte(b, '\x1b') >= 0
	if !escaped && utf8.Valid(b) {
		return unsafe.String(unsafe.SliceData(b), len(b)), true
	}
	if err != nil || enc == nil {
		enc = korean.EUCKR
		if !plausiblyKorean(b) {
			return strings.ToValidUTF8(string(b), "\ufffd"), false
		}
	}
	decoded, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd"), false
	}
	back, err := enc.NewEncoder().Bytes(decoded)
	return unsafe.String(unsafe.SliceData(decoded), len(decoded)), err == nil && bytes.Equal(back, b)
}

func charsetNamed(name string) (encoding.Encoding, error) {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "", "utf-8", "utf8", "auto":
		return nil, nil
	case "cp949", "uhc", "ms949", "euc-kr", "euckr", "ksc5601":
		return korean.EUCKR, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement {
		return nil, fmt.Errorf("charset %q is not known", name)
	}
	if name, _ := htmlindex.Name(enc); strings.HasPrefix(name, "utf-16") {
		return nil, fmt.Errorf("charset %q has no line feed of one byte, so its lines cannot be told apart", name)
	}
	return enc, nil
}

// plausiblyKorean looks at the bytes beyond ASCII: pairs of a lead byte and a trail byte of CP949, at least
// three of four of those bytes, one pair at least. Latin-1 text has such bytes alone between ASCII letters.
func plausiblyKorean(b []byte) bool {
	paired, lone := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		if i+1 < len(b) && isCP949Pair(b[i], b[i+1]) {
			if b[i+1] >= 0x80 { // a pair with an ASCII letter proves nothing
				paired += 2
			}
			i++
			continue
		}
		lone++
	}
	return paired > 0 && paired >= 3*lone
}

// isCP949Pair accepts KS X 1001's Hangul and Hanja rows, symbols, and the extension's Hangul block, whose trail
// bytes may be ASCII letters.
func isCP949Pair(lead, trail byte) bool {
	switch {
	case lead >= 0xa1 && lead <= 0xfd && trail >= 0xa1 && trail <= 0xfe:
		return true
	case lead >= 0x81 && lead <= 0xc6:
		return isLetter(trail) || trail >= 0x81 && trail <= 0xfe
	}
	return false
}
