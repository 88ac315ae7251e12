package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// ReserveLetters remembers letters that are about to be replayed, in one durable transaction, and returns those
// that were not known before, each with its sequence: above every earlier one, growing in their order.
func (m *Meta) ReserveLetters(ctx context.Context, letters []model.Replay) (reserved []model.Replay, err error) {
	err = m.inTx(ctx, "reserve dead letters for replay", func(tx *sql.Tx) error {
		var last int64
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(sequence), 0) FROM replayed_letter`).Scan(&last); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO replayed_letter (letter, sequence, at, record) VALUES ($1, $2, $3, $4)
			ON CONFLICT (letter) DO NOTHING`)
		if err != nil {
			return err
		}
		defer insert.Close()
		now := time.Now().UnixNano()
		for _, l := range letters {
			r, err := insert.ExecContext(ctx, l.Letter, last+1, now, l.Record)
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			if n > 0 {
				last++
				l.Sequence = uint64(last)
				reserved = append(reserved, l)
			}
		}
		return nil
	})
	return reserved, err
}

// PendingLetters returns the letters that were reserved and neither finished nor given up, in the order of their
// sequences.
func (m *Meta) PendingLetters(ctx context.Context) ([]model.Replay, error) {
	out, err := m.pendingLetters(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the pending replays: %w", err)
	}
	return out, nil
}

func (m *Meta) pendingLetters(ctx context.Context) ([]model.Replay, error) {
	rows, err := m.read.QueryContext(ctx,
		`SELECT letter, sequence, record FROM replayed_letter WHERE record IS NOT NULL ORDER BY sequence`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []model.Replay
	for rows.Next() {
		var l model.Replay
		if err := rows.Scan(&l.Letter, &l.Sequence, &l.Record); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// FinishLetters ends pending replays in one durable transaction: those sent stay remembered, those given up may be
// reserved again.
func (m *Meta) FinishLetters(ctx context.Context, sent, givenUp []model.Replay) error {
	return m.inTx(ctx, "finish the replay of dead letters", func(tx *sql.Tx) error {
		for statement, letters := range map[string][]model.Replay{
			`UPDATE replayed_letter SET record = NULL WHERE letter = $1`: sent,
			`DELETE FROM replayed_letter WHERE letter = $1`:              givenUp,
		} {
			for _, l := range letters {
				if _, err := tx.ExecContext(ctx, statement, l.Letter); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ReplayedLetters says when letters were replayed; those that were not, or are pending, are missing.
func (m *Meta) ReplayedLetters(ctx context.Context, letters []string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	for _, letter := range letters {
		var at int64
		err := m.read.QueryRowContext(ctx, `SELECT at FROM replayed_letter WHERE letter = $1 AND record IS NULL`, letter).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("cannot look up replayed dead letters: %w", err)
		}
		out[letter] = moment(at)
	}
	return out, nil
}

// forgetAtOnce bounds a transaction of ForgetLetters, so that what has to be durable meanwhile does not wait for long.
const forgetAtOnce = 10_000

// ForgetLetters forgets letters that were replayed before a time and says how many those were. Pending ones stay, and
// so does the last sequence: those of later replays must be above it.
func (m *Meta) ForgetLetters(ctx context.Context, before time.Time) (forgotten int64, err error) {
	for n := int64(forgetAtOnce); n == forgetAtOnce; {
		err := m.inTx(ctx, "forget replayed dead letters", func(tx *sql.Tx) error {
			r, err := tx.ExecContext(ctx, `DELETE FROM replayed_letter WHERE sequence IN (
				SELECT sequence FROM replayed_letter WHERE at < $1 AND record IS NULL
					AND sequence < (SELECT MAX(sequence) FROM replayed_letter) ORDER BY sequence LIMIT $2)`, before.UnixNano(), forgetAtOnce)
			if err != nil {
				return err
			}
			n, err = r.RowsAffected()
			return err
		})
		if err != nil {
			return forgotten, err
		}
		forgotten += n
	}
	return forgotten, nil
}
