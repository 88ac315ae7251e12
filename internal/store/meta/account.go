package meta

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const accountColumns = `id, name, folded, full_name, email, role, everything, disabled, must_change, provider, subject, password,
	secret, pending, step, recovery, epoch, created, last_sign_in, revision`

// changeAccess runs f in one durable transaction, and lets all processes know that who may what has changed.
func (m *Meta) changeAccess(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	return m.inSerialTx(ctx, what, func(tx *sql.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return accessChanged(ctx, tx)
	})
}

// accessChanged lets all processes know that who may what has changed, once the transaction is kept.
func accessChanged(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE identity SET access = access + 1 WHERE one = 1`)
	return err
}

// Account returns an account by its id, or model.ErrNotFound.
func (m *Meta) Account(ctx context.Context, id string) (model.Account, error) {
	return m.accountWhere(ctx, m.read, `id = $1`, id)
}

// AccountNamed returns the account of a name as it is compared, or model.ErrNotFound.
func (m *Meta) AccountNamed(ctx context.Context, folded string) (model.Account, error) {
	return m.accountWhere(ctx, m.read, `folded = $1`, folded)
}

// AccountOf returns the account of somebody at a provider, or model.ErrNotFound.
func (m *Meta) AccountOf(ctx context.Context, provider, subject string) (model.Account, error) {
	return m.accountWhere(ctx, m.read, `provider = $1 AND subject = $2 AND provider <> ''`, provider, subject)
}

func (m *Meta) accountWhere(ctx context.Context, from queryer, where string, args ...any) (model.Account, error) {
	list, err := accounts(ctx, from, `WHERE `+where, args...)
	if err != nil {
		return model.Account{}, fmt.Errorf("cannot read the account: %w", m.fault(err))
	}
	if len(list) == 0 {
		return model.Account{}, model.ErrNotFound
	}
	return list[0], nil
}

func accounts(ctx context.Context, from queryer, where string, args ...any) (list []model.Account, err error) {
	rows, err := from.QueryContext(ctx, `SELECT `+accountColumns+` FROM account `+where+` ORDER BY folded`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return list, addTeams(ctx, from, list)
}

func scanAccount(row *sql.Rows) (a model.Account, err error) {
	var recovery string
	var created, last int64
	err = row.Scan(&a.ID, &a.Name, &a.Folded, &a.FullName, &a.Email, &a.Role, &a.Everything, &a.Disabled, &a.MustChange, &a.Provider,
		&a.Subject, &a.Password, &a.Secret, &a.Pending, &a.Step, &recovery, &a.Epoch, &created, &last, &a.Revision)
	if err != nil {
		return a, err
	}
	a.Created, a.SecondFactor, a.Teams = moment(created), len(a.Secret) > 0, []string{}
	if last != 0 {
		a.LastSignIn = moment(last)
	}
	if err := json.Unmarshal([]byte(recovery), &a.Recovery); err != nil {
		return a, fmt.Errorf("account %s: %w", a.ID, err)
	}
	return a, nil
}

// addTeams fills in the codes of the teams; one account is asked for alone, more with all others.
func addTeams(ctx context.Context, from queryer, list []model.Account) error {
	index, where, args := map[string]int{}, ``, []any{}
	for i, a := range list {
		index[a.ID] = i
	}
	if len(list) == 1 {
		where, args = `WHERE account = $1`, []any{list[0].ID}
	}
	rows, err := from.QueryContext(ctx, `SELECT account, team FROM account_team `+where+` ORDER BY team`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var account, team string
		if err := rows.Scan(&account, &team); err != nil {
			return err
		}
		if i, ok := index[account]; ok {
			list[i].Teams = append(list[i].Teams, team)
		}
	}
	return rows.Err()
}

// AddAccount adds an account of which the caller has chosen the id. *model.TakenError when its name or its subject has one;
// a *model.AccessError when it is to be the first administrator and there is one.
func (m *Meta) AddAccount(ctx context.Context, a model.Account, first bool) error {
	return m.changeAccess(ctx, "add the user", func(tx *sql.Tx) error {
		if first {
			if n, err := administrators(ctx, tx, ""); err != nil || n > 0 {
				return errors.Join(err, &model.AccessError{Code: model.AccessSetupDone, Detail: "there is an administrator already; sign in"})
			}
		}
		if err := freeAccount(ctx, tx, a); err != nil {
			return err
		}
		return writeAccount(ctx, tx, a)
	})
}

// ChangeAccount reads an account, lets change alter all but its id, and writes it: with the next revision when that changes what
// administrators edit, whom a sign-in must not disturb. An error of change, which may be called again, leaves all as it was. model.ErrNotFound; *model.TakenError when the name has another account; a
// *model.AccessError when no administrator would be left.
func (m *Meta) ChangeAccount(ctx context.Context, id string, change func(a *model.Account) error) (changed model.Account, err error) {
	err = m.changeAccess(ctx, "change the user", func(tx *sql.Tx) error {
		a, err := m.accountWhere(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		was := edited(a)
		if err := change(&a); err != nil {
			return err
		}
		if err := freeAccount(ctx, tx, a); err != nil {
			return err
		}
		if !administrates(a) {
			if err := keepsAdministrator(ctx, tx, a.ID); err != nil {
				return err
			}
		}
		if !reflect.DeepEqual(was, edited(a)) {
			a.Revision++
		}
		if err := writeAccount(ctx, tx, a); err != nil {
			return err
		}
		changed, err = m.accountWhere(ctx, tx, `id = $1`, id)
		return err
	})
	return changed, err
}

// edited is what administrators change of a user with its revision.
func edited(a model.Account) model.User {
	return model.User{
		Name: a.Name, FullName: a.FullName, Email: a.Email, Role: a.Role, Everything: a.Everything, Disabled: a.Disabled,
		Teams: slices.Sorted(slices.Values(a.Teams)),
	}
}

// DeleteAccount deletes an account with its sessions. model.ErrNotFound; a *model.AccessError when no administrator would
// be left.
func (m *Meta) DeleteAccount(ctx context.Context, id string) error {
	return m.changeAccess(ctx, "delete the user", func(tx *sql.Tx) error {
		if err := keepsAdministrator(ctx, tx, id); err != nil {
			return err
		}
		for _, table := range []string{`account_team`, `session`} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE account = $1`, id); err != nil {
				return err
			}
		}
		return wantOne(tx.ExecContext(ctx, `DELETE FROM account WHERE id = $1`, id))
	})
}

