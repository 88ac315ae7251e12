package logsql

import "unicode/utf8"

// A word is a maximal run of letters, digits and '_'. For speed every byte of a multi-byte UTF-8 character
// counts as a letter, so Hangul and other scripts form words between ASCII separators; bytes of invalid
// UTF-8 do as well. Store and language share this one definition: token filters depend on it.

var wordByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c >= utf8.RuneSelf || c == '_' ||
			'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	return t
}()

// IsWordByte reports whether c belongs to a word.
func IsWordByte(c byte) bool { return wordByte[c] }

// Tokenize calls f for each word of s.
func Tokenize(s string, f func(word string)) {
	for i := 0; i < len(s); {
		for i < len(s) && !wordByte[s[i]] {
			i++
		}
		start := i
		for i < len(s) && wordByte[s[i]] {
			i++
		}
		if i > start {
			f(s[start:i])
		}
	}
}
