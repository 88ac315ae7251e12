package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/store"
)

// Load implements store.Meta.
func (m *Meta) Load(ctx context.Context, queue string, partition int, epoch int64) (store.Position, map[string]uint64, error) {
	pos := store.Position{Queue: queue, Partition: partition, Epoch: epoch}
	marks := map[string]uint64{}
	err := m.inTx(ctx, fmt.Sprintf("load the position of partition %d", partition), func(tx *sql.Tx) error {
		var owner int64
		err := tx.QueryRowContext(ctx,
			`SELECT next_offset, epoch FROM queue_partition WHERE queue = $1 AND partition = $2`,
			queue, partition).Scan(&pos.Offset, &owner)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			_, err = tx.ExecContext(ctx,
				`INSERT INTO queue_partition (queue, partition, next_offset, epoch) VALUES ($1, $2, 0, $3)`,
				queue, partition, epoch)
			return err
		case err != nil:
			return err
		case owner > epoch:
			return fmt.Errorf("%w: epoch %d owns it, not %d", store.ErrConflict, owner, epoch)
		}
		if owner < epoch {
			if _, err := tx.ExecContext(ctx,
				`UPDATE queue_partition SET epoch = $3 WHERE queue = $1 AND partition = $2`, queue, partition, epoch); err != nil {
				return err
			}
		}
		return readMarks(ctx, tx, queue, partition, marks)
	})
	if err != nil {
		return store.Position{}, nil, err
	}
	return pos, marks, nil
}

func readMarks(ctx context.Context, tx *sql.Tx, queue string, partition int, marks map[string]uint64) error {
	rows, err := tx.QueryContext(ctx,
		`SELECT source, sequence FROM source_mark WHERE queue = $1 AND partition = $2`, queue, partition)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var source string
		var stored int64
		if err := rows.Scan(&source, &stored); err != nil {
			return err
		}
		marks[source] = sequence(stored)
	}
	return rows.Err()
}

// Sequences are unsigned, columns are signed: flipping the first bit keeps the order.
func sequence(stored int64) uint64 { return uint64(stored) ^ 1<<63 }
func column(sequence uint64) int64 { return int64(sequence ^ 1<<63) }

// Commit implements store.Meta.
func (m *Meta) Commit(ctx context.Context, c store.Checkpoint) error {
	if c.To < c.From.Offset {
		return fmt.Errorf("cannot commit a checkpoint of partition %d from offset %d back to %d", c.From.Partition, c.From.Offset, c.To)
	}
	return m.inTx(ctx, fmt.Sprintf("commit the checkpoint of partition %d", c.From.Partition), func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx,
			`UPDATE queue_partition SET next_offset = $1 WHERE queue = $2 AND partition = $3 AND next_offset = $4 AND epoch = $5`,
			c.To, c.From.Queue, c.From.Partition, c.From.Offset, c.From.Epoch)
		if err := wantRows(moved, err, "the offset or the epoch is another"); err != nil {
			return err
		}
		if err := addSegments(ctx, tx, c.Add); err != nil {
			return err
		}
		if err := countDeleted(ctx, tx, 0, c.Deleted...); err != nil {
			return err
		}
		return raiseMarks(ctx, tx, c)
	})
}

// raiseMarks stores the marks; one that is not above the stored one leaves it as it is.
func raiseMarks(ctx context.Context, tx *sql.Tx, c store.Checkpoint) error {
	if len(c.Marks) == 0 {
		return nil
	}
	raise, err := tx.PrepareContext(ctx,
		`INSERT INTO source_mark (queue, partition, source, sequence) VALUES ($1, $2, $3, $4)
		ON CONFLICT (queue, partition, source) DO UPDATE SET sequence = excluded.sequence
		WHERE excluded.sequence > source_mark.sequence`)
	if err != nil {
		return err
	}
	defer raise.Close()
	for source, seq := range c.Marks {
		if _, err := raise.ExecContext(ctx, c.From.Queue, c.From.Partition, source, column(seq)); err != nil {
			return err
		}
	}
	return nil
}

// wantRows turns a statement that changed nothing into store.ErrConflict.
func wantRows(r sql.Result, err error, why string) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("%w: %s", store.ErrConflict, why)
	}
	return nil
}
