package access

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const recoveryCodes = 10

// sealedAs says what a secret is, to the box: that of one account is none of another.
func sealedAs(account string) string { return "totp:" + account }

// BeginSecondFactor makes the secret of a second factor, which counts when a code has confirmed it. It wants the password
// again: a browser that was left open must not be enough.
func (s *Service) BeginSecondFactor(
	ctx context.Context, p model.Principal, password string, from model.Caller, told model.TellOwn,
) (secret, uri string, err error) {
	if s.box == nil {
		return "", "", errors.New("there is no key to seal the secret with")
	}
	a, err := s.confirmed(ctx, p, password, from)
	if err != nil {
		return "", "", err
	}
	plain := random(totpBytes)
	sealed, err := s.box.Seal(plain, sealedAs(a.ID))
	if err != nil {
		return "", "", err
	}
	err = s.changeOwn(ctx, a, told, func(a *model.Account) error {
		if len(a.Secret) > 0 {
			return breaks("factor_there")
		}
		a.Pending = sealed
		return nil
	})
	return base32Plain.EncodeToString(plain), totpURI(a.Name, plain), err
}

// changeOwn makes a change of an account, unless it refuses the account as it was read. It may be run several times.
func (s *Service) changeOwn(ctx context.Context, a model.Account, told model.TellOwn, change func(a *model.Account) error) error {
	id := a.ID
	if err := change(&a); err != nil {
		return err
	}
	return told(func() error {
		_, err := s.store.ChangeAccount(ctx, id, change)
		return s.changed(ctx, err)
	})
}

// ConfirmSecondFactor turns the second factor on with one of its codes, and returns the recovery codes. They are not shown
// again.
func (s *Service) ConfirmSecondFactor(
	ctx context.Context, p model.Principal, code string, from model.Caller, told model.TellOwn,
) (codes []string, err error) {
	if err := ownOnly(p); err != nil {
		return nil, err
	}
	passed, err := s.attempt(ctx, p.Name, from)
	if err != nil {
		return nil, err
	}
	a, err := s.store.Account(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	err = s.changeOwn(ctx, a, told, func(a *model.Account) error {
		if len(a.Pending) == 0 {
			return breaks("factor_not_begun")
		}
		secret, err := s.box.Open(a.Pending, sealedAs(a.ID))
		if err != nil {
			return err
		}
		step, ok := totpMatch(secret, digits(code), s.now(), 0)
		if !ok {
			return refused(model.AccessCredentials, "the code is wrong; is the clock of the phone right?")
		}
		a.Secret, a.Pending, a.Step, a.Recovery = a.Pending, nil, step, hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	passed(ctx)
	return codes, nil
}

// RemoveSecondFactor turns the second factor off.
func (s *Service) RemoveSecondFactor(ctx context.Context, p model.Principal, password string, from model.Caller, told model.TellOwn) error {
	a, err := s.confirmed(ctx, p, password, from)
	if err != nil {
		return err
	}
	return told(func() error { return s.ResetSecondFactor(ctx, a.ID) })
}

// ResetSecondFactor turns the second factor of a user off who has lost it.
func (s *Service) ResetSecondFactor(ctx context.Context, id string) error {
	_, err := s.store.ChangeAccount(ctx, id, func(a *model.Account) error {
		a.Secret, a.Pending, a.Recovery = nil, nil, nil
		return nil
	})
	return s.changed(ctx, err)
}

// NewRecoveryCodes replaces the recovery codes.
func (s *Service) NewRecoveryCodes(
	ctx context.Context, p model.Principal, password string, from model.Caller, told model.TellOwn,
) ([]string, error) {
	a, err := s.confirmed(ctx, p, password, from)
	if err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	err = s.changeOwn(ctx, a, told, func(a *model.Account) error {
		if len(a.Secret) == 0 {
			return breaks("factor_none")
		}
		a.Recovery = hashes
		return nil
	})
	return codes, err
}

// useCode takes a code of the second factor, or a recovery code, each once.
func (s *Service) useCode(a *model.Account, code string, now time.Time) error {
	wrong := refused(model.AccessCredentials, "the code is wrong, or was used already")
	if plain := digits(code); len(plain) == totpDigits {
		if s.box == nil {
			return errors.New("there is no key to open the secret with")
		}
		secret, err := s.box.Open(a.Secret, sealedAs(a.ID))
		if err != nil {
			return err
		}
		step, ok := totpMatch(secret, plain, now, a.Step)
		if !ok {
			return wrong
		}
		a.Step = step
		return nil
	}
	hash := recoveryHash(code)
	i := slices.IndexFunc(a.Recovery, func(h []byte) bool { return bytes.Equal(h, hash) })
	if i < 0 {
		return wrong
	}
	a.Recovery = slices.Delete(slices.Clone(a.Recovery), i, i+1)
	return nil
}

// newRecoveryCodes makes codes of 80 random bits: too many for a guess, also at a stolen hash.
func newRecoveryCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		code := grouped(rand.Text()[:16])
		codes, hashes = append(codes, code), append(hashes, recoveryHash(code))
	}
	return codes, hashes
}

func recoveryHash(code string) []byte {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	sum := sha256.Sum256([]byte("recovery\x00" + plain))
	return sum[:]
}

// digits leaves out the space that apps show in the middle.
func digits(code string) string { return strings.ReplaceAll(strings.TrimSpace(code), " ", "") }
