package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/haetae/haetae/internal/access"
	"github.com/haetae/haetae/internal/audit"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/meta"
)

// LocalAccess is who may what of a data folder that no server has open: where nobody can get in, and before the first start.
// What it changes it tells in the audit trail first, by the machine itself.
type LocalAccess struct {
	*access.Service
	trail *audit.Trail
	close []func() error // in the order in which they were opened
}

// OpenAccess opens the metadata of a configuration. A folder that has none yet gets them only when create says so.
func OpenAccess(ctx context.Context, c *Config, create bool) (*LocalAccess, error) {
	if err := hasMetadata(c); err != nil && !create {
		return nil, err
	}
	unlock, err := lockData(c.Data)
	if err != nil {
		return nil, err
	}
	l := &LocalAccess{close: []func() error{func() error { unlock(); return nil }}}
	if err := l.open(ctx, c); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *LocalAccess) open(ctx context.Context, c *Config) error {
	m, err := openMetaOf(ctx, c)
	if err != nil {
		return err
	}
	l.close = append(l.close, m.Close)
	folder, err := openFolder(ctx, c.Data, c.Store.Shared, m, &c.Store.Meta)
	if err != nil {
		return err
	}
	if l.Service, err = access.New(ctx, access.Options{Store: m, Settings: c.Access, Log: slog.New(slog.DiscardHandler)}); err != nil {
		return err
	}
	l.trail, err = audit.New(audit.Options{
		Book: withoutQueue{m}, Source: "audit/" + folder.Member, Queue: "none",
		Append: func(context.Context, []model.Record) error { return nil },
		Stored: func(context.Context, model.AuditLink) (bool, error) { return false, nil },
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- l.trail.Run(running) }()
	l.close = append(l.close, func() error { stop(); return <-ended })
	return nil
}

// withoutQueue keeps the entries of the audit trail waiting in the metadata: the next start puts them into the queue.
type withoutQueue struct{ *meta.Meta }

func (withoutQueue) ClearAudit(context.Context, []model.AuditSealed) error { return nil }

// Close gives the folder free.
func (l *LocalAccess) Close() error {
	var errs []error
	for _, f := range slices.Backward(l.close) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// told does what the audit trail can tell, and nothing else.
func (l *LocalAccess) told(ctx context.Context, action, target string, before, after any, change func() error) error {
	e := model.AuditEntry{
		Action: action, By: model.Local, Target: target, Before: before, After: after, RequestID: rand.Text(), Outcome: model.AuditBegun,
	}
	if err := l.trail.Write(ctx, e); err != nil {
		return err
	}
	err := change()
	e.Outcome, e.Ends = model.AuditOK, true
	if err != nil {
		e.Outcome, e.After = model.AuditFailed, map[string]string{"error": err.Error()}
	}
	return errors.Join(err, l.trail.Write(ctx, e))
}

// AddToken is that of the service, told.
func (l *LocalAccess) AddToken(ctx context.Context, t model.Token) (added model.Token, text string, err error) {
	t.Owner, t.OwnerID = model.Local.Name, model.Local.ID
	if t, err = l.CheckToken(t); err != nil {
		return t, "", err
	}
	var after any = map[string]any{"name": t.Name, "role": t.Role, "datasets": t.Datasets, "stream": t.Stream, "expires": t.Expires}
	err = l.told(ctx, "token.add", t.Name, nil, &after, func() (err error) {
		if added, text, err = l.Service.AddToken(ctx, t); err == nil {
			after = added
		}
		return err
	})
	return added, text, err
}

// RevokeToken is that of the service, told.
func (l *LocalAccess) RevokeToken(ctx context.Context, id string) (revoked model.Token, err error) {
	list, err := l.Tokens(ctx)
	if err != nil {
		return revoked, err
	}
	target := id
	var before any
	for _, t := range list {
		if t.ID == id {
			target, before = t.Name, t
		}
	}
	err = l.told(ctx, "token.revoke", target, before, nil, func() (err error) {
		revoked, err = l.Service.RevokeToken(ctx, id)
		return err
	})
	return revoked, err
}

// AddUser is that of the service, told.
func (l *LocalAccess) AddUser(ctx context.Context, u model.User, password string) (added model.User, made string, err error) {
	if u, err = l.CheckUser(u, password); err != nil {
		return u, "", err
	}
	after := u
	err = l.told(ctx, "user.add", u.Name, nil, &after, func() (err error) {
		if added, made, err = l.Service.AddUser(ctx, u, password); err == nil {
			after = added
		}
		return err
	})
	return added, made, err
}

// ResetPassword is that of the service, told.
func (l *LocalAccess) ResetPassword(ctx context.Context, id string) (password string, err error) {
	u, _ := l.User(id)
	after := u
	after.MustChange = true
	err = l.told(ctx, "user.reset_password", u.Name, u, &after, func() (err error) {
		if password, err = l.Service.ResetPassword(ctx, id); err == nil {
			after, _ = l.User(id)
		}
		return err
	})
	return password, err
}

// ResetSecondFactor is that of the service, told.
func (l *LocalAccess) ResetSecondFactor(ctx context.Context, id string) error {
	u, _ := l.User(id)
	after := u
	after.SecondFactor = false
	return l.told(ctx, "user.reset_second_factor", u.Name, u, &after, func() error {
		err := l.Service.ResetSecondFactor(ctx, id)
		if err == nil {
			after, _ = l.User(id)
		}
		return err
	})
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
