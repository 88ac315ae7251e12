package access

import (
	"context"

	"github.com/haetae/haetae/internal/model"
)

// Current returns a principal that was let in a while ago as it is now, for what goes on for longer than a request. It is no use
// of a session or token. Memory answers, but once after each change for a session. Errors are those of Session and Token.
func (s *Service) Current(ctx context.Context, p model.Principal) (model.Principal, error) {
	known, now := s.book.Load(), s.now()
	switch p.Kind {
	case model.KindToken:
		t := known.tokens[p.ID]
		if t == nil {
			return model.Principal{}, errTokenWrong
		}
		if t.expired(now) {
			return model.Principal{}, errTokenExpired
		}
		return t.principal, nil
	case model.KindUser:
		session, err := find(s, &s.followed, p.Session, known.generation, now, func() (*cachedSession, error) {
			key, err := s.store.Session(ctx, p.Session)
			return &cachedSession{SessionKey: key}, err
		})
		if err != nil {
			return model.Principal{}, err
		}
		u, err := known.holder(session)
		if err != nil {
			return model.Principal{}, err
		}
		return known.seen(u, session), nil
	}
	return p, nil // this machine itself, or a certificate that was verified
}
