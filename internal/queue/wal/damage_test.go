package wal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/vfs"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

const testDir = "/data/queue"

// filled makes a queue of one partition whose record at each offset tells the offset, in several segments of
// several frames, and returns the first offset of each frame and the end.
func filled(t *testing.T) (fs *vfstest.FS, frames []int64, end int64) {
	t.Helper()
	fs = vfstest.New(1)
	q := open(t, testOptions(fs, nil))
	for i := range 12 {
		frames = append(frames, end)
		appendNumbered(t, q, &end, 1+i%4)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	return fs, frames, end
}

func testOptions(fs vfs.FS, log *bytes.Buffer) Options {
	o := Options{FS: fs, Dir: testDir, Partitions: 1, SegmentBytes: 500, MinFree: 1}
	if log != nil {
		o.Log = slog.New(slog.NewTextHandler(log, nil))
	}
	return o
}

func numberedRecord(offset int64) string { return fmt.Sprintf("record at offset %06d", offset) }

func appendNumbered(t *testing.T, q *Queue, end *int64, n int) {
	t.Helper()
	b := []*queue.Batch{{}}
	for range n {
		b[0].AddBytes([]byte(numberedRecord(*end)))
		*end++
	}
	if err := q.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func segmentPaths(t *testing.T, fs vfs.FS) []string {
	t.Helper()
	dir := filepath.Join(testDir, "p000")
	names, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range names {
		names[i] = filepath.Join(dir, n)
	}
	return names
}

// readNumbered reads from an offset up to the record last, and checks that each record is at its offset and
// that all others are told as lost.
func readNumbered(t *testing.T, q *Queue, from int64, last string) (lost []queue.Damage) {
	t.Helper()
	queuetest.With(t, q, 0, func(ctx context.Context, r queue.Reader) error {
		if err := r.From(from); err != nil {
			return err
		}
		for next := from; ; {
			c, err := r.Next(ctx)
			if err != nil {
				return err
			}
			for _, d := range c.Damaged {
				if d.From != next || d.To <= d.From || d.Where == "" {
					return fmt.Errorf("damage %+v told at offset %d", d, next)
				}
				next = d.To
			}
			lost = append(lost, c.Damaged...)
			if c.Base != next {
				return fmt.Errorf("chunk at %d, want %d", c.Base, next)
			}
			for _, rec := range c.Records {
				if string(rec) == last {
					return nil
				}
				if want := numberedRecord(next); string(rec) != want {
					return fmt.Errorf("record %q at offset %d, want %q", rec, next, want)
				}
				next++
			}
		}
	})
	return lost
}

// One flipped bit, anywhere: it costs the records of its frame and no other, the loss is told, and what is
// appended afterwards is read by whoever had stored everything before.
func TestFlippedByte(t *testing.T) {
	pristine, frames, end := filled(t)
	paths := segmentPaths(t, pristine)
	if len(paths) < 3 {
		t.Fatalf("only %d segments", len(paths))
	}
	for _, path := range paths {
		info, err := pristine.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		for pos := range info.Size() {
			fs := pristine.Clone()
			if err := fs.Flip(path, pos, 1<<(pos%8)); err != nil {
				t.Fatal(err)
			}
			checkFlipped(t, fs, frames, end)
			if t.Failed() {
				t.Fatalf("byte %d of %s", pos, path)
			}
		}
	}
}

func checkFlipped(t *testing.T, fs *vfstest.FS, frames []int64, end int64) {
	t.Helper()
	q := open(t, testOptions(fs, nil))
	defer q.Close()
	const late = "appended later"
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, late)); err != nil {
		t.Fatal(err)
	}
	lost := readNumbered(t, q, 0, late)
	if len(lost) != 1 {
		t.Fatalf("damage: %+v, want one", lost)
	}
	frame, _ := slices.BinarySearch(frames, lost[0].From)
	next := append(slices.Clone(frames), end)[frame+1]
	if frames[frame] != lost[0].From || lost[0].To < next || lost[0].To > next && next != end {
		t.Fatalf("lost offsets %d to %d are not one frame of %v", lost[0].From, lost[0].To, frames)
	}
	if s := q.Stats()[0]; s.Damaged == 0 || s.Damaged != lost[0].Bytes {
		t.Fatalf("statistics %+v, damage %+v", s, lost)
	}
	readNumbered(t, q, max(end, lost[0].To), late) // the store had everything
}

// The end of the file cut at each length of the last frame, or zeros from there on: no record before it is
// lost, no damage is told, the log says how much was cut, and the offsets go on.
func TestTornTail(t *testing.T) {
	pristine, frames, _ := filled(t)
	path := slices.Max(segmentPaths(t, pristine))
	whole, err := vfs.ReadFile(pristine, path)
	if err != nil {
		t.Fatal(err)
	}
	base, last := frames[len(frames)-2], frames[len(frames)-1]
	var key frameKey
	copy(key[:], whole[keyAt:])
	lastAt := bytes.LastIndex(whole, key[:]) - keyAt
	if base >= last || lastAt <= 0 {
		t.Fatalf("the last segment has one frame only: %v", frames)
	}
	for cut := lastAt; cut < len(whole); cut++ {
		for _, zeros := range []bool{false, true} {
			if zeros && len(whole)-cut < minTornZeros {
				continue // may be a record's own
			}
			fs := pristine.Clone()
			if err := fs.Truncate(path, int64(cut)); err != nil {
				t.Fatal(err)
			}
			if zeros {
				if err := fs.Truncate(path, int64(len(whole))); err != nil {
					t.Fatal(err)
				}
			}
			checkTorn(t, fs, last, cut > lastAt || zeros)
			if t.Failed() {
				t.Fatalf("cut at %d of %d, zeros %v", cut-lastAt, len(whole)-lastAt, zeros)
			}
		}
	}
}

