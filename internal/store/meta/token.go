package meta

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const tokenColumns = `id, hash, name, role, datasets, stream, owner, owner_id, created, expires, last_used, last_address`

func tokens(ctx context.Context, from queryer) (list []model.TokenKey, err error) {
	rows, err := from.QueryContext(ctx, `SELECT `+tokenColumns+` FROM token ORDER BY created, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t model.TokenKey
		var datasets string
		var created, expires, last int64
		if err := rows.Scan(&t.ID, &t.Hash, &t.Name, &t.Role, &datasets, &t.Stream, &t.Owner, &t.OwnerID, &created, &expires, &last, &t.LastAddress); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(datasets), &t.Datasets); err != nil {
			return nil, fmt.Errorf("token %s: %w", t.ID, err)
		}
		t.Created, t.Expires, t.LastUsed = moment(created), perhaps(expires), perhaps(last)
		list = append(list, t)
	}
	return list, rows.Err()
}

// perhaps reads a time of a column in which 0 means none.
func perhaps(ns int64) *time.Time {
	if ns == 0 {
		return nil
	}
	t := moment(ns)
	return &t
}

// AddToken adds a token of which the caller has chosen the id.
func (m *Meta) AddToken(ctx context.Context, t model.TokenKey) error {
	datasets, err := json.Marshal(append([]string{}, t.Datasets...))
	if err != nil {
		return err
	}
	expires := int64(0)
	if t.Expires != nil {
		expires = t.Expires.UnixNano()
	}
	return m.changeAccess(ctx, "add the token", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO token (`+tokenColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '')`,
			t.ID, t.Hash, t.Name, string(t.Role), string(datasets), t.Stream, t.Owner, t.OwnerID, t.Created.UnixNano(), expires)
		return err
	})
}

// DeleteToken deletes a token, or returns model.ErrNotFound.
func (m *Meta) DeleteToken(ctx context.Context, id string) error {
	return m.changeAccess(ctx, "revoke the token", func(tx *sql.Tx) error {
		return wantOne(tx.ExecContext(ctx, `DELETE FROM token WHERE id = $1`, id))
	})
}

// UseTokens keeps when and from where tokens were last used, by their ids.
func (m *Meta) UseTokens(ctx context.Context, uses map[string]model.Use) error {
	return m.uses(ctx, "note the use of tokens",
		`UPDATE token SET last_used = $2, last_address = $3 WHERE id = $1 AND last_used < $2`, uses)
}

// UseSessions keeps when and from where sessions were last used, by their ids.
func (m *Meta) UseSessions(ctx context.Context, uses map[string]model.Use) error {
	return m.uses(ctx, "note the use of sessions",
		`UPDATE session SET last_used = $2, address = $3 WHERE id = $1 AND last_used < $2`, uses)
}

func (m *Meta) uses(ctx context.Context, what, update string, uses map[string]model.Use) error {
	if len(uses) == 0 {
		return nil
	}
	return m.inTx(ctx, what, func(tx *sql.Tx) error {
		for _, id := range slices.Sorted(maps.Keys(uses)) { // in one order: no two transactions wait for each other
			if _, err := tx.ExecContext(ctx, update, id, uses[id].Time.UnixNano(), uses[id].Address); err != nil {
				return err
			}
		}
		return nil
	})
}
