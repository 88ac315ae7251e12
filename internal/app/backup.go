package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/backup"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/secret"
	"github.com/haetae/haetae/internal/store/meta"
)

// backupFolder holds what a backup under way has still to read, below the data folder.
const backupFolder = "backup.tmp"

// backups makes backups of the running server, one at a time; it implements api.Backups.
type backups struct {
	a    *app
	busy sync.Mutex
}

// openBackups removes what a backup has left that was under way when the process ended.
func (a *app) openBackups(context.Context) error {
	a.backups = &backups{a: a}
	if err := os.RemoveAll(filepath.Join(a.cfg.Data, backupFolder)); err != nil {
		return fmt.Errorf("cannot remove what an earlier backup has left: %w", err)
	}
	return nil
}

// checkRestored refuses a folder into which a backup was restored only in part.
func checkRestored(data string) error {
	if _, err := os.Stat(filepath.Join(data, backup.Unfinished)); err == nil {
		return fmt.Errorf("data: a restore into %s was not finished; empty the folder and restore the backup again", data)
	}
	return nil
}

// Backup implements api.Backups. It writes the state of one moment: the metadata, the segments that they name, and the
// queue from the stored offsets on with everything that was acknowledged by then, unless Kafka keeps it. For that moment nothing is removed;
// hard links keep the files while they are written.
func (b *backups) Backup(ctx context.Context, begin func() io.Writer) error {
	if b.a.cfg.Store.Meta.Type == metaPostgres {
		return api.NewProblem("conflict", "the metadata are in PostgreSQL, of which a backup here would be of another moment than the segments; "+
			"stop the server, save the database with pg_dump, and copy the data folder")
	}
	if !b.busy.TryLock() {
		return &model.TakenError{Reason: model.TakenRevision, Text: "another backup is being made; wait until it is done"}
	}
	defer b.busy.Unlock()
	dir := filepath.Join(b.a.cfg.Data, backupFolder)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("cannot begin a backup: %w", err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			b.a.log.Warn("cannot remove the links of a backup; the next start does", "error", err)
		}
	}()
	cut, err := b.cut(ctx, dir)
	if err != nil {
		return err
	}
	w := backup.NewWriter(begin(), version, cut.made)
	w.SetAudit(cut.head)
	for _, f := range cut.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := addFile(w, f.name, f.path, f.size); err != nil {
			return err
		}
	}
	return w.Finish()
}

var _ api.Backups = (*backups)(nil)

// cut is what a backup holds.
type cut struct {
	made  time.Time
	head  backup.AuditHead // at least up to here the audit trail is in it
	files []cutFile
}

type cutFile struct {
	name string // in the backup
	path string
	size int64
}

// cut takes a copy of the metadata, and links to all other files, into dir.
func (b *backups) cut(ctx context.Context, dir string) (*cut, error) {
	c := &cut{}
	err := b.a.store.Hold(ctx, func() error {
		q, onDisk := b.a.queue.(*wal.Queue)
		if !onDisk { // the topic has what the metadata do not, and keeps it
			return b.addStored(ctx, c, dir)
		}
		return q.Hold(func() error {
			// The queue is listed behind the metadata: it then holds at least what they do not have.
			if err := b.addStored(ctx, c, dir); err != nil {
				return err
			}
			files, err := q.Files()
			if err != nil {
				return err
			}
			for _, f := range files {
				if err := b.link(c, dir, filepath.Join("queue", f.Name), f.Size); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("cannot make a backup: %w", err)
	}
	return c, nil
}

// addStored adds the metadata and the segments that they name.
func (b *backups) addStored(ctx context.Context, c *cut, dir string) error {
	c.made = time.Now()
	book, err := b.a.meta.AuditBook(ctx)
	if err != nil {
		return err
	}
	c.head = backup.AuditHead{Seq: book.Head.Seq, Hash: book.Head.Hash}
	segments, err := b.copyMeta(ctx, c, dir)
	if err != nil {
		return err
	}
	for _, id := range segments {
		if err := b.link(c, dir, filepath.Join("logs", id), -1); err != nil {
			return err
		}
	}
	return b.addSecrets(c, dir)
}

// addSecrets adds the stored secrets as they are sealed. The key that opens them is in no backup: who finds one cannot read them.
func (b *backups) addSecrets(c *cut, dir string) error {
	if _, err := os.Stat(filepath.Join(b.a.cfg.Data, secret.VaultFile)); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return b.link(c, dir, secret.VaultFile, -1)
}

// copyMeta copies the metadata and returns the segments that the copy names.
func (b *backups) copyMeta(ctx context.Context, c *cut, dir string) (segments []string, err error) {
	path := filepath.Join(dir, "meta.db")
	if err := b.a.meta.Copy(ctx, path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	c.files = append(c.files, cutFile{"meta.db", path, info.Size()})
	list, err := meta.SegmentsOf(ctx, path)
	for _, seg := range list {
		segments = append(segments, seg.ID)
	}
	return segments, err
}

// link adds a file of the data folder; a size below 0 is that of the file. Where there are no hard links it is copied,
// which takes longer. A segment that is missing is known to be damaged: it is left out, as it is in searches.
func (b *backups) link(c *cut, dir, name string, size int64) error {
	from, to := filepath.Join(b.a.cfg.Data, name), filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	err := os.Link(from, to)
	if errors.Is(err, os.ErrNotExist) && size < 0 {
		b.a.log.Warn("a segment is missing, and not in the backup", "segment", filepath.Base(name))
		return nil
	}
	if err != nil {
		err = copyFile(from, to)
	}
	if err != nil {
		return err
	}
	if size < 0 {
		info, err := os.Stat(to)
		if err != nil {
			return err
		}
		size = info.Size()
	}
	c.files = append(c.files, cutFile{filepath.ToSlash(name), to, size})
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func addFile(w *backup.Writer, name, path string, size int64) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	return w.Add(name, size, in)
}
