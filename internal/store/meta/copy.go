package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/store"
)

// Copy writes a copy of the SQLite database as it is now to a new file. Transactions wait meanwhile.
func (m *Meta) Copy(ctx context.Context, path string) error {
	if _, err := m.write.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("cannot copy the metadata: %w", full(err))
	}
	return nil
}

// SegmentsOf lists the segments that a database file names, which is left as it is.
func SegmentsOf(ctx context.Context, path string) (segments []store.Segment, err error) {
	db, err := sql.Open("sqlite", dataSource(path, "mode=ro"))
	if err != nil {
		return nil, fmt.Errorf("cannot read %q: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return segmentsIn(ctx, db)
}
