package logs

import "github.com/haetae/haetae/internal/logsql"

// compareNode compares two fields of each row.
type compareNode struct{ filter *logsql.CompareFields }

func (compareNode) possible(*eval) (bool, error) { return true, nil }

func (n compareNode) narrow(e *eval, rows bitmap) error {
	a, err := e.field(n.filter.Field)
	if err != nil {
		return err
	}
	b, err := e.field(n.filter.Other)
	if err != nil {
		return err
	}
	if err := a.prepare(rows); err != nil {
		return err
	}
	if err := b.prepare(rows); err != nil {
		return err
	}
	rows.keep(func(row int) bool { return n.filter.Compare(a.at(row), b.at(row)) })
	return nil
}

func (compareNode) cost() int { return costRow }