func checkTorn(t *testing.T, fs *vfstest.FS, end int64, torn bool) {
	t.Helper()
	var log bytes.Buffer
	q := open(t, testOptions(fs, &log))
	defer q.Close()
	if s := q.Stats()[0]; s.End != end {
		t.Fatalf("statistics %+v, want end %d", s, end)
	}
	if strings.Contains(log.String(), "torn end") != torn || torn && !strings.Contains(log.String(), "bytes=") {
		t.Fatalf("log: %s", &log)
	}
	const late = "appended later"
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, late)); err != nil {
		t.Fatal(err)
	}
	if lost := readNumbered(t, q, 0, late); len(lost) != 0 {
		t.Fatalf("damage: %+v", lost)
	}
}

// A destroyed header in front of a whole frame that holds another queue's frame as a record: the search for
// the next frame must not take a record for a frame.
func TestRecordsAreNeverTakenForFrames(t *testing.T) {
	fs := vfstest.New(1)
	q := open(t, testOptions(fs, nil))
	forged := make([]byte, headerBytes, 100)
	forged = append(forged, 6)
	forged = append(forged, "forged"...)
	putHeader(forged, frameKey{1, 2, 3}, 0, 0, 1)
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, string(forged))); err != nil {
		t.Fatal(err)
	}
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, "behind")); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := fs.Flip(segmentPaths(t, fs)[0], 0, 0xff); err != nil {
		t.Fatal(err)
	}
	q = open(t, testOptions(fs, nil))
	defer q.Close()
	lost := readNumbered(t, q, 0, "behind")
	if len(lost) != 1 || lost[0].From != 0 || lost[0].To != 1 {
		t.Fatalf("damage: %+v", lost)
	}
}

// A segment that is gone altogether is a hole that is told, not an end.
func TestMissingSegment(t *testing.T) {
	fs, _, end := filled(t)
	if err := fs.Remove(segmentPaths(t, fs)[1]); err != nil {
		t.Fatal(err)
	}
	q := open(t, testOptions(fs, nil))
	defer q.Close()
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, "last")); err != nil {
		t.Fatal(err)
	}
	lost := readNumbered(t, q, 0, "last")
	if len(lost) != 1 || q.Stats()[0].End != end+1 {
		t.Fatalf("damage: %+v, statistics %+v", lost, q.Stats())
	}
}

func TestNewerFramesAreRefused(t *testing.T) {
	fs := vfstest.New(1)
	q := open(t, testOptions(fs, nil))
	key := q.key
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	frame := append(make([]byte, headerBytes), 1, 'x')
	putHeader(frame, key, 0, 0, 1)
	frame[2] = frameVersion + 1
	sumHeader(frame)
	f, err := fs.Create(segmentPath(filepath.Join(testDir, "p000"), 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(frame); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(testOptions(fs, nil)); !errors.Is(err, errVersion) {
		t.Fatalf("got %v", err)
	}
}

// A queue that lost its identity must not begin anew over the records that are there.
func TestIdentityIsGuarded(t *testing.T) {
	fs, _, _ := filled(t)
	name := filepath.Join(testDir, identityFile)
	data, err := vfs.ReadFile(fs, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := fs.Remove(name); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(testOptions(fs, nil)); err == nil || !strings.Contains(err.Error(), identityFile) {
		t.Fatalf("opened without identity: %v", err)
	}
	for _, change := range [][2]string{{`"version":1`, `"version":2`}, {`"partitions":1`, `"partitions":0`}, {`"key":"`, `"key":"00`}, {`{`, ``}} {
		changed := bytes.Replace(data, []byte(change[0]), []byte(change[1]), 1)
		if err := vfs.WriteFileDurable(fs, name, changed); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(testOptions(fs, nil)); err == nil {
			t.Errorf("opened with identity %s", changed)
		}
	}
}

// Another number of partitions would send streams elsewhere, behind records that are still to be read.
func TestPartitionsAreKept(t *testing.T) {
	fs, _, _ := filled(t)
	var log bytes.Buffer
	o := testOptions(fs, &log)
	o.Partitions = 4
	q := open(t, o)
	defer q.Close()
	if diff := cmp.Diff(1, q.Partitions()); diff != "" || !strings.Contains(log.String(), "drain") {
		t.Errorf("%d partitions, log %s", q.Partitions(), &log)
	}
}

// A queue's folder that was put back from an older copy must not fill the offsets up that the store knows: their
// records would be acknowledged and never stored.
func TestOlderFolderAcknowledgesNothing(t *testing.T) {
	q, err := Open(Options{FS: vfstest.New(1), Dir: "/q", Partitions: 1, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	b := &queue.Batch{}
	b.AddBytes([]byte("x"))
	if err := q.Append(t.Context(), []*queue.Batch{b}); err != nil {
		t.Fatal(err)
	}
	if err := newReader(q.partitions[0], 1).From(2); err == nil {
		t.Fatal("a reader begins behind the end")
	}
	if err := q.Append(t.Context(), []*queue.Batch{b}); !errors.Is(err, queue.ErrNotDurable) {
		t.Errorf("a record that the store would pass over: %v, want ErrNotDurable", err)
	}
}
