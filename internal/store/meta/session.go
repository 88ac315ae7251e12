package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// maxSessions are kept of an account; the one that was used longest ago goes when there is one more.
const maxSessions = 50

const sessionColumns = `id, account, hash, previous, epoch, created, rotated, last_used, address, client, seen_as, seen, withdrawn`

// AddSession adds a session of which the caller has chosen the id.
func (m *Meta) AddSession(ctx context.Context, s model.SessionKey) error {
	return m.inTx(ctx, "begin the session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO session (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, '', 0, $4)`,
			s.ID, s.User, s.Hash, []byte{}, s.Epoch, s.Created.UnixNano(), s.Address, s.Client)
		if err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1 AND id NOT IN
			(SELECT id FROM session WHERE account = $1 ORDER BY last_used DESC, id LIMIT $2)`, s.User, maxSessions)
		if err != nil {
			return err
		}
		if ended, err := r.RowsAffected(); err != nil || ended == 0 {
			return err
		}
		return accessChanged(ctx, tx) // processes know sessions by heart, and would go on with one that is pushed out
	})
}

// SessionOf returns the session whose cookie, whose cookie before the last rotation, or whose withdrawn one has a hash;
// model.ErrNotFound.
func (m *Meta) SessionOf(ctx context.Context, hash []byte) (model.SessionKey, error) {
	if len(hash) == 0 { // that of the cookie before is empty in all that have none
		return model.SessionKey{}, model.ErrNotFound
	}
	return m.sessionWhere(ctx, `hash = $1 OR previous = $1 OR withdrawn = $1`, hash)
}

// Session returns a session by its id; model.ErrNotFound.
func (m *Meta) Session(ctx context.Context, id string) (model.SessionKey, error) {
	return m.sessionWhere(ctx, `id = $1`, id)
}

func (m *Meta) sessionWhere(ctx context.Context, where string, arg any) (model.SessionKey, error) {
	list, err := m.sessionsWhere(ctx, where, arg)
	if err == nil && len(list) == 0 {
		err = model.ErrNotFound
	}
	if err != nil {
		return model.SessionKey{}, err
	}
	return list[0], nil
}

// Sessions lists the sessions of an account, the last used first.
func (m *Meta) Sessions(ctx context.Context, account string) ([]model.SessionKey, error) {
	return m.sessionsWhere(ctx, `account = $1`, account)
}

func (m *Meta) sessionsWhere(ctx context.Context, where string, arg any) (list []model.SessionKey, err error) {
	if list, err = m.sessions(ctx, where, arg); err != nil {
		return nil, fmt.Errorf("cannot read the sessions: %w", m.fault(err))
	}
	return list, nil
}

func (m *Meta) sessions(ctx context.Context, where string, arg any) (list []model.SessionKey, err error) {
	rows, err := m.read.QueryContext(ctx, `SELECT `+sessionColumns+` FROM session WHERE `+where+` ORDER BY last_used DESC, id`, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s model.SessionKey
		var created, rotated, used, seen int64
		err := rows.Scan(&s.ID, &s.User, &s.Hash, &s.Previous, &s.Epoch, &created, &rotated, &used, &s.Address, &s.Client, &s.View, &seen, &s.Withdrawn)
		if err != nil {
			return nil, err
		}
		s.Created, s.Rotated, s.LastUsed = moment(created), moment(rotated), moment(used)
		if seen != 0 {
			s.Seen = moment(seen)
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// RotateSession gives a session another cookie, and reports whether it still had the one that it has now.
func (m *Meta) RotateSession(ctx context.Context, id string, from, to []byte, at time.Time) (rotated bool, err error) {
	return m.renewSession(ctx, `UPDATE session SET previous = hash, hash = $3, rotated = $4, seen = 0, withdrawn = $5 WHERE id = $1 AND hash = $2`,
		id, from, to, at.UnixNano(), []byte{})
}

// RotateAgain gives a session another cookie in place of one that never came, which is withdrawn. It reports whether that was so.
func (m *Meta) RotateAgain(ctx context.Context, id string, from, to []byte, at time.Time) (rotated bool, err error) {
	return m.renewSession(ctx, `UPDATE session SET withdrawn = hash, hash = $3, rotated = $4 WHERE id = $1 AND hash = $2 AND seen = 0`,
		id, from, to, at.UnixNano())
}

// SeeSession notes when a cookie of a session came first.
func (m *Meta) SeeSession(ctx context.Context, id string, hash []byte, at time.Time) error {
	_, err := m.renewSession(ctx, `UPDATE session SET seen = $3 WHERE id = $1 AND hash = $2 AND seen = 0`, id, hash, at.UnixNano())
	return err
}

// renewSession runs a statement that changes one session or none, and reports which.
func (m *Meta) renewSession(ctx context.Context, statement string, args ...any) (renewed bool, err error) {
	err = m.changeAccess(ctx, "renew the session", func(tx *sql.Tx) error {
		err := wantOne(tx.ExecContext(ctx, statement, args...))
		renewed = err == nil
		if errors.Is(err, model.ErrNotFound) {
			err = nil
		}
		return err
	})
	return renewed, err
}

// ViewSession lets the administrator of a session look as a user; "" ends that. model.ErrNotFound.
func (m *Meta) ViewSession(ctx context.Context, id, user string) error {
	return m.changeAccess(ctx, "look as somebody else", func(tx *sql.Tx) error {
		return wantOne(tx.ExecContext(ctx, `UPDATE session SET seen_as = $2 WHERE id = $1`, id, user))
	})
}

// EndSession ends a session of an account, or returns model.ErrNotFound.
func (m *Meta) EndSession(ctx context.Context, account, id string) error {
	return m.changeAccess(ctx, "end the session", func(tx *sql.Tx) error {
		return wantOne(tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1 AND id = $2`, account, id))
	})
}

