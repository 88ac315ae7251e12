package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// ReserveLetters remembers letters that are about to be replayed, in one durable transaction, and returns those
// that were not known before, each with its sequence: above every earlier one, growing in their order.
func (m *Meta) ReserveLetters(ctx context.Context, letters []model.Replay) (reserved []model.Replay, err error) {
	err = m.inSerialTx(ctx, "reserve dead letters for replay", func(tx *sql.Tx) error {
		reserved = nil
		last, err := lastSequence(ctx, tx)
		if err != nil {
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
				l.Sequence = last
				reserved = append(reserved, l)
			}
		}
		return nil
	})
	return reserved, err
}

// PendingLetters returns the letters that were reserved and neither finished, given up nor held, in the order of
// their sequences.
func (m *Meta) PendingLetters(ctx context.Context) ([]model.Replay, error) {
	rows, err := m.read.QueryContext(ctx, unfinished+`= '' ORDER BY sequence`)
	if err != nil {
		return nil, fmt.Errorf("cannot list the pending replays: %w", err)
	}
	out, err := replaysOf(rows)
	if err != nil {
		return nil, fmt.Errorf("cannot list the pending replays: %w", err)
	}
	return out, nil
}

const unfinished = `SELECT letter, sequence, record, fault FROM replayed_letter WHERE record IS NOT NULL AND fault `

func replaysOf(rows *sql.Rows) (out []model.Replay, err error) {
	defer rows.Close()
	for rows.Next() {
		var l model.Replay
		if err := rows.Scan(&l.Letter, &l.Sequence, &l.Record, &l.Fault); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// HoldLetters sets pending letters aside with their faults, in one durable transaction.
func (m *Meta) HoldLetters(ctx context.Context, letters []model.Replay) error {
	return m.inTx(ctx, "hold the replay of dead letters", func(tx *sql.Tx) error {
		for _, l := range letters {
			if _, err := tx.ExecContext(ctx, `UPDATE replayed_letter SET fault = $1 WHERE letter = $2`, l.Fault, l.Letter); err != nil {
				return err
			}
		}
		return nil
	})
}

// RetryLetters makes held letters pending again, at most limit of them, those first that wait for longest. They get
// sequences above all earlier ones: what was sent meanwhile must not hide them.
func (m *Meta) RetryLetters(ctx context.Context, limit int) (letters []model.Replay, err error) {
	err = m.inSerialTx(ctx, "take up the replay of dead letters", func(tx *sql.Tx) error {
		last, err := lastSequence(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, unfinished+`> '' ORDER BY sequence LIMIT $1`, limit)
		if err != nil {
			return err
		}
		if letters, err = replaysOf(rows); err != nil {
			return err
		}
		for i := range letters {
			l := &letters[i]
			l.Sequence, l.Fault = last+uint64(i)+1, ""
			_, err := tx.ExecContext(ctx, `UPDATE replayed_letter SET sequence = $1, fault = '' WHERE letter = $2`, l.Sequence, l.Letter)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return letters, err
}

func lastSequence(ctx context.Context, tx *sql.Tx) (last uint64, err error) {
	return last, tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(sequence), 0) FROM replayed_letter`).Scan(&last)
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

// HeldLetters says why letters are held; those that are not are missing.
func (m *Meta) HeldLetters(ctx context.Context, letters []string) (map[string]string, error) {
	out := map[string]string{}
	for _, letter := range letters {
		var fault string
		err := m.read.QueryRowContext(ctx, `SELECT fault FROM replayed_letter WHERE letter = $1`, letter).Scan(&fault)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("cannot look up held replays: %w", err)
		}
		if fault != "" {
			out[letter] = fault
		}
	}
	return out, nil
}

// lookUpAtOnce bounds the parameters of a statement of ReplaysOf.
const lookUpAtOnce = 500

// ReplaysOf has those of letters that by now are replayed (false) or held (true). Pending ones are missing.
func (m *Meta) ReplaysOf(ctx context.Context, letters []string) (held map[string]bool, err error) {
	held = map[string]bool{}
	for some := range slices.Chunk(letters, lookUpAtOnce) {
		if err := m.replaysOf(ctx, some, held); err != nil {
			return nil, fmt.Errorf("cannot look up replays: %w", err)
		}
	}
	return held, nil
}

func (m *Meta) replaysOf(ctx context.Context, letters []string, held map[string]bool) error {
	places, args := make([]string, len(letters)), make([]any, len(letters))
	for i, letter := range letters {
		places[i], args[i] = "$"+strconv.Itoa(i+1), letter
	}
	rows, err := m.read.QueryContext(ctx, `SELECT letter, fault <> '' FROM replayed_letter
		WHERE letter IN (`+strings.Join(places, ", ")+`) AND (record IS NULL OR fault <> '')`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var letter string
		var waits bool
		if err := rows.Scan(&letter, &waits); err != nil {
			return err
		}
		held[letter] = waits
	}
	return rows.Err()
}

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
