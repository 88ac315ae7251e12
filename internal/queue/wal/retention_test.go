package wal

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// wantHeld fails unless the first partition holds the offsets from oldest to end.
func wantHeld(t *testing.T, q *Queue, oldest, end int64) {
	t.Helper()
	if s := q.Stats()[0]; s.Oldest != oldest || s.End != end {
		t.Errorf("the queue holds %d to %d, want %d to %d", s.Oldest, s.End, oldest, end)
	}
}

// appendSegments appends records that are so large that each begins a segment.
func appendSegments(t *testing.T, q *Queue, n int) {
	t.Helper()
	for range n {
		if err := q.Append(t.Context(), queuetest.Batches(1, 0, strings.Repeat("x", 1000))); err != nil {
			t.Fatal(err)
		}
	}
}

func setStored(t *testing.T, q *Queue, offset int64) {
	t.Helper()
	if err := q.partitions[0].setStored(offset); err != nil {
		t.Fatal(err)
	}
}

// What is stored stays for as long as retention.ms says, counted from the append, also across a restart; what is not
// stored stays whatever its age.
func TestRetentionByAge(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	opts.Retention, opts.Now = Retention{Age: time.Hour, Bytes: -1}, func() time.Time { return now }
	q := open(t, opts)
	defer func() { _ = q.Close() }()
	for range 4 { // offsets 0 to 3, 20 minutes apart
		appendSegments(t, q, 1)
		now = now.Add(20 * time.Minute)
	}
	setStored(t, q, 3)
	wantHeld(t, q, 0, 4) // offset 1 came an hour ago: 0 is no older than it
	now = now.Add(time.Minute)
	setStored(t, q, 3)
	wantHeld(t, q, 1, 4)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = open(t, opts)
	setStored(t, q, 3)
	wantHeld(t, q, 1, 4)
	now = now.Add(20 * time.Minute)
	setStored(t, q, 3)
	wantHeld(t, q, 2, 4)
	now = now.Add(1000 * time.Hour)
	setStored(t, q, 3)
	wantHeld(t, q, 3, 4)
}

// Nobody sends any more and nothing is stored: records that are only kept go all the same when their time has come.
func TestRetentionByAgeWithoutTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := testOptions(vfstest.New(1), nil)
		opts.Retention = Retention{Age: time.Hour, Bytes: -1}
		q := open(t, opts)
		defer q.Close()
		appendSegments(t, q, 3)
		setStored(t, q, 3)
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		wantHeld(t, q, 0, 3)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		wantHeld(t, q, 2, 3)
	})
}

// The older of both bounds trims; what is not stored goes beyond retention.bytes.
func TestRetentionByBytes(t *testing.T) {
	opts := testOptions(vfstest.New(1), nil)
	opts.Retention = Retention{Age: -1, Bytes: 3500}
	q := open(t, opts)
	defer q.Close()
	appendSegments(t, q, 6)
	setStored(t, q, 1)
	wantHeld(t, q, 1, 6) // five segments are too many, but only one was stored
	setStored(t, q, 5)
	wantHeld(t, q, 3, 6)
	if kept, held := q.partitions[0].kept(), q.Stats()[0].Bytes; kept == 0 || kept >= held {
		t.Errorf("%d of %d bytes count as only kept", kept, held)
	}
}

// Records that are only kept never refuse a sender: not at queue.max_size, not on a full disk, and not when the disk says so
// at the write only. What is not stored is never given up for them.
func TestKeptMakesRoom(t *testing.T) {
	for name, c := range map[string]struct {
		bound string
		limit func(fs *vfstest.FS, o *Options)
	}{
		"max_size": {boundSize, func(_ *vfstest.FS, o *Options) { o.MaxBytes = 10_000 }},
		"disk":     {boundDisk, func(fs *vfstest.FS, _ *Options) { fs.SetCapacity(10_000) }},
		"quota": {boundDisk, func(fs *vfstest.FS, _ *Options) {
			fs.SetHook(func(op vfstest.Op, _ string) error {
				if op == vfstest.OpWrite && fs.Used() > 9000 {
					return syscall.ENOSPC
				}
				return nil
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfstest.New(1)
			opts := testOptions(fs, nil)
			opts.Retention = Retention{Age: -1, Bytes: -1}
			c.limit(fs, &opts)
			q := open(t, opts)
			defer q.Close()
			const stored = 40
			for end := int64(1); end <= stored; end++ {
				appendSegments(t, q, 1)
				setStored(t, q, end)
			}
			if s := q.Stats()[0]; s.Oldest == 0 || s.End-s.Oldest < 4 {
				t.Fatalf("retention keeps %d to %d", s.Oldest, s.End)
			}
			var err error
			appended := 0
			for ; err == nil && appended < stored; appended++ {
				err = q.Append(t.Context(), queuetest.Batches(1, 0, fmt.Sprintf("%06d%s", appended, strings.Repeat("x", 1000))))
			}
			wantBusy(t, err, c.bound)
			// The last of the stored segments goes with what the writer seals, not before.
			if s := q.Stats()[0]; s.Oldest < stored-1 || s.Oldest > stored || appended < 5 {
				t.Errorf("senders were refused with %d to %d in the queue, stored below %d", s.Oldest, s.End, stored)
			}
			for i, rec := range queuetest.Read(t, q, 0, stored, appended-1) {
				if !strings.HasPrefix(rec, fmt.Sprintf("%06d", i)) {
					t.Fatalf("record %.10q at offset %d", rec, stored+i)
				}
			}
		})
	}
}

// A deletion takes the copies in the queue with it: retention does not keep them.
func TestRotateTakesKeptRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := testOptions(vfstest.New(1), nil)
		opts.Retention = Retention{Age: -1, Bytes: -1}
		q := open(t, opts)
		defer q.Close()
		appendSegments(t, q, 6)
		setStored(t, q, 3)
		q.Rotate(map[int]int64{0: 4})
		synctest.Wait()
		wantHeld(t, q, 3, 6)
		setStored(t, q, 6)
		wantHeld(t, q, 4, 6)
	})
}

// A backup needs only what is not stored yet; a queue that was just opened knows it from the metadata.
func TestKeptStaysOutOfBackups(t *testing.T) {
	fs := vfstest.New(1)
	opts := testOptions(fs, nil)
	opts.Retention = Retention{Age: -1, Bytes: -1}
	q := open(t, opts)
	appendSegments(t, q, 5)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = open(t, opts)
	defer q.Close()
	if err := q.StoredBelow(map[int]int64{0: 4}); err != nil {
		t.Fatal(err)
	}
	if s := q.Stats()[0]; s.Stored != 4 || s.Oldest != 0 {
		t.Errorf("just opened: %+v", s)
	}
	files, err := q.Files()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[1].Size >= q.Stats()[0].Bytes {
		t.Errorf("the backup would have %v", files)
	}
}

// A folder that is older than the store is refused by the reader; until somebody has looked at it, it stays as it is.
func TestStoredBelowLeavesOldFolder(t *testing.T) {
	q := open(t, testOptions(vfstest.New(1), nil))
	defer q.Close()
	appendSegments(t, q, 5)
	if err := q.StoredBelow(map[int]int64{0: 9}); err != nil {
		t.Fatal(err)
	}
	wantHeld(t, q, 0, 5)
	if err := q.StoredBelow(map[int]int64{0: 4}); err != nil {
		t.Fatal(err)
	}
	wantHeld(t, q, 4, 5)
}
