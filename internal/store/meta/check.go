package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/store"
)

// Contents is what a check of a data folder needs of its metadata.
type Contents struct {
	Segments  []store.Segment
	Positions []store.Position
	State     map[string][]byte // of the namespace that was asked for
	Damage    []string          // what SQLite finds wrong; the other fields may then lack something
}

// Check reads the database at path, which no other process has open, and leaves it as it is. namespace is of a State.
func Check(ctx context.Context, path, namespace string) (c Contents, err error) {
	db, err := sql.Open("sqlite", dataSource(path, "mode=rw&_pragma=query_only(1)")) // a log of SQLite may have to be read
	if err != nil {
		return c, fmt.Errorf("cannot read %q: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if c.Damage, err = integrity(ctx, db); err != nil {
		return Contents{Damage: []string{err.Error()}}, nil
	}
	if c.Segments, err = segmentsIn(ctx, db); err != nil {
		return Contents{Damage: append(c.Damage, err.Error())}, nil
	}
	if c.Positions, err = positions(ctx, db); err != nil {
		c.Damage = append(c.Damage, err.Error())
	}
	if c.State, err = stateIn(ctx, db, namespace); err != nil {
		c.Damage = append(c.Damage, err.Error())
	}
	return c, nil
}

func stateIn(ctx context.Context, db *sql.DB, namespace string) (map[string][]byte, error) {
	rows, err := db.QueryContext(ctx, `SELECT key, value FROM state WHERE namespace = $1`, namespace)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	state := map[string][]byte{}
	for rows.Next() {
		var key string
		var value []byte
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		state[key] = value
	}
	return state, rows.Err()
}

func integrity(ctx context.Context, db *sql.DB) (damage []string, err error) {
	rows, err := db.QueryContext(ctx, `PRAGMA integrity_check`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if text != "ok" {
			damage = append(damage, text)
		}
	}
	return damage, rows.Err()
}

func positions(ctx context.Context, db *sql.DB) (list []store.Position, err error) {
	rows, err := db.QueryContext(ctx, `SELECT queue, partition, next_offset, epoch FROM queue_partition ORDER BY queue, partition`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p store.Position
		if err := rows.Scan(&p.Queue, &p.Partition, &p.Offset, &p.Epoch); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}
