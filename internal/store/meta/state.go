package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// State is a small durable map of one namespace: an input keeps its positions in it. It is safe for
// concurrent use.
type State struct {
	m         *Meta
	namespace string
}

// State returns the map of a namespace, such as the configured name of an input.
func (m *Meta) State(namespace string) *State { return &State{m: m, namespace: namespace} }

// Get returns the value of key, or nil when there is none.
func (s *State) Get(ctx context.Context, key string) ([]byte, error) {
	value := []byte{}
	err := s.m.read.QueryRowContext(ctx, `SELECT value FROM state WHERE namespace = $1 AND key = $2`, s.namespace, s.m.bytes(key)).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the state %q of %q: %w", key, s.namespace, err)
	}
	if value == nil {
		value = []byte{}
	}
	return value, nil
}

// Put stores all values in one durable transaction; a nil value deletes its key.
func (s *State) Put(ctx context.Context, values map[string][]byte) error {
	if len(values) == 0 {
		return nil
	}
	return s.m.inTx(ctx, fmt.Sprintf("store the state of %q", s.namespace), func(tx *sql.Tx) error {
		var rows [][]any
		for _, key := range slices.Sorted(maps.Keys(values)) { // in one order: no two transactions wait for each other
			if value := values[key]; value != nil {
				rows = append(rows, []any{s.namespace, s.m.bytes(key), value})
				continue
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM state WHERE namespace = $1 AND key = $2`, s.namespace, s.m.bytes(key)); err != nil {
				return fmt.Errorf("key %q: %w", key, err)
			}
		}
		return insertRows(ctx, tx, `state`, `namespace, key, value`,
			`ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value`, rows)
	})
}

// Claim stores a value unless the key has one, and returns the one that it has then: of several processes that claim a key
// one is the first.
func (s *State) Claim(ctx context.Context, key string, value []byte) (holds []byte, err error) {
	err = s.m.inTx(ctx, fmt.Sprintf("claim %q of %q", key, s.namespace), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO state (namespace, key, value) VALUES ($1, $2, $3) ON CONFLICT (namespace, key) DO NOTHING`,
			s.namespace, s.m.bytes(key), value)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT value FROM state WHERE namespace = $1 AND key = $2`, s.namespace, s.m.bytes(key)).Scan(&holds)
	})
	return holds, err
}

// Keys returns the keys that begin with prefix, sorted by their bytes.
func (s *State) Keys(ctx context.Context, prefix string) ([]string, error) {
	keys, err := s.keys(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("cannot list the state of %q: %w", s.namespace, err)
	}
	return keys, nil
}

func (s *State) keys(ctx context.Context, prefix string) ([]string, error) {
	rows, err := s.m.read.QueryContext(ctx,
		`SELECT key FROM state WHERE namespace = $1 AND key >= $2 ORDER BY key`, s.namespace, s.m.bytes(prefix))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		if !strings.HasPrefix(key, prefix) {
			break // sorted: none follows
		}
		out = append(out, key)
	}
	return out, rows.Err()
}
