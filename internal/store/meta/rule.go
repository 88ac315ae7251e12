package meta

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const ruleColumns = `id, name, definition, enabled, owner, updated, revision`

// Rules lists the rules of the console in the order in which they run.
func (m *Meta) Rules(ctx context.Context, scope model.Scope) ([]model.SavedRule, error) {
	if !scope.Whole() {
		return nil, nil
	}
	out, err := m.rules(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the rules: %w", err)
	}
	return out, nil
}

func (m *Meta) rules(ctx context.Context) ([]model.SavedRule, error) {
	rows, err := m.read.QueryContext(ctx, `SELECT `+ruleColumns+` FROM rule ORDER BY place, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []model.SavedRule
	for rows.Next() {
		r, err := scanRule(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func scanRule(scan func(dest ...any) error) (r model.SavedRule, err error) {
	var definition []byte
	var updated int64
	if err := scan(&r.ID, &r.Name, &definition, &r.Enabled, &r.Owner, &updated, &r.Revision); err != nil {
		return r, err
	}
	r.Updated = moment(updated)
	if err := json.Unmarshal(definition, &r.Rule); err != nil {
		return r, fmt.Errorf("rule %s: %w", r.ID, err)
	}
	return r, nil
}

// AddRule adds a rule behind the others; the store chooses id, time and revision.
func (m *Meta) AddRule(ctx context.Context, scope model.Scope, r model.SavedRule) (model.SavedRule, error) {
	definition, err := json.Marshal(r.Rule)
	if err != nil {
		return r, err
	}
	now := time.Now().UnixNano()
	r.ID, r.Updated, r.Revision = rand.Text(), moment(now), 1
	err = m.change(ctx, scope, "add the rule", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO rule (`+ruleColumns+`, place)
			VALUES ($1, $2, $3, $4, $5, $6, 1, (SELECT COALESCE(MAX(place), 0) + 1 FROM rule))`,
			r.ID, r.Name, string(definition), r.Enabled, r.Owner, now)
		return err
	})
	return r, err
}

// ChangeRule replaces name, definition and enabled of the rule r.ID, of which the writer has read r.Revision.
// model.ErrNotFound; *model.TakenError when the revision is another.
func (m *Meta) ChangeRule(ctx context.Context, scope model.Scope, r model.SavedRule) (changed model.SavedRule, err error) {
	definition, err := json.Marshal(r.Rule)
	if err != nil {
		return r, err
	}
	err = m.change(ctx, scope, "change the rule", func(tx *sql.Tx) error {
		if err := checkRevision(tx.QueryRowContext(ctx, `SELECT revision FROM rule WHERE id = $1`, r.ID), r.Revision); err != nil {
			return err
		}
		changed, err = scanRule(tx.QueryRowContext(ctx,
			`UPDATE rule SET name = $2, definition = $3, enabled = $4, updated = $5, revision = revision + 1
			WHERE id = $1 RETURNING `+ruleColumns, r.ID, r.Name, string(definition), r.Enabled, time.Now().UnixNano()).Scan)
		return err
	})
	return changed, err
}

// DeleteRule deletes a rule, or returns model.ErrNotFound.
func (m *Meta) DeleteRule(ctx context.Context, scope model.Scope, id string) error {
	return m.change(ctx, scope, "delete the rule", func(tx *sql.Tx) error {
		return wantOne(tx.ExecContext(ctx, `DELETE FROM rule WHERE id = $1`, id))
	})
}

// OrderRules puts the rules into the order of ids. *model.TakenError when these are not all rules, each once.
func (m *Meta) OrderRules(ctx context.Context, scope model.Scope, ids []string) error {
	return m.change(ctx, scope, "order the rules", func(tx *sql.Tx) error {
		var all int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM rule`).Scan(&all); err != nil {
			return err
		}
		named := map[string]bool{}
		for place, id := range ids {
			r, err := tx.ExecContext(ctx, `UPDATE rule SET place = $2 WHERE id = $1`, id, place+1)
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			if n > 0 {
				named[id] = true
			}
		}
		if len(named) != all || len(ids) != all {
			return &model.TakenError{Reason: model.TakenOrder, Text: fmt.Sprintf(
				"the order names %d of %d rules; load the list again", len(named), all)}
		}
		return nil
	})
}
