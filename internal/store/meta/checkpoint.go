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
		clear(marks)
		// The row is locked from here on: no commit of an earlier owner comes between it and the marks.
		err := tx.QueryRowContext(ctx,
			`INSERT INTO queue_partition (queue, partition, next_offset, epoch) VALUES ($1, $2, 0, $3)
			ON CONFLICT (queue, partition) DO UPDATE SET epoch = excluded.epoch WHERE excluded.epoch >= queue_partition.epoch
			RETURNING next_offset`, queue, partition, epoch).Scan(&pos.Offset)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: a higher epoch than %d owns it", store.ErrConflict, epoch)
		}
		if err != nil {
			return err
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

// Claim makes a member the owner of a partition and returns its epoch, higher than any before: the commits of earlier
// owners fail from now on. It is for queues whose partitions move between processes.
func (m *Meta) Claim(ctx context.Context, queue string, partition int, owner string) (epoch int64, err error) {
	err = m.inTx(ctx, fmt.Sprintf("claim partition %d", partition), func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx,
			`INSERT INTO queue_partition (queue, partition, next_offset, epoch, owner) VALUES ($1, $2, 0, 1, $3)
			ON CONFLICT (queue, partition) DO UPDATE SET epoch = queue_partition.epoch + 1, owner = excluded.owner
			RETURNING epoch`, queue, partition, owner).Scan(&epoch)
	})
	return epoch, err
}

// Carry gives a partition of a queue the position and the marks that a partition of another queue has, unless it has some: what
// it holds was read in that one.
func (m *Meta) Carry(ctx context.Context, from string, partition int, to string, as int) error {
	return m.inTx(ctx, fmt.Sprintf("carry the position of partition %d", as), func(tx *sql.Tx) error {
		made, err := tx.ExecContext(ctx,
			`INSERT INTO queue_partition (queue, partition, next_offset, epoch, received)
			SELECT CAST($3 AS TEXT), CAST($4 AS INTEGER), next_offset, 0, received FROM queue_partition WHERE queue = $1 AND partition = $2
			ON CONFLICT (queue, partition) DO NOTHING`, from, partition, to, as)
		if err != nil {
			return err
		}
		if n, err := made.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx,
			`INSERT INTO source_mark (queue, partition, source, sequence)
			SELECT CAST($3 AS TEXT), CAST($4 AS INTEGER), source, sequence FROM source_mark WHERE queue = $1 AND partition = $2`,
			from, partition, to, as)
		return err
	})
}

// Commit implements store.Meta.
func (m *Meta) Commit(ctx context.Context, c store.Checkpoint) error {
	if c.To < c.From.Offset {
		return fmt.Errorf("cannot commit a checkpoint of partition %d from offset %d back to %d", c.From.Partition, c.From.Offset, c.To)
	}
	return m.inTx(ctx, fmt.Sprintf("commit the checkpoint of partition %d", c.From.Partition), func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx,
			`UPDATE queue_partition SET next_offset = $1, received = CASE WHEN received < $2 THEN $2 ELSE received END
			WHERE queue = $3 AND partition = $4 AND next_offset = $5 AND epoch = $6`,
			c.To, c.Received, c.From.Queue, c.From.Partition, c.From.Offset, c.From.Epoch)
		if err := wantRows(moved, err, "the offset or the epoch is another"); err != nil {
			return err
		}
		if err := addSegments(ctx, tx, c.Add); err != nil {
			return err
		}
		if err := countDeleted(ctx, tx, 0, c.Deleted...); err != nil {
			return err
		}
		if err := m.raiseMarks(ctx, tx, c); err != nil || len(c.Add) == 0 {
			return err
		}
		return countChange(ctx, tx)
	})
}

// raiseMarks stores the marks; one that is not above the stored one leaves it as it is.
func (m *Meta) raiseMarks(ctx context.Context, tx *sql.Tx, c store.Checkpoint) error {
	rows := make([][]any, 0, len(c.Marks))
	for source, seq := range c.Marks {
		rows = append(rows, []any{c.From.Queue, c.From.Partition, m.bytes(source), column(seq)})
	}
	return insertRows(ctx, tx, `source_mark`, `queue, partition, source, sequence`,
		`ON CONFLICT (queue, partition, source) DO UPDATE SET sequence = excluded.sequence
		WHERE excluded.sequence > source_mark.sequence`, rows)
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
