package access

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// RFC 4226 appendix D, and RFC 6238 appendix B for SHA-1.
func TestCodesOfTheRFCs(t *testing.T) {
	secret := []byte("12345678901234567890")
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp(secret, uint64(counter), 6); got != want {
			t.Errorf("counter %d: %s, want %s", counter, got, want)
		}
	}
	for seconds, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := hotp(secret, uint64(totpStep(time.Unix(seconds, 0))), 8); got != want {
			t.Errorf("second %d: %s, want %s", seconds, got, want)
		}
	}
}

// withSecondFactor makes a user who signs in with a code too.
func (f *fixture) withSecondFactor(name string) (p model.Principal, secret []byte, recovery []string) {
	f.t.Helper()
	ctx := f.t.Context()
	_, p, _ = f.signedIn(name, model.RoleViewer)
	text, uri, err := f.BeginSecondFactor(ctx, p, goodPassword, here, untold)
	f.must(err)
	if !strings.HasPrefix(uri, "otpauth://totp/Haetae:"+name+"?") || !strings.Contains(uri, "secret="+text) {
		f.t.Errorf("the address for apps is %s", uri)
	}
	secret, err = base32Plain.DecodeString(text)
	f.must(err)
	if _, _, err := f.SignIn(ctx, name, goodPassword, "", here); err != nil {
		f.t.Errorf("a factor that is not confirmed is asked for: %v", err)
	}
	recovery, err = f.ConfirmSecondFactor(ctx, p, f.code(secret, 0), here, untold)
	f.must(err)
	return p, secret, recovery
}

func (f *fixture) code(secret []byte, drift int64) string {
	return hotp(secret, uint64(totpStep(f.Now())+drift), totpDigits)
}

func TestSecondFactor(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	p, secret, _ := f.withSecondFactor("kim")
	signIn := func(code string) error {
		_, _, err := f.SignIn(ctx, "kim", goodPassword, code, here)
		return err
	}
	wantCode(t, "without a code", signIn(""), model.AccessSecondFactor)
	wantCode(t, "with the code that has confirmed it", signIn(f.code(secret, 0)), model.AccessCredentials)
	f.pass(5 * time.Minute)
	_, _, err := f.SignIn(ctx, "kim", "wrong password", f.code(secret, 0), here)
	wantCode(t, "a wrong password with the right code", err, model.AccessCredentials)
	code := f.code(secret, 0)
	if err := signIn(code[:3] + " " + code[3:]); err != nil {
		t.Errorf("as apps show it: %v", err)
	}
	wantCode(t, "the code again", signIn(code), model.AccessCredentials)
	wantCode(t, "an earlier code", signIn(f.code(secret, -1)), model.AccessCredentials)
	if err := signIn(f.code(secret, 1)); err != nil {
		t.Errorf("a clock that is early: %v", err)
	}
	wantCode(t, "the code of now after the next one", signIn(code), model.AccessCredentials)
	f.pass(10 * time.Minute)
	for _, drift := range []int64{-2, 2} {
		wantCode(t, "two steps off", signIn(f.code(secret, drift)), model.AccessCredentials)
	}

	f.pass(time.Hour)
	wantCode(t, "taken off with a wrong password", f.RemoveSecondFactor(ctx, p, "wrong password", here, untold), model.AccessCredentials)
	f.must(f.RemoveSecondFactor(ctx, p, goodPassword, here, untold))
	if err := signIn(""); err != nil {
		t.Errorf("after it was taken off: %v", err)
	}
}

// Two who show one code at a time are one too many.
func TestOneCodeTwice(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, secret, recovery := f.withSecondFactor("kim")
	f.pass(10 * time.Minute)
	for i, code := range []string{f.code(secret, 0), recovery[0]} { // in this order: the first is over in an hour
		var signedIn atomic.Int32
		var all sync.WaitGroup
		for range freeOfAccount {
			all.Go(func() {
				if _, _, err := f.SignIn(ctx, "kim", goodPassword, code, here); err == nil {
					signedIn.Add(1)
				}
			})
		}
		all.Wait()
		if n := signedIn.Load(); n != 1 {
			t.Errorf("code %d was taken %d times", i, n)
		}
		f.pass(time.Hour)
	}
}

func TestRecoveryCodes(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	p, _, codes := f.withSecondFactor("kim")
	if len(codes) != recoveryCodes {
		t.Fatalf("%d codes", len(codes))
	}
	signIn := func(code string) error {
		f.pass(time.Hour)
		_, _, err := f.SignIn(ctx, "kim", goodPassword, code, here)
		return err
	}
	if err := signIn(strings.ToUpper(strings.ReplaceAll(codes[3], "-", ""))); err != nil {
		t.Errorf("as a person may type it: %v", err)
	}
	wantCode(t, "again", signIn(codes[3]), model.AccessCredentials)
	fresh, err := f.NewRecoveryCodes(ctx, p, goodPassword, here, untold)
	f.must(err)
	wantCode(t, "one of those that were replaced", signIn(codes[4]), model.AccessCredentials)
	if err := signIn(fresh[0]); err != nil {
		t.Error(err)
	}
}

// The secret of one account must not be put into the row of another by who can write the metadata but has no key.
func TestSecretsOfSecondFactorsAreBound(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, secret, _ := f.withSecondFactor("mallory")
	p, _, _ := f.withSecondFactor("kim")
	a, err := f.store.AccountNamed(ctx, "mallory")
	f.must(err)
	_, err = f.store.ChangeAccount(ctx, p.ID, func(k *model.Account) error { k.Secret = a.Secret; return nil })
	f.must(err)
	f.pass(time.Hour)
	if _, _, err := f.SignIn(ctx, "kim", goodPassword, f.code(secret, 0), here); err == nil {
		t.Error("a code of another account's secret was taken")
	}
}