// EndSessions ends all sessions of an account but one, and returns how many these were; "" excepts none.
func (m *Meta) EndSessions(ctx context.Context, account, except string) (ended int64, err error) {
	err = m.changeAccess(ctx, "end the sessions", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1 AND id <> $2`, account, except)
		if err == nil {
			ended, err = r.RowsAffected()
		}
		return err
	})
	return ended, err
}

// ForgetSessions deletes those last used or made before a time.
func (m *Meta) ForgetSessions(ctx context.Context, used, created time.Time) error {
	return m.inTx(ctx, "forget old sessions", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE last_used < $1 OR created < $2`, used.UnixNano(), created.UnixNano())
		return err
	})
}

// Attempt reads the failures of a name, lets change alter them, and writes them. change may be called again.
func (m *Meta) Attempt(ctx context.Context, name string, at time.Time, change func(a *model.Attempts)) error {
	return m.inSerialTx(ctx, "count the attempts to sign in", func(tx *sql.Tx) error {
		var a model.Attempts
		var until int64
		err := tx.QueryRowContext(ctx, `SELECT failures, until FROM sign_in_attempt WHERE name = $1`, name).Scan(&a.Failures, &until)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		a.Until = moment(until)
		before := a
		if change(&a); a == before {
			return nil
		}
		if a.Failures == 0 {
			_, err = tx.ExecContext(ctx, `DELETE FROM sign_in_attempt WHERE name = $1`, name)
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO sign_in_attempt (name, failures, until, last) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, until = excluded.until, last = excluded.last`,
			name, a.Failures, a.Until.UnixNano(), at.UnixNano())
		return err
	})
}

// ForgetAttempts deletes what was counted last before a time, and all but the most that failed most often, of those the latest: a
// flood of names must not push out one that somebody guesses at.
func (m *Meta) ForgetAttempts(ctx context.Context, before time.Time, most int) error {
	return m.inTx(ctx, "forget old attempts to sign in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sign_in_attempt WHERE last < $1 OR name NOT IN
			(SELECT name FROM sign_in_attempt ORDER BY failures DESC, last DESC, name LIMIT $2)`, before.UnixNano(), most)
		return err
	})
}
