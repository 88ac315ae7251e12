package logsql

import "unicode/utf8"

// A word is a maximal run of letters, digits and '_'. For speed every byte of a multi-byte UTF-8 character
// counts as a letter; bytes of invalid UTF-8 do as well. Within a word, a syllable of Hangul beside anything else is
// a boundary too: Korean writes particles and compounds without spaces, so that nginx is found in nginx가 and 장비 in
// 네트워크장비가. A token is what token filters keep of the words: see Tokenize. Store and language share these
// definitions.

var wordByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c >= utf8.RuneSelf || c == '_' ||
			'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	return t
}()

// IsWordByte reports whether c belongs to a word.
func IsWordByte(c byte) bool { return wordByte[c] }

// Tokenize calls f for each token of s: words, which are split where Hangul begins and ends, and of a run of Hangul
// each two neighbouring syllables. A single syllable gives none.
func Tokenize(s string, f func(token string)) {
	SplitWords(s, func(word string) {
		for i := range len(word) {
			if word[i] >= utf8.RuneSelf {
				WordTokens(word, f)
				return
			}
		}
		f(word)
	})
}

// syllableBytes is the length of a Hangul syllable in UTF-8.
const syllableBytes = 3

// WordTokens calls f for each token of one word.
func WordTokens(word string, f func(token string)) {
	start := 0 // of the part without Hangul
	for i := 0; i < len(word); {
		if !syllableAt(word, i) {
			i++
			continue
		}
		if start < i {
			f(word[start:i])
		}
		for i += syllableBytes; syllableAt(word, i); i += syllableBytes {
			f(word[i-syllableBytes : i+syllableBytes])
		}
		start = i
	}
	if start < len(word) {
		f(word[start:])
	}
}

// syllableAt reports whether a Hangul syllable, U+AC00 to U+D7A3, begins at s[i]. Its first byte never stands within
// another character, so that this holds in the middle of any text.
func syllableAt(s string, i int) bool {
	if i < 0 || i+syllableBytes > len(s) || s[i] < 0xea || s[i] > 0xed {
		return false
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	return n == syllableBytes && isSyllable(r)
}

func isSyllable(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }

// Boundary reports whether no word goes on across s[i-1] and s[i].
func Boundary(s string, i int) bool {
	if i <= 0 || i >= len(s) || !wordByte[s[i-1]] || !wordByte[s[i]] {
		return true
	}
	return s[i] >= utf8.RuneSelf && syllableAt(s, i) || s[i-1] >= utf8.RuneSelf && syllableAt(s, i-syllableBytes)
}

// TokensWithin returns the tokens of every text that holds s: those of s, without a first or a last one that may go on
// before or behind it where that end is open. Pairs of syllables never go on.
func TokensWithin(s string, openLeft, openRight bool) []string {
	from, to := 0, len(s)
	if openLeft && s != "" && wordByte[s[0]] && !syllableAt(s, 0) {
		for from++; from < to && !Boundary(s, from); from++ {
		}
	}
	if openRight && to > from && wordByte[s[to-1]] && !syllableAt(s, to-syllableBytes) {
		for to--; to > from && !Boundary(s, to); to-- {
		}
	}
	var tokens []string
	Tokenize(s[from:to], func(t string) { tokens = append(tokens, t) })
	return tokens
}

// SplitWords calls f for each run of word bytes, as a reader of the text would part it.
func SplitWords(s string, f func(word string)) {
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
