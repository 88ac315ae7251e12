package logs

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/logsql"
)

// spellings returns, for each word of a name, the ways in which JSON can write it, each as the tokens that it leaves in a text. What is behind
// the last escape of a word is one token with it (card: u0061rd, of c\u0061rd), and the character before the word can be that escape.
func spellings(name string) (words [][][]string) {
	logsql.SplitWords(name, func(word string) {
		at, _ := within(name, word)
		end := at + len(word)
		_, before := utf8.DecodeLastRuneInString(name[:at])
		ways := [][]string{tokens(word)}
		for i := at - before; i < end; {
			c, size := utf8.DecodeRuneInString(name[i:])
			i += size
			if c > 0xffff {
				_, c = utf16.EncodeRune(c)
			}
			for _, digits := range casesOf(fmt.Sprintf("%04x", c)) {
				ways = append(ways, tokens("u"+digits+name[i:end]))
			}
		}
		words = append(words, ways)
	})
	return words
}

// casesOf returns lower-case hexadecimal digits in all mixtures of cases.
func casesOf(digits string) []string {
	out := []string{""}
	for i := range len(digits) {
		for k := range out {
			if digits[i] >= 'a' {
				out = append(out, out[k]+string(digits[i]-'a'+'A'))
			}
			out[k] += digits[i : i+1]
		}
	}
	return out
}

func tokens(text string) (out []string) {
	logsql.Tokenize(text, func(token string) { out = append(out, token) })
	return out
}
