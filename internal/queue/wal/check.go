package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"path/filepath"
	"strings"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/vfs"
)

// Check reads all frames of the queue in a folder and compares them with the stored offsets by queue id and partition.
// Nothing is changed. Findings name files below dir.
func Check(fsys vfs.FS, dir string, stored func(queue string, partition int) (offset int64, known bool)) ([]model.Finding, error) {
	c := checker{fs: fsys, dir: dir}
	if _, err := fsys.Stat(filepath.Join(dir, identityFile)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			c.found(model.FindingQueueGone, identityFile, "there is no queue; a start makes a new one")
			c.list[0].Harmless = true
			return c.list, nil
		}
		return nil, err
	}
	id, err := loadIdentity(fsys, dir, 0, slog.New(slog.DiscardHandler))
	if err != nil {
		c.found(model.FindingQueue, identityFile, "%v", err)
		return c.list, nil
	}
	for i := range id.Partitions {
		offset, known := stored(id.ID, i)
		if err := c.partition(id, i, offset, known); err != nil {
			return c.list, err
		}
	}
	return c.list, nil
}

type checker struct {
	fs   vfs.FS
	dir  string
	list []model.Finding
}

func (c *checker) found(kind, file, format string, args ...any) {
	c.list = append(c.list, model.Finding{Kind: kind, File: file, Detail: fmt.Sprintf(format, args...)})
}

// partition reads the segments of a partition one after the other.
func (c *checker) partition(id identity, number int, stored int64, known bool) error {
	folder := fmt.Sprintf("p%03d", number)
	names, err := c.fs.List(filepath.Join(c.dir, folder))
	if err != nil {
		c.found(model.FindingQueueGone, folder, "cannot read the folder: %v", err)
		return nil
	}
	var files []string
	for _, name := range names {
		if _, ok := segmentBase(name); ok {
			files = append(files, name)
		} else if !strings.HasSuffix(name, tmpSuffix) {
			c.found(model.FindingUnknown, filepath.Join(folder, name), "it is not a file of the queue")
			c.list[len(c.list)-1].Harmless = true
		}
	}
	if len(files) == 0 {
		if stored > 0 {
			c.found(model.FindingQueueOld, folder, "the queue is empty and begins at offset 0, but everything below %d was stored already", stored)
		}
		return nil
	}
	first, _ := segmentBase(files[0])
	if known && first > stored {
		c.found(model.FindingQueueGone, folder, "the queue begins at offset %d, but only what is below %d is stored", first, stored)
	}
	end := first
	for i, name := range files {
		next, err := c.segment(id, filepath.Join(folder, name), end, i == len(files)-1)
		if err != nil {
			return err
		}
		end = max(end, next)
	}
	if known && end < stored {
		c.found(model.FindingQueueOld, folder, "the queue ends at offset %d, but everything below %d was stored already: it is older than the metadata", end, stored)
	}
	return nil
}

// segment reads one file and returns the offset behind its last sound record.
func (c *checker) segment(id identity, name string, end int64, last bool) (int64, error) {
	path := filepath.Join(c.dir, name)
	file, err := c.fs.Open(path)
	if err != nil {
		c.found(model.FindingQueue, name, "cannot be opened: %v", err)
		return end, nil
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return end, fmt.Errorf("cannot read %q: %w", path, err)
	}
	sc := &scanner{key: id.key}
	sc.reset(file)
	var records [][]byte
	for pos := int64(0); pos < size; {
		f, err := sc.at(pos, size)
		if err == nil {
			records, err = f.records(f.body, records[:0])
		}
		if err == nil {
			if f.base > end {
				c.found(model.FindingQueue, name, "offsets %d to %d are missing before byte %d", end, f.base-1, pos)
			}
			end = max(end, f.end())
			pos += f.bytes()
			continue
		}
		if !errors.Is(err, errHeader) && !errors.Is(err, errShort) && !errors.Is(err, errPayload) {
			return end, fmt.Errorf("cannot read %q: %w", path, err)
		}
		next, ok, fault := sc.find(pos+1, size, 0, math.MaxInt64)
		switch {
		case fault != nil:
			return end, fmt.Errorf("cannot read %q: %w", path, fault)
		case ok:
			c.found(model.FindingQueue, name, "bytes %d to %d: %v", pos, next-1, err)
			pos = next
		case last && !errors.Is(err, errPayload):
			c.found(model.FindingTorn, name, "an unfinished write of %d bytes at %d; it was not acknowledged", size-pos, pos)
			c.list[len(c.list)-1].Harmless = true
			return end, nil
		default:
			c.found(model.FindingQueue, name, "bytes %d to %d: %v", pos, size-1, err)
			return end, nil
		}
	}
	return end, nil
}
