package meta

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/model"
)

const savedColumns = `id, folder, name, description, query, range_from, range_to, view, cols, owner, created, updated, revision`

// anyOwner stands for all owners in a statement. It is also the id in rows of before there were ids whose owner is not known.
const anyOwner = ""

// ownedBy returns the id of whose saved queries somebody sees: all, or only the own ones. ok is false when it sees none.
func ownedBy(who model.Principal) (owner string, ok bool) {
	if who.SeesQueries() {
		return anyOwner, true
	}
	return who.ID, who.ID != anyOwner
}

// SavedQueries lists the saved queries by folder and name: all for who sees other people's, else the own ones.
func (m *Meta) SavedQueries(ctx context.Context, who model.Principal) ([]model.SavedQuery, error) {
	owner, ok := ownedBy(who)
	if !ok {
		return nil, nil
	}
	out, err := m.savedQueries(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("cannot list the saved queries: %w", err)
	}
	return out, nil
}

func (m *Meta) savedQueries(ctx context.Context, owner string) ([]model.SavedQuery, error) {
	rows, err := m.read.QueryContext(ctx, `SELECT `+savedColumns+` FROM saved_query WHERE $1 IN ('', owner_id) ORDER BY folder, name, owner, id`, owner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []model.SavedQuery
	for rows.Next() {
		q, err := scanSavedQuery(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, rows.Err()
}

func scanSavedQuery(scan func(dest ...any) error) (q model.SavedQuery, err error) {
	var created, updated int64
	err = scan(&q.ID, &q.Folder, &q.Name, &q.Description, &q.Query, &q.From, &q.To, &q.View, &q.Cols,
		&q.Owner, &created, &updated, &q.Revision)
	q.Created, q.Updated = moment(created), moment(updated)
	return q, err
}

// AddSavedQuery saves a query. *model.TakenError when folder and name belong to another one of its owner; model.ErrSavedFull.
func (m *Meta) AddSavedQuery(ctx context.Context, who model.Principal, text model.SavedQueryText) (model.SavedQuery, error) {
	now := time.Now()
	q := model.SavedQuery{
		ID: rand.Text(), SavedQueryText: text, Owner: who.Name,
		Created: moment(now.UnixNano()), Updated: moment(now.UnixNano()), Revision: 1,
	}
	if who.Scope.Empty() {
		return q, fmt.Errorf("cannot save the query: %w", model.ErrNotFound)
	}
	err := m.inSerialTx(ctx, "save the query", func(tx *sql.Tx) error {
		if err := mayKeep(ctx, tx, who.ID, q.ID, text); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO saved_query (`+savedColumns+`, owner_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 1, $12)`,
			q.ID, q.Folder, q.Name, q.Description, q.Query, q.From, q.To, q.View, q.Cols, q.Owner, now.UnixNano(), who.ID)
		return err
	})
	return q, err
}

// ChangeSavedQuery replaces the text of a saved query that SavedQueries lists. model.ErrNotFound; *model.TakenError when its revision is another or
// the new name belongs to another one of its owner; model.ErrSavedFull.
func (m *Meta) ChangeSavedQuery(ctx context.Context, who model.Principal, id string, revision int64, text model.SavedQueryText) (q model.SavedQuery, err error) {
	err = m.changeOwn(ctx, who, "change the saved query", func(tx *sql.Tx, owner string) error {
		if err := checkRevision(tx.QueryRowContext(ctx, `SELECT revision FROM saved_query WHERE id = $1 AND $2 IN ('', owner_id)`, id, owner), revision); err != nil {
			return err
		}
		var of string // who changes it may be another
		if err := tx.QueryRowContext(ctx, `SELECT owner_id FROM saved_query WHERE id = $1`, id).Scan(&of); err != nil {
			return err
		}
		if err := mayKeep(ctx, tx, of, id, text); err != nil {
			return err
		}
		q, err = scanSavedQuery(tx.QueryRowContext(ctx,
			`UPDATE saved_query SET folder = $2, name = $3, description = $4, query = $5, range_from = $6, range_to = $7,
			view = $8, cols = $9, updated = $10, revision = revision + 1 WHERE id = $1 RETURNING `+savedColumns,
			id, text.Folder, text.Name, text.Description, text.Query, text.From, text.To, text.View, text.Cols,
			time.Now().UnixNano()).Scan)
		return err
	})
	return q, err
}

// DeleteSavedQuery deletes a saved query, or returns model.ErrNotFound.
func (m *Meta) DeleteSavedQuery(ctx context.Context, who model.Principal, id string) error {
	return m.changeOwn(ctx, who, "delete the saved query", func(tx *sql.Tx, owner string) error {
		return wantOne(tx.ExecContext(ctx, `DELETE FROM saved_query WHERE id = $1 AND $2 IN ('', owner_id)`, id, owner))
	})
}

// changeOwn runs f in one durable transaction with the owner whose saved queries may be changed.
func (m *Meta) changeOwn(ctx context.Context, who model.Principal, what string, f func(tx *sql.Tx, owner string) error) error {
	owner, ok := ownedBy(who)
	if !ok {
		return fmt.Errorf("cannot %s: %w", what, model.ErrNotFound)
	}
	return m.inSerialTx(ctx, what, func(tx *sql.Tx) error { return f(tx, owner) })
}

// freeName makes sure that no other query of an owner has a name. Those of others are not looked at: the error would tell of them.
func freeName(ctx context.Context, tx *sql.Tx, owner, id string, text model.SavedQueryText) error {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM saved_query WHERE owner_id = $1 AND folder = $2 AND name = $3 AND id <> $4`,
		owner, text.Folder, text.Name, id).Scan(&n)
	if err == nil && n > 0 {
		err = &model.TakenError{Reason: model.TakenName, Text: fmt.Sprintf("a saved query %q is in this folder already; choose another name", text.Name)}
	}
	return err
}

// mayKeep makes sure that an owner has name and room for a text besides its other queries.
func mayKeep(ctx context.Context, tx *sql.Tx, owner, id string, text model.SavedQueryText) error {
	if err := freeName(ctx, tx, owner, id, text); err != nil {
		return err
	}
	var n, chars int
	err := tx.QueryRowContext(ctx, `SELECT count(*), COALESCE(sum(length(query) + length(description)), 0) FROM saved_query WHERE owner_id = $1 AND id <> $2`,
		owner, id).Scan(&n, &chars)
	chars += utf8.RuneCountInString(text.Query) + utf8.RuneCountInString(text.Description)
	if err == nil && (n >= model.MaxSavedQueries || chars > model.MaxSavedChars) {
		err = model.ErrSavedFull
	}
	return err
}

// change runs f in one durable transaction for a principal whose scope sees everything.
func (m *Meta) change(ctx context.Context, scope model.Scope, what string, f func(tx *sql.Tx) error) error {
	if !scope.Whole() {
		return fmt.Errorf("cannot %s: %w", what, model.ErrNotFound)
	}
	return m.inSerialTx(ctx, what, f)
}

// checkRevision compares the revision that a writer has read with the one in the row.
func checkRevision(row *sql.Row, revision int64) error {
	var now int64
	err := row.Scan(&now)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return model.ErrNotFound
	case err == nil && now != revision:
		return &model.TakenError{Reason: model.TakenRevision, Text: fmt.Sprintf(
			"it was changed since you read it: revision %d, not %d; load it again", now, revision)}
	}
	return err
}

// wantOne turns a statement that changed nothing into model.ErrNotFound.
func wantOne(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return model.ErrNotFound
}

// moment reads a time of a column.
func moment(ns int64) time.Time { return time.Unix(0, ns).UTC() }
