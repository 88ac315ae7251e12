package access

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed common.txt
var commonText string

// common are passwords, and words of passwords, that are guessed first, folded.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(commonText) {
		all[folded(line)] = true
	}
	return all
})

// What parts of a password are worth to who guesses, in halves of a character that follows from nothing: a list of four hundred words holds
// what two such characters do.
const (
	worthChar  = 2
	worthDigit = 1
	worthWord  = 4 // a common one
	worthOwn   = 2 // of the account or the product
	worthRun   = 3 // neighbours: abcd, 4321, qwer, !@#$
	worthYear  = 3
	worthAgain = 1 // what stood before it, once more
	minWorth   = 7 * worthChar
	minPart    = 3 // characters of a part that is more than its characters
	maxPart    = 24
)

// rows are neighbours on keyboards: the rows of Latin ones and of Korean ones, slanted columns, and the way between two rows.
var rows = []string{
	"`1234567890-=", "~!@#$%^&*()_+", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
	"a1s2d3f4g5h6j7k8l9", "147258369", "1029384756", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ",
}

// spelled are letters that stand for others: p@ssw0rd.
var spelled = map[rune]rune{'0': 'o', '1': 'i', '!': 'i', '|': 'l', '3': 'e', '4': 'a', '@': 'a', '5': 's', '$': 's', '7': 't', '8': 'b'}

// worth is how much of a folded password follows from nothing: the least over all ways to part it into what guessers try. The idea is
// that of Wheeler, "zxcvbn: Low-Budget Password Strength Estimation" (USENIX Security 2016), with few words and any script.
func worth(password string, own []string) int {
	text := []rune(password)
	plain := make([]rune, len(text))
	for i, r := range text {
		plain[i] = r
		if as, ok := spelled[r]; ok {
			plain[i] = as
		}
	}
	least := make([]int, len(text)+1)
	for end := 1; end <= len(text); end++ {
		least[end] = least[end-1] + worthChar
		if unicode.IsDigit(text[end-1]) {
			least[end] = least[end-1] + worthDigit
		}
		for from := range end {
			if w, ok := partWorth(text, plain, from, end, own); ok {
				least[end] = min(least[end], least[from]+w)
			}
		}
	}
	return least[len(text)]
}

// partWorth is what text[from:end] is worth as a whole; ok is false when it is nothing that is tried as a whole.
func partWorth(text, plain []rune, from, end int, own []string) (w int, ok bool) {
	part, n := text[from:end], end-from
	if n <= from && slices.Equal(text[from-n:from], part) {
		return worthAgain, true
	}
	if n < minPart || n > maxPart {
		return 0, false
	}
	switch as, spelt := string(part), string(plain[from:end]); {
	case slices.Contains(own, as), slices.Contains(own, spelt):
		return worthOwn, true
	case common()[as], common()[spelt]:
		return worthWord, true
	case neighbours(part):
		return worthRun, true
	case n == 4 && (part[0] == '1' && part[1] == '9' || part[0] == '2' && part[1] == '0') && unicode.IsDigit(part[2]) && unicode.IsDigit(part[3]):
		return worthYear, true
	}
	return 0, false
}

// neighbours reports whether each character follows the one before, in its script or on a keyboard, forwards or backwards.
func neighbours(part []rune) bool {
	up, down := true, true
	for i := 1; i < len(part); i++ {
		up = up && part[i] == part[i-1]+1
		down = down && part[i] == part[i-1]-1
	}
	if up || down {
		return true
	}
	back := slices.Clone(part)
	slices.Reverse(back)
	return slices.ContainsFunc(rows, func(row string) bool {
		return strings.Contains(row, string(part)) || strings.Contains(row, string(back))
	})
}

// ownWords are what a guesser tries first for an account: its names, and the product's.
func ownWords(name, fullName, email string) []string {
	own := []string{"haetae", "해태"}
	local, _, _ := strings.Cut(email, "@")
	for _, text := range []string{name, fullName, local} {
		low := folded(text)
		own = append(own, low)
		own = append(own, strings.FieldsFunc(low, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	}
	return own
}
