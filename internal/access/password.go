package access

import (
	"crypto/rand"
	"fmt"
	"maps"
	"strconv"
	"strings"
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

// checkPassword refuses passwords of an account that are guessed soon.
func checkPassword(u *model.User, password string) error {
	password = normal(password)
	low, own := folded(password), ownWords(u.Name, u.FullName, u.Email)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return wrongPassword("password_bytes", nil, "the password is not text in UTF-8")
	case n < MinPassword:
		return wrongPassword("password_short", map[string]string{"n": strconv.Itoa(n), "least": strconv.Itoa(MinPassword)},
			"the password has %d characters, and wants %d at least; a few words are easy to keep in mind", n, MinPassword)
	case n > maxPassword:
		return wrongPassword("password_long", map[string]string{"n": strconv.Itoa(n), "most": strconv.Itoa(maxPassword)},
			"the password has %d characters, and may have %d at most", n, maxPassword)
	case worth(low, own) >= minWorth:
		return nil
	case worth(low, nil) >= minWorth:
		return wrongPassword("password_own", nil, "the password is the name of the account or of Haetae, or nearly so; choose another")
	}
	return wrongPassword("password_guessed", nil,
		"the password is one of those that are guessed first, or made of such words, of rows of keys, or of repeats; a few words that have nothing to do with each other are better")
}

// wrongPassword says why a password is refused: said is a stable name, which the console words with the params.
func wrongPassword(said string, params map[string]string, format string, args ...any) error {
	all := map[string]string{"said": said}
	maps.Copy(all, params)
	return &model.AccessError{Code: model.AccessPasswordRules, Detail: fmt.Sprintf(format, args...), Params: all}
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
