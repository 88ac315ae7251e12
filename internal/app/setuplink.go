package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/internal/vfs"
)

// setupFile is where the data folder has the link that makes the first administrator, when no terminal shows it: what a service writes to
// its output ends in a journal that many may read, the file is its owner's.
const setupFile = "setup-link"

// setupLink is the page that makes the first administrator, "" when there is one. The log is read by many, and never has it.
func (a *app) setupLink() string {
	token := a.access.SetupLink()
	if token == "" {
		return ""
	}
	link := url.URL{Scheme: a.scheme(), Host: a.listen.all()["http"], Path: "/setup", RawQuery: url.Values{"token": {token}}.Encode()}
	return link.String()
}

// keepSetupLink writes the link to its file and returns its name. The file is there as long as the link is good: until there is an
// administrator, made by whatever process, and until the server stops. Nobody may read it but who owns the folder.
func (a *app) keepSetupLink(link string) (name string, err error) {
	name = filepath.Join(a.cfg.Data, setupFile)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		vfs.Give(f)
		_, err = f.WriteString(link + "\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return "", fmt.Errorf("cannot keep the link that makes the administrator: %w", err)
	}
	a.life.background("the link that makes the administrator", 5*time.Second, func(ctx context.Context) {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for !a.access.HasAdmin() {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
		if err := a.dropSetupLink(); err != nil {
			a.log.Error("the link that makes the administrator is good for nothing any more, and its file stays", "error", err)
		}
	}, func(context.Context) error { return a.dropSetupLink() })
	a.log.Info("there is no administrator yet: the link that makes one is in a file", "file", name)
	return name, nil
}

// dropSetupLink removes the file, also one that a server has left that was killed.
func (a *app) dropSetupLink() error {
	err := vfs.OS.Remove(filepath.Join(a.cfg.Data, setupFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
