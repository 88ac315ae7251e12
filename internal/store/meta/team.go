package meta

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/haetae/haetae/internal/model"
)

// AccessGeneration returns a number that grows with each change of who may what.
func (m *Meta) AccessGeneration(ctx context.Context) (n int64, err error) {
	if err := m.read.QueryRowContext(ctx, `SELECT access FROM identity WHERE one = 1`).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot read who may what: %w", m.fault(err))
	}
	return n, nil
}

// AccessState returns who may what, of one moment.
func (m *Meta) AccessState(ctx context.Context) (s model.AccessState, err error) {
	tx, err := m.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err == nil {
		defer func() { _ = tx.Rollback() }() // it has read only
		s, err = accessState(ctx, tx)
	}
	if err != nil {
		return s, fmt.Errorf("cannot read who may what: %w", m.fault(err))
	}
	return s, nil
}

func accessState(ctx context.Context, tx *sql.Tx) (s model.AccessState, err error) {
	if err := tx.QueryRowContext(ctx, `SELECT access FROM identity WHERE one = 1`).Scan(&s.Generation); err != nil {
		return s, err
	}
	if s.Accounts, err = accounts(ctx, tx, ``); err != nil {
		return s, err
	}
	if s.Teams, err = teams(ctx, tx); err != nil {
		return s, err
	}
	if s.Tokens, err = tokens(ctx, tx); err != nil {
		return s, err
	}
	s.Masks, err = masks(ctx, tx)
	return s, err
}

func teams(ctx context.Context, from queryer) (list []model.Team, err error) {
	rows, err := from.QueryContext(ctx, `SELECT code, name, grants, revision, (SELECT count(*) FROM account_team WHERE team = code)
		FROM team ORDER BY code`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t model.Team
		var grants string
		if err := rows.Scan(&t.Code, &t.Name, &grants, &t.Revision, &t.Members); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(grants), &t.Grants); err != nil {
			return nil, fmt.Errorf("team %s: %w", t.Code, err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// AddTeam adds a team. *model.TakenError when its code has one.
func (m *Meta) AddTeam(ctx context.Context, t model.Team) error {
	grants, err := json.Marshal(append([]model.Grant{}, t.Grants...))
	if err != nil {
		return err
	}
	return m.changeAccess(ctx, "add the team", func(tx *sql.Tx) error {
		added, err := tx.ExecContext(ctx, `INSERT INTO team (code, name, grants, revision) VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING`,
			t.Code, t.Name, string(grants))
		if err != nil {
			return err
		}
		if n, err := added.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return &model.TakenError{Reason: model.TakenName, Text: fmt.Sprintf("there is a team %q already; choose another code", t.Code)}
	})
}

// ChangeTeam replaces name and grants of the team of a code, of which the writer has read the revision. model.ErrNotFound;
// *model.TakenError when the revision is another.
func (m *Meta) ChangeTeam(ctx context.Context, t model.Team) error {
	grants, err := json.Marshal(append([]model.Grant{}, t.Grants...))
	if err != nil {
		return err
	}
	return m.changeAccess(ctx, "change the team", func(tx *sql.Tx) error {
		if err := checkRevision(tx.QueryRowContext(ctx, `SELECT revision FROM team WHERE code = $1`, t.Code), t.Revision); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE team SET name = $2, grants = $3, revision = revision + 1 WHERE code = $1`, t.Code, t.Name, string(grants))
		return err
	})
}

// DeleteTeam deletes a team; its members are in it no longer. model.ErrNotFound.
func (m *Meta) DeleteTeam(ctx context.Context, code string) error {
	return m.changeAccess(ctx, "delete the team", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_team WHERE team = $1`, code); err != nil {
			return err
		}
		return wantOne(tx.ExecContext(ctx, `DELETE FROM team WHERE code = $1`, code))
	})
}

func masks(ctx context.Context, from queryer) (model.RoleMasks, error) {
	rows, err := from.QueryContext(ctx, `SELECT role, fields FROM role_mask`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := model.RoleMasks{}
	for rows.Next() {
		var role model.Role
		var text string
		if err := rows.Scan(&role, &text); err != nil {
			return nil, err
		}
		var fields []string
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return nil, fmt.Errorf("masks of %s: %w", role, err)
		}
		all[role] = fields
	}
	return all, rows.Err()
}

// SetMasks replaces the fields that a role sees masked.
func (m *Meta) SetMasks(ctx context.Context, role model.Role, fields []string) error {
	text, err := json.Marshal(append([]string{}, fields...))
	if err != nil {
		return err
	}
	return m.changeAccess(ctx, "set the masked fields", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO role_mask (role, fields) VALUES ($1, $2) ON CONFLICT (role) DO UPDATE SET fields = excluded.fields`,
			string(role), string(text))
		return err
	})
}
