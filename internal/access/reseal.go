package access

import (
	"context"
	"errors"

	"github.com/haetae/haetae/internal/model"
)

// Reseal seals the second factors anew of which old says that their key is not the newest, and returns how many. One that does not open
// stays as it is: its user needs another.
func (s *Service) Reseal(ctx context.Context, old func(sealed []byte) bool) (resealed int, err error) {
	state, err := s.store.AccessState(ctx)
	if err != nil {
		return 0, err
	}
	for _, a := range state.Accounts {
		if len(a.Secret) == 0 || !old(a.Secret) {
			continue
		}
		done, one := s.reseal(ctx, a.ID, old)
		if done {
			resealed++
		}
		err = errors.Join(err, one)
	}
	return resealed, s.changed(ctx, err)
}

func (s *Service) reseal(ctx context.Context, id string, old func(sealed []byte) bool) (done bool, err error) {
	_, err = s.store.ChangeAccount(ctx, id, func(a *model.Account) error {
		if done = false; len(a.Secret) == 0 || !old(a.Secret) {
			return nil // changed meanwhile
		}
		plain, err := s.box.Open(a.Secret, sealedAs(id))
		if err == nil {
			a.Secret, err = s.box.Seal(plain, sealedAs(id))
		}
		done = err == nil
		return err
	})
	return done, err
}
