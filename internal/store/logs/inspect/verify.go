package inspect

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
)

// ErrDamaged means that segments are damaged; their names were written.
var ErrDamaged = errors.New("damaged segments")

// Verify reads every byte of all segments of a folder, which may be a server's data folder, and writes a line for each
// damage; ErrDamaged when there was one.
func Verify(out io.Writer, dir string) error {
	if nested := filepath.Join(dir, "logs"); isDir(nested) {
		dir = nested
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot list the segments: %w", err)
	}
	files, damaged := 0, 0
	var size int64
	for _, entry := range entries {
		if entry.IsDir() || filepath.Ext(entry.Name()) != segmentSuffix {
			continue
		}
		files++
		n, err := verifySegment(filepath.Join(dir, entry.Name()), func(err error) {
			fmt.Fprintf(out, "%s: %v\n", entry.Name(), err)
		})
		size += n
		if err != nil {
			damaged++
		}
	}
	switch {
	case files == 0:
		return fmt.Errorf("there are no segments (*%s) in %s; give the data folder of a server, or its folder logs", segmentSuffix, dir)
	case damaged > 0:
		return fmt.Errorf("%w: %d of %d", ErrDamaged, damaged, files)
	}
	fmt.Fprintf(out, "%d segments, %d bytes: no damage\n", files, size)
	return nil
}

const segmentSuffix = ".seg"

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// verifySegment reports each damage of a file, and returns its size and the last damage.
func verifySegment(path string, report func(error)) (size int64, last error) {
	f, err := segment.Open(vfs.OS, path)
	if err != nil {
		report(err)
		return 0, err
	}
	defer f.Close()
	var body []byte
	for i, b := range f.Blocks {
		body = slices.Grow(body[:0], b.Header.Size())[:b.Header.Size()]
		_, err := f.ReadAt(body, b.Base)
		if err == nil {
			err = b.Header.Verify(body)
		}
		if err != nil {
			last = fmt.Errorf("block %d of %d (%d rows of %q): %w", i+1, len(f.Blocks), b.Header.Info().Rows, b.Header.Info().Group, err)
			report(last)
		}
	}
	return f.Size, last
}
