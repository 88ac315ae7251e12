package meta

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

const deletionColumns = `id, query, asked, min_time, max_time, reason, asked_by, queue, below, state, error, damaged, rewritten, finished, queue_gone`

// AddDeletion keeps a new deletion.
func (m *Meta) AddDeletion(ctx context.Context, d store.Deletion) error {
	below, err := json.Marshal(d.Below)
	if err != nil {
		return err
	}
	return m.inTx(ctx, "keep the deletion", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO deletion (`+deletionColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '[]', 0, 0, 0)`,
			d.ID, d.Query, d.Asked, d.Min, d.Max, d.Reason, d.By, d.Queue, string(below), store.DeletionRunning)
		return err
	})
}

// Deletions lists all deletions, the last one first.
func (m *Meta) Deletions(ctx context.Context) ([]store.Deletion, error) {
	out, err := m.deletions(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the deletions: %w", err)
	}
	return out, nil
}

func (m *Meta) deletions(ctx context.Context) ([]store.Deletion, error) {
	removed, err := m.removed(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := m.read.QueryContext(ctx, `SELECT `+deletionColumns+` FROM deletion ORDER BY asked DESC, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []store.Deletion
	for rows.Next() {
		var d store.Deletion
		var below, damaged string
		if err := rows.Scan(&d.ID, &d.Query, &d.Asked, &d.Min, &d.Max, &d.Reason, &d.By, &d.Queue, &below, &d.State,
			&d.Error, &damaged, &d.Rewritten, &d.Finished, &d.QueueGone); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(below), &d.Below); err != nil {
			return nil, fmt.Errorf("offsets of deletion %s: %w", d.ID, err)
		}
		if err := json.Unmarshal([]byte(damaged), &d.Damaged); err != nil {
			return nil, fmt.Errorf("damaged segments of deletion %s: %w", d.ID, err)
		}
		d.Removed = removed[d.ID]
		out = append(out, d)
	}
	return out, rows.Err()
}

func (m *Meta) removed(ctx context.Context) (map[string][]store.Removed, error) {
	rows, err := m.read.QueryContext(ctx,
		`SELECT deletion, dataset, row_count, raw_bytes, disk_bytes FROM deletion_removed ORDER BY deletion, dataset`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]store.Removed{}
	for rows.Next() {
		var id string
		var r store.Removed
		if err := rows.Scan(&id, &r.Dataset, &r.Rows, &r.RawBytes, &r.DiskBytes); err != nil {
			return nil, err
		}
		out[id] = append(out[id], r)
	}
	return out, rows.Err()
}

// EndDeletion ends a deletion that runs with another state; model.ErrNotFound when none of that id runs.
func (m *Meta) EndDeletion(ctx context.Context, id, state, reason string, damaged []string, at int64) error {
	names, err := json.Marshal(append([]string{}, damaged...))
	if err != nil {
		return err
	}
	return m.change(ctx, model.Everything, "end the deletion", func(tx *sql.Tx) error {
		return wantOne(tx.ExecContext(ctx,
			`UPDATE deletion SET state = $2, error = $3, damaged = $4, finished = $5 WHERE id = $1 AND state = $6`,
			id, state, reason, string(names), at, store.DeletionRunning))
	})
}

// QueueGone notes that the queue holds none of the records of a deletion any more.
func (m *Meta) QueueGone(ctx context.Context, id string, at int64) error {
	return m.change(ctx, model.Everything, "change the deletion", func(tx *sql.Tx) error {
		return wantOne(tx.ExecContext(ctx, `UPDATE deletion SET queue_gone = $2 WHERE id = $1`, id, at))
	})
}

// countDeleted adds up what deletions removed in a transaction, and the segments that they wrote anew.
func countDeleted(ctx context.Context, tx *sql.Tx, rewritten int, list ...store.Deleted) error {
	for _, d := range list {
		if d.Deletion == "" {
			continue
		}
		r := d.Removed
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO deletion_removed (deletion, dataset, row_count, raw_bytes, disk_bytes) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (deletion, dataset) DO UPDATE SET row_count = deletion_removed.row_count + excluded.row_count,
			raw_bytes = deletion_removed.raw_bytes + excluded.raw_bytes, disk_bytes = deletion_removed.disk_bytes + excluded.disk_bytes`,
			d.Deletion, r.Dataset, r.Rows, r.RawBytes, r.DiskBytes); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE deletion SET rewritten = rewritten + $2 WHERE id = $1`, d.Deletion, rewritten); err != nil {
			return err
		}
	}
	return nil
}
