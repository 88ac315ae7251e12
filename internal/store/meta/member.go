package meta

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// forgetMembers is how long a member that does not beat is still listed.
const forgetMembers = 7 * 24 * time.Hour

// Join lists a process among those that share the store, in the place of an earlier one of its id, and returns its
// epoch: higher than any before of that id. Members that were silent for a week are forgotten. Epoch and Silent are not
// looked at.
func (m *Meta) Join(ctx context.Context, who store.Member) (epoch int64, err error) {
	err = m.inTx(ctx, "join the other processes", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM member WHERE id <> $1 AND seen < `+m.now+` - $2`, who.ID, forgetMembers.Milliseconds())
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx,
			`INSERT INTO member (id, address, version, instance, epoch, seen) VALUES ($1, $2, $3, $4, 1, `+m.now+`)
			ON CONFLICT (id) DO UPDATE SET address = excluded.address, version = excluded.version, instance = excluded.instance,
			epoch = member.epoch + 1, seen = excluded.seen RETURNING epoch`, who.ID, who.Address, who.Version, who.Instance).Scan(&epoch)
	})
	return epoch, err
}

// Beat says that a member is alive. store.ErrConflict when another process has joined under its id since.
func (m *Meta) Beat(ctx context.Context, id string, epoch int64) error {
	return m.inTx(ctx, "say that this process is alive", func(tx *sql.Tx) error {
		same, err := tx.ExecContext(ctx, `UPDATE member SET seen = `+m.now+` WHERE id = $1 AND epoch = $2`, id, epoch)
		return wantRows(same, err, fmt.Sprintf("another process has joined as %s, or it was silent for too long", id))
	})
}

// Leave takes a member that ends from the list, unless another process has joined under its id since. Its row stays for a
// week, so that its next epoch is higher.
func (m *Meta) Leave(ctx context.Context, id string, epoch int64) error {
	return m.inTx(ctx, "leave the other processes", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE member SET address = '', seen = `+m.now+` WHERE id = $1 AND epoch = $2`, id, epoch)
		return err
	})
}

// Snapshot returns what one moment looked like: which segments there were, where each partition stood and who owned it,
// and which members there are. The segments are left out when their list has not changed since a snapshot with so many
// changes; store.NoChanges wants them in any case.
func (m *Meta) Snapshot(ctx context.Context, since int64) (s store.Snapshot, err error) {
	tx, err := m.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return s, fmt.Errorf("cannot read the metadata: %w", m.fault(err))
	}
	defer func() { _ = tx.Rollback() }() // it has read only
	if s, err = m.snapshot(ctx, tx, since); err != nil {
		return s, fmt.Errorf("cannot read the metadata: %w", m.fault(err))
	}
	return s, nil
}

func (m *Meta) snapshot(ctx context.Context, tx *sql.Tx, since int64) (s store.Snapshot, err error) {
	if err := tx.QueryRowContext(ctx, `SELECT changes FROM identity WHERE one = 1`).Scan(&s.Changes); err != nil {
		return s, err
	}
	if s.Changes != since {
		if s.Segments, err = segments(ctx, tx); err != nil {
			return s, err
		}
	}
	if s.Partitions, err = partitions(ctx, tx); err != nil {
		return s, err
	}
	if s.Members, err = m.members(ctx, tx); err != nil {
		return s, err
	}
	s.Leases, err = leases(ctx, tx)
	return s, err
}

// Processes returns which members there are and where the partitions stand: of a snapshot what costs little.
func (m *Meta) Processes(ctx context.Context) (members []store.Member, stand []store.Partition, err error) {
	if members, err = m.members(ctx, m.read); err == nil {
		stand, err = partitions(ctx, m.read)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read who shares the metadata: %w", m.fault(err))
	}
	return members, stand, nil
}

func (m *Meta) members(ctx context.Context, from queryer) (list []store.Member, err error) {
	rows, err := from.QueryContext(ctx, `SELECT id, address, version, instance, epoch, `+m.now+` - seen FROM member WHERE address <> '' ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var member store.Member
		var silent int64
		if err := rows.Scan(&member.ID, &member.Address, &member.Version, &member.Instance, &member.Epoch, &silent); err != nil {
			return nil, err
		}
		member.Silent = time.Duration(silent) * time.Millisecond
		list = append(list, member)
	}
	return list, rows.Err()
}

func partitions(ctx context.Context, from queryer) (list []store.Partition, err error) {
	rows, err := from.QueryContext(ctx, `SELECT queue, partition, next_offset, epoch, owner, received FROM queue_partition ORDER BY queue, partition`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p store.Partition
		if err := rows.Scan(&p.Queue, &p.Partition, &p.Offset, &p.Epoch, &p.Owner, &p.Received); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}
