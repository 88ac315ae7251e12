package logs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// follower collects what a tail hands on.
type follower struct {
	rows   chan string
	chunks chan TailChunk
	done   chan error
	cancel context.CancelFunc
}

func startTail(t *testing.T, s *Store, query string, from Cursor) *follower {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f := &follower{rows: make(chan string, 1000), chunks: make(chan TailChunk, 1000), done: make(chan error, 1), cancel: cancel}
	req := Search{Scope: model.Everything, Filter: filter(t, query), Fields: []string{"_msg"}}
	go func() {
		f.done <- s.Tail(ctx, req, from, func(c TailChunk) error {
			if c.Rows != nil {
				for i := range c.Rows.N {
					f.rows <- c.Rows.Value(i, "_msg")
				}
			}
			c.Rows = nil
			f.chunks <- c
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-f.done; !errors.Is(err, context.Canceled) {
			t.Errorf("tail ended with %v", err)
		}
	})
	<-f.chunks // it has begun, and caught up
	return f
}

func (f *follower) next(n int) []string {
	var rows []string
	for range n {
		rows = append(rows, <-f.rows)
	}
	return rows
}

// A tail shows what is published after it began, in order, also rows of blocks that were encoded meanwhile.
func TestTailFollows(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	appendMessages(w, "before")
	tail := startTail(t, f.Store, "x or y", Cursor{})
	appendMessages(w, "x 1", "no", "y 2")
	w.Append(w.Offset(), plainRecord(1, "x 3"))
	w.sealAll()
	w.Append(w.Offset(), plainRecord(1, "x 4"))
	w.Publish()
	checkpoint(t, w)
	appendMessages(w, "x 5")
	if diff := cmp.Diff([]string{"x 1", "y 2", "x 3", "x 4", "x 5"}, tail.next(5)); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

// The rows of a tail carry their own times, and not the epoch.
func TestTailTimes(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begun := make(chan struct{}, 100)
	times := make(chan int64, 1)
	go func() {
		req := Search{Scope: model.Everything, Filter: filter(t, "*"), All: true}
		_ = f.Tail(ctx, req, Cursor{}, func(c TailChunk) error { // ends with the test
			if c.Rows != nil {
				times <- c.Rows.Times[0]
			}
			begun <- struct{}{}
			return nil
		})
	}()
	<-begun
	r := plainRecord(1, "x")
	w.Append(w.Offset(), r)
	w.Publish()
	if got := <-times; got != r.Time {
		t.Errorf("the row's time is %d, want %d", got, r.Time)
	}
}

// A tail that comes back with its cursor misses nothing and sees nothing twice, wherever the rows are by then.
func TestTailCatchesUp(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	appendMessages(w, "seen")
	checkpoint(t, w)
	cursor := f.snapshotCursor()
	appendMessages(w, "stored")
	checkpoint(t, w)
	appendMessages(w, "encoded")
	w.sealAll()
	appendMessages(w, "open")
	parsed, err := ParseCursor(cursor.String())
	if err != nil {
		t.Fatal(err)
	}
	tail := startTail(t, f.Store, "*", parsed)
	appendMessages(w, "live")
	if diff := cmp.Diff([]string{"stored", "encoded", "open", "live"}, tail.next(4)); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

func (f *fixture) snapshotCursor() Cursor {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cursorLocked()
}

// A reader that does not keep up loses the oldest rows and is told how many.
func TestSlowTailSkips(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	tl := &tail{datasets: []string{model.DatasetLogs}, seen: (&Search{Scope: model.Everything}).seen(), wake: make(chan struct{}, 1), cursor: f.snapshotCursor(), from: map[int]int64{}}
	f.tails[tl] = struct{}{}
	const chunk = 10_000
	for range 15 {
		for range chunk {
			w.Append(w.Offset(), plainRecord(1, "x"))
		}
		w.Publish()
	}
	deltas, skipped, cursor := tl.take(Cursor{}, false)
	rows := 0
	for _, d := range deltas {
		rows += d.seen
	}
	if rows > tailRows || rows+int(skipped) != 15*chunk || cursor.Offsets[0] != 15*chunk {
		t.Errorf("%d rows kept, %d skipped, cursor %v; want at most %d kept and %d in all", rows, skipped, cursor, tailRows, 15*chunk)
	}
}

// Rows that are large together come in several chunks, of which each takes little memory; a row that is large alone
// comes all the same. The tail goes on.
func TestTailBoundsChunks(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	cursor := f.snapshotCursor()
	const rows = 500
	large := func(i int) string {
		size := 20 << 10
		if i == rows/2 {
			size = 3 << 20
		}
		return fmt.Sprint(i) + strings.Repeat("x", size)
	}
	appendRange := func(from, to int) {
		for i := from; i < to; i++ {
			w.Append(w.Offset(), plainRecord(i, large(i)))
		}
		w.Publish()
	}
	appendRange(0, rows/3) // the tail catches up with these
	checkpoint(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	next, done := 0, make(chan struct{})
	err := f.Tail(ctx, Search{Scope: model.Everything, Filter: filter(t, "*"), Fields: []string{"_msg"}}, cursor, func(c TailChunk) error {
		if c.Rows == nil {
			if next == rows/3 {
				go func() {
					appendRange(rows/3, rows)
					close(done)
				}()
			}
			if next == rows {
				cancel()
			}
			return nil
		}
		size := 0
		for i := range c.Rows.N {
			msg := c.Rows.Value(i, "_msg")
			if want := large(next); msg != want {
				t.Errorf("row %d begins with %.10q, want %.10q", next, msg, want)
			}
			size += len(msg)
			next++
		}
		if size > tailChunkBytes && c.Rows.N > 1 {
			t.Errorf("a chunk of %d rows has %d bytes, want at most %d", c.Rows.N, size, tailChunkBytes)
		}
		if want := int64(next); c.Cursor.Offsets[0] != want {
			t.Errorf("the cursor is at %d after %d rows", c.Cursor.Offsets[0], want)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || next != rows {
		t.Errorf("the tail ended after %d rows with %v", next, err)
	}
	<-done
}

// The error of a reader that is out of memory itself ends the tail; the rows are not shown to it again.
func TestTailReturnsErrorOfReader(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	cursor := f.snapshotCursor()
	appendMessages(w, "a", "b")
	calls, want := 0, &model.LimitError{Code: "query.too_much_memory"}
	err := f.Tail(t.Context(), Search{Scope: model.Everything, Fields: []string{"_msg"}}, cursor, func(TailChunk) error {
		calls++
		return want
	})
	if !errors.Is(err, want) || calls != 1 {
		t.Errorf("got error %v after %d calls, want that of the reader after one", err, calls)
	}
}

// Each tail takes memory, so that their number is bounded, and what waits for all of them together.
func TestTailsAreBounded(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	var tails []*tail
	for range maxTails {
		tl := &tail{datasets: []string{model.DatasetLogs}, seen: (&Search{Scope: model.Everything}).seen(), wake: make(chan struct{}, 1), cursor: f.snapshotCursor(), from: map[int]int64{}}
		tails = append(tails, tl)
		f.tails[tl] = struct{}{}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	req := Search{Scope: model.Everything}
	ignore := func(TailChunk) error { return nil }
	var busy *model.BusyError
	if err := f.Tail(ended, req, Cursor{}, ignore); !errors.As(err, &busy) || busy.Bound != "tails" || busy.RetryAfter <= 0 {
		t.Errorf("one tail too many: got error %v, want BusyError of tails", err)
	}
	for i := range 200 {
		w.Append(w.Offset(), plainRecord(i, strings.Repeat("x", 64<<10)))
		w.Publish()
	}
	held := int64(0)
	for _, tl := range tails {
		held += tl.bytes
	}
	if held == 0 || held > tailsBytes {
		t.Errorf("%d bytes wait for slow tails, want at most %d", held, tailsBytes)
	}
	delete(f.tails, tails[0])
	if err := f.Tail(ended, req, Cursor{}, ignore); !errors.Is(err, context.Canceled) {
		t.Errorf("when one has ended: got error %v", err)
	}
	if n := len(f.tails); n != maxTails-1 {
		t.Errorf("%d tails are left, want %d", n, maxTails-1)
	}
}

func TestCursorText(t *testing.T) {
	for _, c := range []Cursor{{}, {Queue: "q", Offsets: map[int]int64{}}, {Queue: "q", Offsets: map[int]int64{0: 5, 11: 7}}} {
		got, err := ParseCursor(c.String())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c, diff)
		}
	}
	for _, bad := range []string{":", "q:x", "q:1", "q:1.x", "q:-1.2"} {
		if _, err := ParseCursor(bad); err == nil {
			t.Errorf("%q was read as a cursor", bad)
		}
	}
}

// Searches and tails while rows are appended, encoded, stored and joined see each row once; run with -race.
func TestConcurrentSearches(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Memory = minMemory })
	stop := make(chan struct{})
	finished := make(chan error, 3)
	for range 2 {
		go func() {
			for {
				select {
				case <-stop:
					finished <- nil
					return
				default:
				}
				rows, stats, err := search(t.Context(), f.Store, Search{Fields: []string{"_record_id", "_msg"}})
				seen := map[string]bool{}
				for _, r := range rows {
					if seen[r] {
						err = fmt.Errorf("row %s was found twice", r)
					}
					seen[r] = true
				}
				if below := stats.Cursor.Offsets[0]; int64(len(rows)) < below {
					err = fmt.Errorf("%d rows found, but all below offset %d were published", len(rows), below)
				}
				if err != nil {
					finished <- err
					return
				}
			}
		}()
	}
	go func() {
		for {
			select {
			case <-stop:
				finished <- nil
				return
			default:
			}
			if _, err := f.Join(t.Context()); err != nil {
				finished <- err
				return
			}
		}
	}()
	w := f.writer(t, 0, 1)
	for i := range 3000 {
		w.Append(w.Offset(), plainRecord(i, fmt.Sprint("message ", i)))
		if i%50 == 0 {
			w.Publish()
		}
		if i%100 == 0 {
			checkpoint(t, w)
		}
	}
	close(stop)
	for range 3 {
		if err := <-finished; err != nil {
			t.Error(err)
		}
	}
}
