package logs

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
)

// Check compares the files of a folder with what the metadata say, and reads every byte of the segments. Nothing is
// changed. Findings name files without folder.
func Check(fsys vfs.FS, dir string, known []store.Segment, positions []store.Position) ([]model.Finding, error) {
	names, err := fsys.List(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the segments: %w", err)
	}
	c := checker{fs: fsys, dir: dir, stored: map[partitionKey]int64{}, rows: map[partitionKey]offsets{}}
	for _, p := range positions {
		c.stored[partitionKey{p.Queue, p.Partition}] = p.Offset
	}
	named := map[string]bool{}
	for _, seg := range known {
		named[seg.ID] = true
		if slices.Contains(names, seg.ID) {
			c.segment(seg)
		} else {
			c.found(model.FindingMissing, seg.ID, "%d records of dataset %s from %s are in a file that is not there", seg.Rows, seg.Dataset, seg.Day)
		}
	}
	for _, name := range names {
		switch {
		case named[name]:
		case strings.HasSuffix(name, segment.TempSuffix):
			c.found(model.FindingUnknown, name, "the rest of a write that did not finish")
			c.list[len(c.list)-1].Harmless = true
		default:
			c.found(model.FindingUnknown, name, "the metadata do not name it; the next start would remove it")
		}
	}
	return c.list, nil
}

type checker struct {
	fs     vfs.FS
	dir    string
	list   []model.Finding
	stored map[partitionKey]int64
	rows   map[partitionKey]offsets
}

type partitionKey struct {
	queue     string
	partition int
}

func (c *checker) found(kind, file, format string, args ...any) {
	c.list = append(c.list, model.Finding{Kind: kind, File: file, Detail: fmt.Sprintf(format, args...)})
}

// segment reads one file.
func (c *checker) segment(seg store.Segment) {
	file, err := segment.Open(c.fs, filepath.Join(c.dir, seg.ID))
	if err != nil {
		c.found(model.FindingFooter, seg.ID, "%d records cannot be read: %v", seg.Rows, err)
		return
	}
	defer file.Close()
	got := store.Segment{
		ID: seg.ID, Dataset: file.Key.Dataset, Day: file.Key.Day, Received: file.Key.Received, Class: file.Key.Class, Bytes: file.Size,
	}
	doubled, ahead := 0, 0
	for i, b := range file.Blocks {
		got.Rows += int64(b.Header.Info().Rows)
		offsets, err := c.block(file, b)
		if err != nil {
			c.found(model.FindingSegment, seg.ID, "block %d of %d, with %d records: %v", i+1, len(file.Blocks), b.Header.Info().Rows, err)
			continue
		}
		key := partitionKey{b.Header.Info().Queue, b.Header.Info().Partition}
		stored, known := c.stored[key]
		if c.rows[key] == nil {
			c.rows[key] = map[int64]*[chunkOffsets / 64]uint64{}
		}
		for _, offset := range offsets {
			if !c.rows[key].add(offset) {
				doubled++
			}
			if known && offset >= stored {
				ahead++
			}
		}
	}
	if doubled > 0 {
		c.found(model.FindingDoubled, seg.ID, "%d of %d records are in another segment too", doubled, got.Rows)
	}
	if ahead > 0 {
		c.found(model.FindingAhead, seg.ID, "%d of %d records are not below the stored offset, so that they will be stored again", ahead, got.Rows)
	}
	want := store.Segment{
		ID: seg.ID, Dataset: seg.Dataset, Day: seg.Day, Received: seg.Received, Class: seg.Class, Bytes: seg.Bytes, Rows: seg.Rows,
	}
	if got != want {
		c.found(model.FindingMismatch, seg.ID, "the metadata say %+v, the file %+v", want, got)
	}
}

// block checks one block whole and returns the offsets of its rows.
func (c *checker) block(file *segment.File, b segment.Block) ([]int64, error) {
	if _, err := soundBody(joinBlock{file, b}); err != nil {
		return nil, err
	}
	return block.NewReader(b.Header, file, b.Base, &block.Scratch{}).Offsets()
}

// offsets is a set of offsets, which come in long runs.
type offsets map[int64]*[chunkOffsets / 64]uint64

const chunkOffsets = 1 << 16

// add reports whether the offset is new.
func (o offsets) add(offset int64) bool {
	chunk := o[offset/chunkOffsets]
	if chunk == nil {
		chunk = new([chunkOffsets / 64]uint64)
		o[offset/chunkOffsets] = chunk
	}
	word, bit := &chunk[offset%chunkOffsets/64], uint64(1)<<(offset%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// soundBody reads the body of a block and compares all its checksums.
func soundBody(b joinBlock) ([]byte, error) {
	body, err := b.body()
	if err != nil {
		return nil, err
	}
	if err := b.Header.Verify(body); err != nil {
		return nil, &blockError{b.file, err}
	}
	return body, nil
}
