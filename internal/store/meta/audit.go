package meta

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/haetae/haetae/internal/model"
)

const chainColumns = `seq, hash, time, floor_seq, floor_hash, floor_time`

// ChainAudit makes the audit trail longer, in one durable transaction: link is given where the chain stands and returns where
// it stands then, with the entries that lead there. They wait until ClearAudit. link may be called again and begins anew then.
func (m *Meta) ChainAudit(ctx context.Context, link func(model.AuditBook) (model.AuditBook, []model.AuditSealed, error)) error {
	return m.inTx(ctx, "write the audit trail", func(tx *sql.Tx) error {
		// The row is locked from here on: other processes wait with their entries.
		book, err := scanBook(tx.QueryRowContext(ctx, `UPDATE audit_chain SET seq = seq WHERE one = 1 RETURNING `+chainColumns))
		if err != nil {
			return err
		}
		book, sealed, err := link(book)
		if err != nil {
			return err
		}
		rows := make([][]any, len(sealed))
		for i, e := range sealed {
			rows[i] = []any{e.Seq, e.Hash, e.Time, string(e.Text), e.Source, e.Queue}
		}
		if err := insertRows(ctx, tx, `audit_waiting`, `seq, hash, time, entry, source, queue`, ``, rows); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE audit_chain SET seq = $1, hash = $2, time = $3, floor_seq = $4, floor_hash = $5, floor_time = $6 WHERE one = 1`,
			book.Head.Seq, book.Head.Hash, book.Head.Time, book.Floor.Seq, book.Floor.Hash, book.Floor.Time)
		return err
	})
}

func scanBook(row *sql.Row) (b model.AuditBook, err error) {
	err = row.Scan(&b.Head.Seq, &b.Head.Hash, &b.Head.Time, &b.Floor.Seq, &b.Floor.Hash, &b.Floor.Time)
	return b, err
}

// AuditBook says where the chain of the audit trail stands.
func (m *Meta) AuditBook(ctx context.Context) (model.AuditBook, error) {
	b, err := scanBook(m.read.QueryRowContext(ctx, `SELECT `+chainColumns+` FROM audit_chain WHERE one = 1`))
	if err != nil {
		return b, fmt.Errorf("cannot read the head of the audit trail: %w", m.fault(err))
	}
	return b, nil
}

// WaitingAudit lists the entries of which it is not known that the queue has them, by their place in the chain.
func (m *Meta) WaitingAudit(ctx context.Context) ([]model.AuditSealed, error) {
	list, err := m.waitingAudit(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the audit entries that wait: %w", m.fault(err))
	}
	return list, nil
}

func (m *Meta) waitingAudit(ctx context.Context) (list []model.AuditSealed, err error) {
	rows, err := m.read.QueryContext(ctx, `SELECT seq, hash, time, entry, source, queue FROM audit_waiting ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e model.AuditSealed
		var text string
		if err := rows.Scan(&e.Seq, &e.Hash, &e.Time, &text, &e.Source, &e.Queue); err != nil {
			return nil, err
		}
		e.Text = []byte(text)
		list = append(list, e)
	}
	return list, rows.Err()
}

// ClearAudit forgets entries that wait: the queue has them.
func (m *Meta) ClearAudit(ctx context.Context, entries []model.AuditSealed) error {
	return m.inTx(ctx, "forget audit entries that the queue has", func(tx *sql.Tx) error {
		for _, e := range entries {
			if _, err := tx.ExecContext(ctx, `DELETE FROM audit_waiting WHERE seq = $1`, e.Seq); err != nil {
				return err
			}
		}
		return nil
	})
}