// NoteSignIn keeps when an account last signed in.
func (m *Meta) NoteSignIn(ctx context.Context, id string, at time.Time) error {
	return m.inTx(ctx, "note the sign-in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account SET last_sign_in = $2 WHERE id = $1`, id, at.UnixNano())
		return err
	})
}

func administrates(a model.Account) bool { return a.Role == model.RoleAdmin && !a.Disabled }

// administrators counts those that may sign in, but for one.
func administrators(ctx context.Context, tx *sql.Tx, but string) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM account WHERE role = $1 AND NOT disabled AND id <> $2`, string(model.RoleAdmin), but).Scan(&n)
	return n, err
}

// keepsAdministrator refuses that an account administrates no longer when no other does.
func keepsAdministrator(ctx context.Context, tx *sql.Tx, id string) error {
	var was int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account WHERE role = $1 AND NOT disabled AND id = $2`, string(model.RoleAdmin), id).Scan(&was)
	if err != nil || was == 0 {
		return err
	}
	others, err := administrators(ctx, tx, id)
	if err == nil && others == 0 {
		err = &model.AccessError{Code: model.AccessLastAdmin, Detail: "this is the last administrator; make another one first"}
	}
	return err
}

func freeAccount(ctx context.Context, tx *sql.Tx, a model.Account) error {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account WHERE id <> $1 AND (folded = $2 OR provider <> '' AND provider = $3 AND subject = $4)`,
		a.ID, a.Folded, a.Provider, a.Subject).Scan(&n)
	if err == nil && n > 0 {
		err = &model.TakenError{Reason: model.TakenName, Text: fmt.Sprintf("there is a user %q already; choose another name", a.Name)}
	}
	return err
}

// writeAccount writes the row of an account, new or not, and its teams, which must exist.
func writeAccount(ctx context.Context, tx *sql.Tx, a model.Account) error {
	recovery, err := json.Marshal(append([][]byte{}, a.Recovery...))
	if err != nil {
		return err
	}
	last := int64(0)
	if !a.LastSignIn.IsZero() {
		last = a.LastSignIn.UnixNano()
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM account WHERE id = $1`, a.ID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO account (`+accountColumns+`) VALUES `+places(1, 20),
		a.ID, a.Name, a.Folded, a.FullName, a.Email, string(a.Role), a.Everything, a.Disabled, a.MustChange, a.Provider, a.Subject, a.Password,
		append([]byte{}, a.Secret...), append([]byte{}, a.Pending...), a.Step, string(recovery), a.Epoch, a.Created.UnixNano(), last, a.Revision); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_team WHERE account = $1`, a.ID); err != nil {
		return err
	}
	for _, code := range a.Teams {
		added, err := tx.ExecContext(ctx, `INSERT INTO account_team (account, team) SELECT CAST($1 AS TEXT), code FROM team WHERE code = $2 ON CONFLICT DO NOTHING`, a.ID, code)
		if err != nil {
			return err
		}
		if n, err := added.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, &model.AccessError{
				Code: model.AccessInvalid, Detail: fmt.Sprintf("there is no team %q", code),
				Params: map[string]string{"said": "team_unknown", "code": code},
			})
		}
	}
	return nil
}
