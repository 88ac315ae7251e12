package access

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// latest reports whether the cookie that came is the one of the last rotation.
func (c *cachedSession) latest() bool { return bytes.Equal(c.Hash, c.hash[:]) }

// copied reports whether the cookie that came shows that there are two who have one:
//
//   - it is the one before the last rotation, and the new one has come some time ago;
//   - it was withdrawn, since the one before it came an hour later;
//   - it is the one before, and two in its place were handed out an hour apart of which none came. Answers are lost seldom; who
//     throws them away could otherwise share a session unseen.
func (c *cachedSession) copied(now time.Time) bool {
	switch {
	case c.latest():
		return false
	case bytes.Equal(c.Withdrawn, c.hash[:]):
		return true
	case !c.Seen.IsZero():
		return now.Sub(c.Seen) > grace
	}
	return len(c.Withdrawn) > 0 && now.Sub(c.Rotated) >= rotateEvery
}

// endCopied ends a session, and says to one process alone that it was copied.
func (s *Service) endCopied(ctx context.Context, session *cachedSession, u model.User) error {
	s.sessions.forget(session.hash)
	s.sessions.forget(digest(session.Hash))
	err := s.store.EndSession(ctx, session.User, session.ID)
	switch {
	case errors.Is(err, model.ErrNotFound):
		return errSessionOver
	case err != nil:
		return err
	}
	return &model.CopiedError{Session: session.ID, User: u}
}

// renew gives a session another cookie when it is time, unless another request has just done so, and notes that the last one came.
func (s *Service) renew(ctx context.Context, session *cachedSession, now time.Time) (renewed string, err error) {
	rotate := s.store.RotateSession
	switch due := now.Sub(session.Rotated) >= rotateEvery; {
	case due && !session.latest() && session.Seen.IsZero():
		rotate = s.store.RotateAgain // the answer with the last one was lost
	case due && session.latest():
	case session.latest() && len(session.Previous) > 0 && session.Seen.IsZero():
		s.sessions.forget(session.hash)
		s.sessions.forget(digest(session.Previous))
		return "", s.store.SeeSession(ctx, session.ID, session.Hash, now)
	default:
		return "", nil
	}
	cookie, hash := newCookie()
	s.sessions.forget(session.hash)
	s.sessions.forget(digest(session.Hash))
	if rotated, err := rotate(ctx, session.ID, session.Hash, hash[:], now); err != nil || !rotated {
		return "", err
	}
	return cookie, nil
}
