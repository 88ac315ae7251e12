package wal

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

var fuzzKey = frameKey{1, 2, 3, 4, 5, 6, 7, 8}

func encoded(base int64, records ...string) []byte {
	var g group
	g.add(queuetest.Batches(1, 0, records...)[0], nil)
	return bytes.Clone(g.finish(fuzzKey, base, 7))
}

// Whatever is in a frame, decoding it ends without a panic, and records are what was encoded.
func FuzzFrame(f *testing.F) {
	f.Add(encoded(3, "a", "", "bcd"))
	f.Add(encoded(0, string(make([]byte, 300))))
	f.Add([]byte("HW\x01\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Right checksums, so that what is behind them is reached.
		for _, repair := range []bool{false, true} {
			if repair && len(data) >= headerBytes {
				data = bytes.Clone(data)
				putHeader(data, fuzzKey, int64(len(data)), 0, int(data[0]))
			}
			h, err := parseHeader(data, fuzzKey)
			if err != nil {
				continue
			}
			if h.bytes() > int64(len(data)) {
				continue
			}
			records, err := h.records(data[headerBytes:h.bytes()], nil)
			if err != nil {
				if !errors.Is(err, errPayload) || len(records) != 0 {
					t.Fatalf("%d records, %v", len(records), err)
				}
				continue
			}
			if len(records) != h.count || h.end() != h.base+int64(len(records)) {
				t.Fatalf("%d records for %+v", len(records), h)
			}
			var b queue.Batch
			for _, rec := range records {
				b.AddBytes(rec)
			}
			var g group
			g.add(&b, nil)
			again := g.finish(fuzzKey, h.base, h.time)
			h2, err := parseHeader(again, fuzzKey)
			if err != nil || h2.count != h.count && len(g.frames) == 1 {
				t.Fatalf("%+v became %+v, %v", h, h2, err)
			}
		}
	})
}

// A queue opens on any last segment, takes records, and gives them back at offsets of their own. The check finds any
// damage that its reader comes to.
func FuzzSegment(f *testing.F) {
	one := encoded(0, "first", "second")
	two := append(bytes.Clone(one), encoded(2, "third")...)
	f.Add(two)
	f.Add(two[:len(two)-1])
	f.Add(append(bytes.Clone(one), make([]byte, 100)...))
	f.Add(append([]byte("garbage"), two...))
	f.Add(append(bytes.Clone(one), encoded(90, "far")...))
	// A destroyed header, then an unfinished frame: what is appended behind lies within the length that
	// the unfinished one claims.
	hidden := bytes.Clone(two[:len(two)-3])
	hidden[1] = 'X'
	f.Add(hidden)
	const id = `{"version":1,"id":"f","key":"0102030405060708","partitions":1,"epoch":1}`
	f.Fuzz(func(t *testing.T, data []byte) {
		fs := vfstest.New(1)
		write(t, fs, filepath.Join(testDir, identityFile), []byte(id))
		write(t, fs, segmentPath(filepath.Join(testDir, "p000"), 0), data)
		findings, err := Check(fs, testDir, func(string, int) (int64, bool) { return 0, false })
		if err != nil && !errors.Is(err, errVersion) {
			t.Fatal(err)
		}
		q, err := Open(testOptions(fs, nil))
		if errors.Is(err, errVersion) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		end := q.Stats()[0].End
		if err := q.Append(t.Context(), queuetest.Batches(1, 0, "late")); err != nil {
			t.Fatal(err)
		}
		queuetest.With(t, q, 0, func(ctx context.Context, r queue.Reader) error {
			if err := r.From(0); err != nil {
				return err
			}
			for next := int64(0); ; {
				c, err := r.Next(ctx)
				if err != nil {
					return err
				}
				if c.Base < next || c.Base > next && len(c.Damaged) == 0 || len(c.Records) == 0 {
					t.Errorf("chunk of %d records at %d, want %d, damage %v", len(c.Records), c.Base, next, c.Damaged)
				}
				if len(findings) == 0 && len(c.Damaged) > 0 {
					t.Errorf("damage that the check has not found: %v", c.Damaged)
				}
				next = c.Base + int64(len(c.Records))
				if next > end {
					if last := c.Records[len(c.Records)-1]; string(last) != "late" || next != end+1 {
						t.Errorf("last record %q, end %d, want %d", last, next, end+1)
					}
					return nil
				}
			}
		})
	})
}

func write(t *testing.T, fs *vfstest.FS, name string, data []byte) {
	t.Helper()
	if err := fs.MkdirAll(filepath.Dir(name)); err != nil {
		t.Fatal(err)
	}
	f, err := fs.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
}
