package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/internal/store/meta"
)

func (c *metaConfig) validate() (key string, err error) {
	switch c.Type {
	case metaSQLite:
		if c.DSN != "" {
			return "dsn", errors.New("is for type: postgres; leave it out for sqlite")
		}
	case metaPostgres:
		if _, err := meta.ParseDSN(string(c.DSN)); err != nil {
			return "dsn", err
		}
	default:
		return "type", fmt.Errorf("%q is unknown; there are %s and %s", c.Type, metaSQLite, metaPostgres)
	}
	return "", nil
}

// where says where the metadata are, without a password.
func (c *metaConfig) where(data string) string {
	if c.Type == metaPostgres {
		if where, err := meta.ParseDSN(string(c.DSN)); err == nil { // it was checked when the configuration was read
			return "PostgreSQL at " + where
		}
	}
	return filepath.Join(data, "meta.db")
}

func (a *app) openMeta(ctx context.Context) error {
	config := &a.cfg.Store.Meta
	var err error
	if config.Type == metaPostgres {
		if a.meta, err = meta.OpenPostgres(ctx, string(config.DSN), a.log); err != nil {
			return a.cfg.tree.Wrong("store.meta.dsn", err)
		}
	} else if a.meta, err = meta.Open(ctx, filepath.Join(a.cfg.Data, "meta.db"), a.log); err != nil {
		return err
	}
	a.life.onStop("the metadata store", 10*time.Second, func(context.Context) error { return a.meta.Close() })
	if a.folder, err = openFolder(ctx, a.cfg.Data, a.cfg.Store.Shared, a.meta, config); err != nil {
		return err
	}
	if config.Type == metaPostgres {
		a.turns = turns{meta: a.meta, owner: a.folder.Member, ttl: leaseFor, log: a.log}
		a.watchMeta()
	}
	return nil
}

// How often PostgreSQL is asked whether it is there, and for how long an answer is waited for.
const (
	askMetaEvery  = 2 * time.Second
	askMetaWithin = 5 * time.Second
)

// problemMeta is the code of the problem that the metadata are out of reach.
const problemMeta = "store.meta"

// watchMeta says when PostgreSQL is out of reach: records then wait in the queue, and searches go on.
func (a *app) watchMeta() {
	away := false
	a.life.every(askMetaEvery, "the watch over the metadata", 10*time.Second, func(ctx context.Context, _ time.Time) {
		err := a.askMeta(ctx)
		switch {
		case err == nil && away:
			a.health.clear(problemMeta)
			a.log.Info("the metadata can be reached again")
		case err != nil && ctx.Err() == nil:
			if !away {
				a.log.Error("the metadata cannot be reached; trying again", "error", err)
			}
			a.health.set(problemMeta, fmt.Sprintf("%s does not answer; records wait in the queue and searches go on: %v",
				a.cfg.Store.Meta.where(a.cfg.Data), err))
		}
		away = err != nil
	})
}

func (a *app) askMeta(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askMetaWithin)
	defer cancel()
	err := a.meta.Ping(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %s", askMetaWithin)
	}
	return err
}

// ownState is the map of this process alone, whoever else shares the metadata.
func (a *app) ownState(namespace string) *meta.State {
	if a.cfg.Store.Meta.Type == metaPostgres {
		namespace += "." + a.folder.Member
	}
	return a.meta.State(namespace)
}
