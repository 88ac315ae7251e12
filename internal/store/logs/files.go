package logs

import (
	"errors"
	"path/filepath"
	"sync"

	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
)

// Bounds of the open segments that are kept for the next search.
const (
	keptFiles       = 256
	keptFooterBytes = 32 << 20
)

// fileCache keeps segments open. A file in use is never closed.
type fileCache struct {
	fs  vfs.FS
	dir string

	mu     sync.Mutex
	files  map[string]*openFile
	order  []string // ids by age
	memory int
}

// openFile is opened by the first that asks; the others wait for it.
type openFile struct {
	once    sync.Once
	file    *segment.File
	err     error
	users   int
	counted int
	dropped bool
}

func newFileCache(fs vfs.FS, dir string) *fileCache {
	return &fileCache{fs: fs, dir: dir, files: map[string]*openFile{}}
}

// acquire opens a segment; release must follow unless there is an error.
func (c *fileCache) acquire(id string) (*segment.File, error) {
	c.mu.Lock()
	f := c.files[id]
	if f == nil {
		f = &openFile{}
		c.files[id] = f
		c.order = append(c.order, id)
	}
	f.users++
	c.mu.Unlock()
	f.once.Do(func() { f.file, f.err = segment.Open(c.fs, filepath.Join(c.dir, id)) })
	if f.err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		f.users--
		if c.files[id] == f { // the next one tries again
			c.forget(id)
		}
		return nil, f.err
	}
	c.mu.Lock()
	if f.counted == 0 {
		f.counted = f.file.Memory()
		c.memory += f.counted
	}
	c.mu.Unlock()
	return f.file, nil
}

// release ends the use of a segment.
func (c *fileCache) release(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.files[id]
	if f == nil {
		return
	}
	f.users--
	if f.dropped && f.users == 0 {
		c.forget(id)
	}
	for i := 0; i < len(c.order) && (len(c.files) > keptFiles || c.memory > keptFooterBytes); {
		if old := c.files[c.order[i]]; old.users > 0 {
			i++
			continue
		}
		c.forget(c.order[i])
	}
}

// drop closes a segment whose file is going to be removed.
func (c *fileCache) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.files[id]; f != nil {
		if f.dropped = true; f.users == 0 {
			c.forget(id)
		}
	}
}

// forget closes a file; the lock is held.
func (c *fileCache) forget(id string) error {
	f := c.files[id]
	delete(c.files, id)
	for i, other := range c.order {
		if other == id {
			c.order = append(c.order[:i], c.order[i+1:]...)
			break
		}
	}
	c.memory -= f.counted
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}

func (c *fileCache) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for id := range c.files {
		errs = append(errs, c.forget(id))
	}
	return errors.Join(errs...)
}
