package meta

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/haetae/haetae/internal/store"
)

const segmentColumns = `id, dataset, day, received, class, row_count, raw_bytes, bytes, min_time, max_time, max_received`

// Swap implements store.Meta.
func (m *Meta) Swap(ctx context.Context, swap store.Swap) error {
	return m.inTx(ctx, "swap segments", func(tx *sql.Tx) error {
		if err := holds(ctx, tx, swap.Lease); err != nil {
			return err
		}
		for _, id := range swap.Remove {
			gone, err := tx.ExecContext(ctx, `DELETE FROM segment WHERE id = $1`, id)
			if err := wantRows(gone, err, fmt.Sprintf("segment %q is not there", id)); err != nil {
				return err
			}
		}
		if err := countDeleted(ctx, tx, 1, swap.Deleted); err != nil {
			return err
		}
		if err := addSegments(ctx, tx, swap.Add); err != nil {
			return err
		}
		return countChange(ctx, tx)
	})
}

// countChange says that the list of segments is another. It comes last in a transaction: all that change segments wait for
// this row.
func countChange(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE identity SET changes = changes + 1 WHERE one = 1`)
	return err
}

func addSegments(ctx context.Context, tx *sql.Tx, add []store.Segment) error {
	rows := make([][]any, len(add))
	for i, s := range add {
		rows[i] = []any{s.ID, s.Dataset, s.Day, s.Received, s.Class, s.Rows, s.RawBytes, s.Bytes, s.MinTime, s.MaxTime, s.MaxReceived}
	}
	return insertRows(ctx, tx, `segment`, segmentColumns, ``, rows)
}

// Segments implements store.Meta; they are sorted by id. What a commit whose answer was lost, or whose process was
// killed, still may add is waited for: a file that is not listed will not be.
func (m *Meta) Segments(ctx context.Context) (list []store.Segment, err error) {
	if m.settle == "" {
		return segmentsIn(ctx, m.read)
	}
	err = m.inTx(ctx, "list segments", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, m.settle); err != nil {
			return err
		}
		list, err = segments(ctx, tx)
		return err
	})
	return list, err
}

func segmentsIn(ctx context.Context, db *sql.DB) ([]store.Segment, error) {
	list, err := segments(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("cannot list segments: %w", err)
	}
	return list, nil
}

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func segments(ctx context.Context, from queryer) ([]store.Segment, error) {
	rows, err := from.QueryContext(ctx, `SELECT `+segmentColumns+` FROM segment ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []store.Segment
	for rows.Next() {
		var s store.Segment
		if err := rows.Scan(&s.ID, &s.Dataset, &s.Day, &s.Received, &s.Class,
			&s.Rows, &s.RawBytes, &s.Bytes, &s.MinTime, &s.MaxTime, &s.MaxReceived); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
