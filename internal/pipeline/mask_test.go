package pipeline

import (
	"strings"
	"testing"
)

func TestMasks(t *testing.T) {
	for _, c := range []struct{ mask, text, want string }{
		// Test numbers of card schemes.
		{"card_numbers", "card 4111111111111111 ok", "card ************1111 ok"},
		{"card_numbers", "5500-0055-5555-5559", "****-****-****-5559"},
		{"card_numbers", "3782 822463 10005", "**** ****** *0005"},
		{"card_numbers", "two 4111111111111111, 4012888888881881.", "two ************1111, ************1881."},
		{"card_numbers", "4111111111111112 fails the check", "4111111111111112 fails the check"},
		{"card_numbers", "id=x4111111111111111", "id=x4111111111111111"},
		{"card_numbers", "trace 41111111111111110000000", "trace 41111111111111110000000"},
		{"card_numbers", "1795143600118 ms", "1795143600118 ms"},
		{"card_numbers", "2026-11-20 12:00:00 4111 1111", "2026-11-20 12:00:00 4111 1111"},
		{"card_numbers", "카드 4111111111111111번", "카드 ************1111번"},

		// 900101-1234568 and 850203-2111115 have right check digits.
		{"resident_numbers", "주민번호 900101-1234568 입니다", "주민번호 900101-******* 입니다"},
		{"resident_numbers", "9001011234568", "900101*******"},
		{"resident_numbers", "900101-1234567", "900101-1234567"},
		{"resident_numbers", "901301-1234568", "901301-1234568"},
		{"resident_numbers", "201130-3000000", "201130-*******"}, // given without a check digit
		{"resident_numbers", "order 1234567890123", "order 1234567890123"},

		{"tokens", "Authorization: Bearer abcdefghijklmnop1234", "Authorization: Bearer ****"},
		{"tokens", "authorization: bearer abcdefghijklmnop1234;", "authorization: bearer ****;"},
		{"tokens", "the bearer of bad news", "the bearer of bad news"},
		{"tokens", "Basic dXNlcjpwYXNzd29yZA==", "Basic ****"},
		{"tokens", "Basic functionality", "Basic functionality"},
		{"tokens", "jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "jwt=****"},
		{"tokens", "key AKIAIOSFODNN7EXAMPLE used", "key AKIA**** used"},
		{"tokens", "token ghp_abcdefghijklmnopqrstuvwxyz0123456789", "token ghp_****"},
		{"tokens", "a glpat-abcdefghij0123456789 b xoxb-123456789012-abcdefghij", "a glpat-**** b xoxb-****"},

		{`/password=(\S+)/`, "user=x password=abc password=def", "user=x password=**** password=****"},
		{`/secret-\d+/`, "a secret-17 b", "a **** b"},
	} {
		m, err := compileMasks([]string{c.mask})
		if err != nil {
			t.Fatal(err)
		}
		got, hidden := m.text(c.text)
		if got != c.want || hidden != (c.text != c.want) {
			t.Errorf("%s: %q became %q (%v), want %q", c.mask, c.text, got, hidden, c.want)
		}
		if again, _ := m.text(got); again != got && c.mask[0] != '/' {
			t.Errorf("%s: masked twice, %q became %q", c.mask, got, again)
		}
	}
}

// Texts that repeat what a secret begins with must not take the square of their length.
func TestMasksAreLinear(t *testing.T) {
	m, err := compileMasks([]string{"card_numbers", "resident_numbers", "tokens"})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"eyJ", "eyJ.", " eyJ", "Bearer ", "1 ", "12-", "411111-", "9001011-", "ghp_", "-eyJ"} {
		m.text(strings.Repeat(part, 2<<20/len(part)))
	}
}

func TestMasksRefuse(t *testing.T) {
	for _, name := range []string{"cards", "/(/", "/a*/", "//", "/"} {
		if _, err := compileMasks([]string{name}); err == nil {
			t.Errorf("mask %q is accepted", name)
		}
	}
	if m, err := compileMasks(nil); m != nil || err != nil {
		t.Errorf("no masks: %v, %v", m, err)
	}
}

// Whatever the text, masks must not fail, and must leave nothing behind that they would hide.
func FuzzMasks(f *testing.F) {
	for _, s := range []string{"4111 1111 1111 1111", "900101-1234568", "Bearer abcdefghijklmnop1234", "AKIAIOSFODNN7EXAMPLE"} {
		f.Add(s)
	}
	m, err := compileMasks([]string{"card_numbers", "resident_numbers", "tokens"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, hidden := m.text(s)
		if hidden == (out == s) {
			t.Fatalf("%q: reports %v for %q", s, hidden, out)
		}
		for _, step := range m.steps[:2] { // numbers leave no number behind
			if again, found := step(nil, out); found && !strings.Contains(string(again), "*") {
				t.Fatalf("%q leaves %q", s, out)
			}
		}
	})
}
