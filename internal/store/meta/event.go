package meta

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// maxEvents is how many events are returned at most.
const maxEvents = 1000

// AddEvent keeps an event, unless one of its id is kept. Its time is by the clock of this process; it is kept by that of the
// database, which is the same for all processes. Until is not looked at.
func (m *Meta) AddEvent(ctx context.Context, e store.Event) error {
	partitions, err := json.Marshal(append([]int{}, e.Partitions...))
	if err != nil {
		return err
	}
	return m.inTx(ctx, "keep an event", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO pipeline_event (id, time, until, kind, member, name, partitions, reason)
			VALUES ($1, `+m.now+` - $2, 0, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
			e.ID, time.Since(e.Time).Milliseconds(), e.Kind, e.Member, e.Name, string(partitions), e.Reason)
		return err
	})
}

// NoteSilence keeps an event for each member that has been silent for longer than after: it begins when that was heard last.
func (m *Meta) NoteSilence(ctx context.Context, after time.Duration) error {
	return m.inTx(ctx, "note who is silent", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO pipeline_event (id, time, until, kind, member, name, partitions, reason)
			SELECT 'silent/' || id || '/' || seen, seen, 0, '`+store.EventSilent+`', id, '', '[]', '' FROM member
			WHERE address <> '' AND seen < `+m.now+` - $1 AND seen > `+m.now+` - $2 ON CONFLICT (id) DO NOTHING`,
			after.Milliseconds(), forgetEvents.Milliseconds())
		return err
	})
}

// EndSilence ends what NoteSilence has kept of a member: it is heard again.
func (m *Meta) EndSilence(ctx context.Context, member string) error {
	return m.inTx(ctx, "note that a member is heard again", func(tx *sql.Tx) error {
		return endSilence(ctx, tx, member, m.now)
	})
}

func endSilence(ctx context.Context, tx *sql.Tx, member, until string) error {
	_, err := tx.ExecContext(ctx, `UPDATE pipeline_event SET until = `+until+` WHERE member = $1 AND kind = '`+store.EventSilent+`' AND until = 0`, member)
	return err
}

// NoteGone keeps that the session of a silent member is over, which lasts as long as session since it was heard last. It
// ends its silence. Nothing is kept of a member that is not silent, or that has been told before.
func (m *Meta) NoteGone(ctx context.Context, member string, after, session time.Duration) error {
	return m.inTx(ctx, "note that a member is gone", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO pipeline_event (id, time, until, kind, member, name, partitions, reason)
			SELECT 'gone/' || id || '/' || seen, CASE WHEN seen + $3 < `+m.now+` THEN seen + $3 ELSE `+m.now+` END, 0, '`+store.EventGone+`', id, '', '[]', 'session'
			FROM member WHERE id = $1 AND address <> '' AND seen < `+m.now+` - $2 AND seen > `+m.now+` - $4 ON CONFLICT (id) DO NOTHING`,
			member, after.Milliseconds(), session.Milliseconds(), forgetEvents.Milliseconds())
		if err != nil {
			return err
		}
		var gone sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT max(time) FROM pipeline_event WHERE member = $1 AND kind = '`+store.EventGone+`'`, member).Scan(&gone); err != nil || !gone.Valid {
			return err
		}
		return endSilence(ctx, tx, member, fmt.Sprint(gone.Int64))
	})
}

// forgetEvents is how long events are kept.
const forgetEvents = 7 * 24 * time.Hour

// ForgetEvents removes those that are older than a week.
func (m *Meta) ForgetEvents(ctx context.Context) error {
	return m.inTx(ctx, "forget old events", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM pipeline_event WHERE time < `+m.now+` - $1`, forgetEvents.Milliseconds())
		return err
	})
}

// Events returns the newest thousand, the oldest first.
func (m *Meta) Events(ctx context.Context) (list []store.Event, err error) {
	rows, err := m.read.QueryContext(ctx,
		`SELECT id, time, until, kind, member, name, partitions, reason FROM pipeline_event ORDER BY time DESC, id DESC LIMIT $1`, maxEvents)
	if err != nil {
		return nil, fmt.Errorf("cannot read the events: %w", m.fault(err))
	}
	defer rows.Close()
	for rows.Next() {
		var e store.Event
		var at, until int64
		var partitions string
		if err := rows.Scan(&e.ID, &at, &until, &e.Kind, &e.Member, &e.Name, &partitions, &e.Reason); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(partitions), &e.Partitions); err != nil {
			return nil, fmt.Errorf("cannot understand event %s: %w", e.ID, err)
		}
		e.Time = time.UnixMilli(at).UTC()
		if until != 0 {
			e.Until = time.UnixMilli(until).UTC()
		}
		list = append(list, e)
	}
	slices.Reverse(list)
	return list, rows.Err()
}
