package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/backup"
)

// Backup fetches a backup of a running server.
type Backup struct {
	Server Server
	To     string // a file ending in .tar, or a folder
	Out    io.Writer
}

const backupPath = "/api/v1/system/backup"

// Run writes the backup and checks it. What broke off is removed. A name that is taken is refused before the server is
// asked.
func (b Backup) Run(ctx context.Context) error {
	tar := strings.HasSuffix(b.To, ".tar")
	if err := b.checkFree(tar); err != nil {
		return err
	}
	body, err := b.Server.client().get(ctx, backupPath, nil, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	var m *backup.Manifest
	if tar {
		m, err = b.file(body)
	} else {
		m, err = backup.Save(body, b.To)
	}
	if err != nil {
		return err
	}
	head := ""
	if m.Audit != nil && m.Audit.Seq > 0 {
		head = fmt.Sprintf(", audit trail up to %d:%s", m.Audit.Seq, m.Audit.Hash)
	}
	_, err = fmt.Fprintf(b.Out, "%s holds the state of %s: %d files, %s, checksums right%s\n",
		b.To, m.Made.Format(time.RFC3339), len(m.Files), bytesText(m.Bytes()), head)
	return err
}

// checkFree says what to do when the name is taken, or cannot be.
func (b Backup) checkFree(tar bool) error {
	if !tar {
		return backup.CheckEmpty(b.To)
	}
	if _, err := os.Lstat(b.To); err == nil {
		return fmt.Errorf("%s is there already; choose another name", b.To)
	}
	if dir := filepath.Dir(b.To); dir != "." {
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("cannot write the backup into %s: %w", dir, err)
		}
	}
	return nil
}

// file writes a tar under another name until it is whole.
func (b Backup) file(body io.Reader) (*backup.Manifest, error) {
	part := b.To + ".part"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the backup: %w", err)
	}
	in := io.TeeReader(body, out)
	m, err := backup.Read(in, func(_ string, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if err == nil {
		_, err = io.Copy(io.Discard, in) // the end of the tar
	}
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err == nil {
		err = backup.Rename(part, b.To)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot make the backup: %w", err), os.Remove(part))
	}
	return m, nil
}

// Restore makes a data folder of a backup.
type Restore struct {
	From string
	Data string
	Out  io.Writer
}

// Run restores into an empty folder.
func (r Restore) Run() error {
	m, err := backup.Restore(r.From, r.Data)
	if err != nil {
		return fmt.Errorf("cannot restore the backup: %w", err)
	}
	_, err = fmt.Fprintf(r.Out, "%s holds the state of %s (Haetae %s): %d files, %s, checksums right; start it with --set data=%s\n",
		r.Data, m.Made.Format(time.RFC3339), m.Version, len(m.Files), bytesText(m.Bytes()), r.Data)
	return err
}
