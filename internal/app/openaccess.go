package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/haetae/haetae/internal/access"
	"github.com/haetae/haetae/internal/store/meta"
)

// OpenAccess opens who may what of a configuration whose data folder no server has open: where nobody can get in, and before
// the first start. A folder that has no metadata yet gets them only when create says so. close gives the folder free.
func OpenAccess(ctx context.Context, c *Config, create bool) (s *access.Service, closeAll func() error, err error) {
	if err := hasMetadata(c); err != nil && !create {
		return nil, nil, err
	}
	unlock, err := lockData(c.Data)
	if err != nil {
		return nil, nil, err
	}
	m, err := openMetaOf(ctx, c)
	if err != nil {
		unlock()
		return nil, nil, err
	}
	closeAll = func() error {
		defer unlock()
		return m.Close()
	}
	s, err = access.New(ctx, access.Options{Store: m, Settings: c.Access, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, errors.Join(err, closeAll())
	}
	return s, closeAll, nil
}

// hasMetadata says what to do when the metadata are not where the configuration says.
func hasMetadata(c *Config) error {
	if c.Store.Meta.Type != metaSQLite {
		return nil
	}
	_, err := os.Stat(filepath.Join(c.Data, metaFile))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Data, folderFile)); err == nil {
		return fmt.Errorf("the metadata of %s are not in it but in PostgreSQL: start the server, or name its configuration with --config", c.Data)
	}
	return fmt.Errorf("no server answers on %s, and it is not a data folder of Haetae yet; name another one with --data, or start a server on it", c.Data)
}

// metaFile holds the metadata in the data folder when they are SQLite's.
const metaFile = "meta.db"

func openMetaOf(ctx context.Context, c *Config) (*meta.Meta, error) {
	log := slog.New(slog.DiscardHandler)
	if c.Store.Meta.Type == metaPostgres {
		return meta.OpenPostgres(ctx, string(c.Store.Meta.DSN), log)
	}
	return meta.Open(ctx, filepath.Join(c.Data, metaFile), log)
}
