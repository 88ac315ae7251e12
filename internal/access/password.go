package access

import (
	"crypto/rand"
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/haetae/haetae/internal/model"
)

// Lengths of passwords in characters. NIST SP 800-63B-4 asks for eight at least, for no rules of composition, and for a
// comparison with those that are commonly used.
const (
	MinPassword = 10
	maxPassword = 256
)

// MinPassword is the constant, for those who are handed a Service.
func (s *Service) MinPassword() int { return MinPassword }

//go:embed common.txt
var commonText string

// common are passwords that are guessed first, folded, without what is shorter than MinPassword anyway.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(commonText) {
		all[folded(line)] = true
	}
	return all
})

// checkPassword refuses passwords that are guessed soon.
func checkPassword(name, password string) error {
	wrong := func(format string, args ...any) error { return refused(model.AccessPasswordRules, format, args...) }
	password = normal(password)
	low := folded(password)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return wrong("the password is not text in UTF-8")
	case n < MinPassword:
		return wrong("the password has %d characters, and wants %d at least; a few words are easy to keep in mind", n, MinPassword)
	case n > maxPassword:
		return wrong("the password has %d characters, and may have %d at most", n, maxPassword)
	case low == folded(name) || len(name) > 3 && strings.HasPrefix(low, folded(name)) && utf8.RuneCountInString(low)-utf8.RuneCountInString(name) < 5:
		return wrong("the password is the name, or nearly so; choose another")
	case common()[low] || common()[strings.TrimRight(low, "0123456789!@#$.?*")] || repeats(low) || runs(low):
		return wrong("the password is one of those that are guessed first; choose another")
	}
	return nil
}

// repeats reports whether a text is one part of up to four bytes again and again, such as abcabcabcabc.
func repeats(s string) bool {
	for n := 1; n <= 4; n++ {
		if n < len(s) && s[n:] == s[:len(s)-n] {
			return true
		}
	}
	return false
}

// runs reports whether each byte follows the one before, up or down, such as abcdefghijk or 0987654321.
func runs(s string) bool {
	up, down := true, true
	for i := 1; i < len(s); i++ {
		up = up && (s[i] == s[i-1]+1 || s[i-1] == '9' && s[i] == '0')
		down = down && (s[i] == s[i-1]-1 || s[i-1] == '0' && s[i] == '9')
	}
	return up || down
}

// normal is the form in which texts are compared that look the same: Hangul is typed composed here and decomposed there.
func normal(s string) string { return norm.NFC.String(s) }

// folded is normal without the difference of upper and lower case, and without space around it.
func folded(s string) string { return strings.ToLower(normal(strings.TrimSpace(s))) }

// newPassword makes one of 80 random bits that can be read out on the telephone.
func newPassword() string { return grouped(rand.Text()[:16]) }

// grouped writes abcd-efgh for ABCDEFGH.
func grouped(s string) string {
	var b strings.Builder
	for i, c := range strings.ToLower(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(c)
	}
	return b.String()
}
