package access

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// A change of one's own account that is refused is not begun: who is signed in could fill the audit trail.
func TestRefusedChangesOfAnAccountAreNotBegun(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, plain, _ := f.signedIn("kim", model.RoleViewer)
	guarded, _, _ := f.withSecondFactor("lee")
	begun := func(change func() error) error {
		t.Error("a change is begun")
		return change()
	}
	for _, one := range []struct {
		what, code string
		change     func() error
	}{
		{"a wrong password", model.AccessCredentials, func() error {
			_, err := f.ChangePassword(ctx, plain, "wrong password", "correct horse battery", here, begun)
			return err
		}},
		{"a bad new password", model.AccessPasswordRules, func() error {
			_, err := f.ChangePassword(ctx, plain, goodPassword, "password1234", here, begun)
			return err
		}},
		{"a second factor with a wrong password", model.AccessCredentials, func() error {
			_, _, err := f.BeginSecondFactor(ctx, plain, "wrong password", here, begun)
			return err
		}},
		{"another second factor", model.AccessInvalid, func() error {
			_, _, err := f.BeginSecondFactor(ctx, guarded, goodPassword, here, begun)
			return err
		}},
		{"a code of nothing", model.AccessInvalid, func() error {
			_, err := f.ConfirmSecondFactor(ctx, plain, "123456", here, begun)
			return err
		}},
		{"codes without a second factor", model.AccessInvalid, func() error {
			_, err := f.NewRecoveryCodes(ctx, plain, goodPassword, here, begun)
			return err
		}},
		{"a removal with a wrong password", model.AccessCredentials, func() error {
			return f.RemoveSecondFactor(ctx, guarded, "wrong password", here, begun)
		}},
	} {
		f.pass(time.Hour)
		wantCode(t, one.what, one.change(), one.code)
	}

	f.pass(time.Hour)
	_, _, err := f.BeginSecondFactor(ctx, plain, goodPassword, here, untold)
	f.must(err)
	_, err = f.ConfirmSecondFactor(ctx, plain, "000000", here, begun)
	wantCode(t, "a wrong code", err, model.AccessCredentials)
	for range 3 * freeOfAccount {
		_, err = f.ConfirmSecondFactor(ctx, plain, "000000", here, begun)
	}
	wantCode(t, "too many wrong codes", err, model.AccessThrottled)
}

// A change that cannot be told is not made.
func TestUntoldChangesOfAnAccountAreNotMade(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, p, cookie := f.signedIn("kim", model.RoleViewer)
	away := errors.New("the trail is away")
	_, err := f.ChangePassword(ctx, p, goodPassword, "correct horse battery", here, func(func() error) error { return away })
	if !errors.Is(err, away) {
		t.Errorf("the change ends with %v", err)
	}
	if f.principal(cookie).Name != "kim" {
		t.Error("the change was made")
	}
	f.signIn("kim")
}

// lame loses the connection to the metadata once an account was changed.
type lame struct {
	model.AccessStore
	gone bool
}

var errGone = errors.New("the metadata are gone")

func (l *lame) ChangeAccount(ctx context.Context, id string, change func(*model.Account) error) (model.Account, error) {
	a, err := l.AccessStore.ChangeAccount(ctx, id, change)
	l.gone = l.gone || err == nil
	return a, err
}

func (l *lame) Attempt(ctx context.Context, name string, at time.Time, change func(*model.Attempts)) error {
	if l.gone {
		return errGone
	}
	return l.AccessStore.Attempt(ctx, name, at, change)
}

func (l *lame) AccessState(ctx context.Context) (model.AccessState, error) {
	if l.gone {
		return model.AccessState{}, errGone
	}
	return l.AccessStore.AccessState(ctx)
}

func (l *lame) NoteSignIn(ctx context.Context, id string, at time.Time) error {
	if l.gone {
		return errGone
	}
	return l.AccessStore.NoteSignIn(ctx, id, at)
}

// What was made is answered as made, whatever fails beside it: recovery codes are shown once, and a code of the second factor is used up.
func TestWhatWasMadeIsAnsweredAsMade(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	breaks := func() { f.Service.store = &lame{AccessStore: f.store} }
	mended := func() {
		f.Service.store = f.store
		f.must(f.reload(ctx))
		f.pass(time.Hour)
	}
	_, p, _ := f.signedIn("kim", model.RoleViewer)
	text, _, err := f.BeginSecondFactor(ctx, p, goodPassword, here, untold)
	f.must(err)
	secret, err := base32Plain.DecodeString(text)
	f.must(err)

	breaks()
	codes, err := f.ConfirmSecondFactor(ctx, p, f.code(secret, 0), here, untold)
	if err != nil || len(codes) != recoveryCodes {
		t.Errorf("the second factor holds, and its %d codes are answered with %v", len(codes), err)
	}
	mended()

	breaks()
	cookie, _, err := f.SignIn(ctx, "kim", goodPassword, f.code(secret, 0), here)
	if err != nil || cookie == "" {
		t.Errorf("the code is used up, and the sign-in answered with %v", err)
	}
	mended()

	breaks()
	if codes, err = f.NewRecoveryCodes(ctx, p, goodPassword, here, untold); err != nil || len(codes) != recoveryCodes {
		t.Errorf("the codes before hold no more, and %d new ones are answered with %v", len(codes), err)
	}
	mended()

	breaks()
	made, err := f.ResetPassword(ctx, p.ID)
	if err != nil || made == "" {
		t.Errorf("the password before holds no more, and the new one is answered with %v", err)
	}
	mended()
	if _, _, err := f.SignIn(ctx, "kim", made, codes[0], here); err != nil {
		t.Errorf("with the new password and one of the new codes: %v", err)
	}
}
