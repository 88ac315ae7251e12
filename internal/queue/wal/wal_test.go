package wal

import (
	"testing"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/vfs"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

func TestConformance(t *testing.T) {
	run := func(t *testing.T, keep Retention, place func(t *testing.T) (vfs.FS, string)) {
		queuetest.Run(t, func(t *testing.T, partitions int) queuetest.Harness {
			fsys, dir := place(t)
			const maxBytes = 4 << 20
			return queuetest.Harness{
				MaxBytes: maxBytes,
				Trims:    keep == Retention{},
				Open: func(t *testing.T) queue.Queue {
					return open(t, Options{
						FS: fsys, Dir: dir, Partitions: partitions, MaxBytes: maxBytes, SegmentBytes: 256 << 10, MinFree: 1, Retention: keep,
					})
				},
			}
		})
	}
	t.Run("os", func(t *testing.T) {
		run(t, Retention{}, func(t *testing.T) (vfs.FS, string) { return vfs.OS, t.TempDir() + "/queue" })
	})
	memory := func(*testing.T) (vfs.FS, string) { return vfstest.New(1), "/data/queue" }
	t.Run("memory", func(t *testing.T) { run(t, Retention{}, memory) })
	t.Run("retention", func(t *testing.T) { run(t, Retention{Age: -1, Bytes: -1}, memory) })
}

func open(t testing.TB, opts Options) *Queue {
	t.Helper()
	q, err := Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
