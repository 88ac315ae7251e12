package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// Lease takes the lease of that name for a member, or renews it when the member has it, for ttl from now by the
// database's clock. store.ErrConflict while another member has it.
func (m *Meta) Lease(ctx context.Context, name, owner string, ttl time.Duration) (store.Lease, error) {
	lease := store.Lease{Name: name, Owner: owner}
	err := m.inTx(ctx, fmt.Sprintf("take the lease %q", name), func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx,
			`INSERT INTO lease (name, owner, term, expires) VALUES ($1, $2, 1, `+m.now+` + $3)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires = excluded.expires,
			term = CASE WHEN lease.owner = excluded.owner AND lease.expires > `+m.now+` THEN lease.term ELSE lease.term + 1 END
			WHERE lease.owner = excluded.owner OR lease.expires <= `+m.now+` RETURNING term`,
			name, owner, ttl.Milliseconds()).Scan(&lease.Term)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: another process has it", store.ErrConflict)
		}
		return err
	})
	return lease, err
}

// Release gives a lease back before it expires. One that was lost stays with whom it is.
func (m *Meta) Release(ctx context.Context, lease store.Lease) error {
	return m.inTx(ctx, fmt.Sprintf("release the lease %q", lease.Name), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE lease SET owner = '', expires = 0 WHERE name = $1 AND owner = $2 AND term = $3`,
			lease.Name, lease.Owner, lease.Term)
		return err
	})
}

// holds fails with store.ErrConflict when a lease has changed hands, and keeps it from doing so until tx ends. Who has
// let it expire holds it until another takes it.
func holds(ctx context.Context, tx *sql.Tx, lease store.Lease) error {
	if lease.Name == "" {
		return nil
	}
	same, err := tx.ExecContext(ctx, `UPDATE lease SET term = term WHERE name = $1 AND owner = $2 AND term = $3`,
		lease.Name, lease.Owner, lease.Term)
	return wantRows(same, err, fmt.Sprintf("the lease %q is another's", lease.Name))
}

func leases(ctx context.Context, from queryer) (list []store.Lease, err error) {
	rows, err := from.QueryContext(ctx, `SELECT name, owner, term FROM lease ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l store.Lease
		if err := rows.Scan(&l.Name, &l.Owner, &l.Term); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}
