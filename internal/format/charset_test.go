package format

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func TestToUTF8(t *testing.T) {
	for _, c := range []struct {
		name, bytes, charset, want string
		exact                      bool
	}{
		{"UTF-8 stays", "안녕", "", "안녕", true},
		{"UTF-8 stays under a configured charset", "안녕", "euc-kr", "안녕", true},
		{"EUC-KR is found", "\xbe\xc8\xb3\xe7 log", "", "안녕 log", true},
		{"CP949's extension is found", "\xbe\xc8\xb3\xe7 \x8cc \x94\xee", "", "안녕 똠 뷁", true},
		{"a configured charset is used", "caf\xe9", "latin1", "café", true},
		{"Latin-1 is not taken for Korean", "caf\xe9 Stra\xdfe", "", "caf\ufffd Stra\ufffde", false},
		{"half a character cannot be undone", "\xbe\xc8\xb3\xe7 x \xbe", "", "안녕 x \ufffd", false},
		{"binary data is no text", "\xff\xfe\x00\x01\xff", "", "\ufffd\x00\x01\ufffd", false},
		{"Shift JIS by name", "\x93\xfa\x96{", "shift_jis", "日本", true},
		{"ISO-2022-JP by name, though all of it is ASCII", "a \x1b$BF|\x1b(B b", "iso-2022-jp", "a 日 b", true},
		{"text without escapes under ISO-2022-JP", "plain", "iso-2022-jp", "plain", true},
		{"empty", "", "", "", true},
	} {
		got, exact := ToUTF8([]byte(c.bytes), c.charset)
		if got != c.want || exact != c.exact {
			t.Errorf("%s: got %q, %v, want %q, %v", c.name, got, exact, c.want, c.exact)
		}
	}
}

func TestCheckCharset(t *testing.T) {
	for name, known := range map[string]bool{
		"": true, "CP949": true, "euc-kr": true, "windows-1252": true, "klingon": false,
		// A line feed is not one byte of these, or nothing can be decoded from them.
		"utf-16le": false, "utf-16be": false, "utf-16": false, "hz-gb-2312": false,
	} {
		if err := CheckCharset(name); (err == nil) != known {
			t.Errorf("charset %q: %v", name, err)
		}
	}
}

// The text is always UTF-8, and exact only when the original bytes follow from it.
func FuzzToUTF8(f *testing.F) {
	f.Add([]byte("\xbe\xc8\xb3\xe7 log"), "")
	f.Add([]byte("caf\xe9"), "latin1")
	f.Fuzz(func(t *testing.T, b []byte, charset string) {
		before := bytes.Clone(b)
		text, _ := ToUTF8(b, charset)
		if !utf8.ValidString(text) {
			t.Fatalf("%q became %q", b, text)
		}
		if !bytes.Equal(before, b) {
			t.Fatal("the input was changed")
		}
	})
}
