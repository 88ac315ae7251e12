package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// memoryBook is a Book without durability. It fails as it is told.
type memoryBook struct {
	mu      sync.Mutex
	book    model.AuditBook
	waiting []model.AuditSealed
	fails   []error // of the next transactions; errUnsure means that one happened all the same
}

var errUnsure = errors.New("the connection broke off within the commit")

func (b *memoryBook) ChainAudit(_ context.Context, link func(model.AuditBook) (model.AuditBook, []model.AuditSealed, error)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var fault error
	if len(b.fails) > 0 {
		fault, b.fails = b.fails[0], b.fails[1:]
	}
	if fault != nil && !errors.Is(fault, errUnsure) {
		return fault
	}
	book, sealed, err := link(b.book)
	if err != nil {
		return err
	}
	b.book, b.waiting = book, append(b.waiting, slices.Clone(sealed)...)
	return fault
}

func (b *memoryBook) AuditBook(context.Context) (model.AuditBook, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.book, nil
}

func (b *memoryBook) WaitingAudit(ctx context.Context) ([]model.AuditSealed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.waiting), nil
}

func (b *memoryBook) ClearAudit(_ context.Context, entries []model.AuditSealed) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = slices.DeleteFunc(b.waiting, func(w model.AuditSealed) bool {
		return slices.ContainsFunc(entries, func(e model.AuditSealed) bool { return e.Seq == w.Seq })
	})
	return nil
}

// memoryQueue stores what is above the mark, as the consumer does.
type memoryQueue struct {
	mu    sync.Mutex
	marks map[string]uint64
	rows  []Row
	fails int // appends that fail, every second of them after it was done
}

func (q *memoryQueue) Append(_ context.Context, records []model.Record) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	failed := q.fails > 0
	if q.fails--; failed && q.fails%2 == 0 {
		return model.ErrNotDurable
	}
	for _, r := range records {
		if r.Mark.Seq > q.marks[r.Mark.Source] {
			q.marks[r.Mark.Source] = r.Mark.Seq
			q.rows = append(q.rows, Row{Time: r.Time, Text: r.Msg, Field: func(name string) string { return valueOf(r.Fields, name) }})
		}
	}
	if failed {
		return model.ErrNotDurable
	}
	return nil
}

func newTrail(t *testing.T, source string, book *memoryBook, q *memoryQueue) *Trail {
	t.Helper()
	trail, err := New(Options{
		Book: book, Source: source, Queue: "q", Append: q.Append,
		Stored: func(context.Context, model.AuditLink) (bool, error) { return false, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return trail
}

func whole(t *testing.T, book *memoryBook, q *memoryQueue) Report {
	t.Helper()
	rows := slices.Clone(q.rows)
	slices.SortFunc(rows, func(a, b Row) int { return int(a.Time - b.Time) })
	v := NewVerifier(book.book, nil)
	for _, row := range rows {
		v.Add(row)
	}
	r := v.End(book.book.Head, nil)
	if !r.OK() {
		t.Errorf("the trail has the faults %v", r.Faults)
	}
	return r
}

// Several processes whose queue and metadata fail now and then make one whole chain, and what was acknowledged is in it once.
// A transaction that happened though it was told otherwise is sent before what stands behind it: its mark would hide it.
func TestTrailIsWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, q := &memoryBook{}, &memoryQueue{marks: map[string]uint64{}, fails: 7}
		book.fails = []error{nil, errUnsure, nil, errors.New("away"), errUnsure, nil, errUnsure}
		ctx, cancel := context.WithCancel(t.Context())
		var running, writing sync.WaitGroup
		var mu sync.Mutex
		acknowledged := map[string]bool{}
		for p := range 3 {
			trail := newTrail(t, fmt.Sprint("audit/", p), book, q)
			running.Go(func() {
				if err := trail.Run(ctx); err != nil {
					t.Error(err)
				}
			})
			for w := range 4 {
				writing.Go(func() {
					for n := range 20 {
						name := fmt.Sprintf("%d-%d-%d", p, w, n)
						if trail.Write(t.Context(), model.AuditEntry{Action: "x", Target: name}) == nil {
							mu.Lock()
							acknowledged[name] = true
							mu.Unlock()
						}
						time.Sleep(time.Millisecond)
					}
				})
			}
		}
		writing.Wait()
		time.Sleep(2 * time.Minute) // until what others have left is looked after
		cancel()
		running.Wait()
		r := whole(t, book, q)
		told := map[string]int{}
		for _, row := range q.rows {
			told[row.Field(FieldTarget)]++
		}
		for name := range acknowledged {
			if told[name] != 1 {
				t.Errorf("%s is told %d times", name, told[name])
			}
		}
		if len(acknowledged) < 200 || len(book.waiting) > 0 {
			t.Errorf("%d were acknowledged of %d entries, %d wait", len(acknowledged), r.Entries, len(book.waiting))
		}
	})
}

// A command that only reads opens the trail and closes it before it has begun.
func TestTrailThatEndsAtOnce(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newTrail(t, "a", &memoryBook{}, &memoryQueue{}).Run(ended); err != nil {
		t.Error(err)
	}
}

// What a process has left is sent by another one, with the mark of the first: should that come back, it is there once.
func TestTrailAdopts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, q := &memoryBook{}, &memoryQueue{marks: map[string]uint64{}}
		list, head := chain(t, 3)
		for i := range list {
			list[i].Source, list[i].Queue = "audit/gone", "q"
		}
		book.book, book.waiting = head, list
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		trail := newTrail(t, "audit/other", book, q)
		go func() { done <- trail.Run(ctx) }()
		time.Sleep(3 * time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if err := q.Append(t.Context(), []model.Record{{Mark: model.Mark{Source: "audit/gone", Seq: 2}}}); err != nil {
			t.Fatal(err)
		}
		if r := whole(t, book, q); r.Entries != 3 || len(book.waiting) > 0 {
			t.Errorf("%d entries, %d wait", r.Entries, len(book.waiting))
		}
	})
}

// Who tries passwords, or what he may not, without end is told once a minute.
func TestRepeatsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, q := &memoryBook{}, &memoryQueue{marks: map[string]uint64{}}
		trail := newTrail(t, "audit/m", book, q)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- trail.Run(ctx) }()
		for range 5000 {
			e := model.AuditEntry{Action: "session.failed", By: model.Principal{Name: "root"}, Address: "192.0.2.1", Outcome: model.AuditFailed}
			if err := trail.Write(ctx, e); err != nil {
				t.Fatal(err)
			}
			if err := trail.Write(ctx, model.AuditEntry{Action: "rule.add", Outcome: model.AuditDenied, Address: "192.0.2.1"}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, row := range q.rows {
			e, err := Parse([]byte(row.Text))
			if err != nil {
				t.Fatal(err)
			}
			counts[e.Action] += max(1, e.Count)
		}
		if r := whole(t, book, q); r.Entries != 4 || counts["session.failed"] != 5000 || counts["rule.add"] != 5000 {
			t.Errorf("%d entries tell of %v", r.Entries, counts)
		}
	})
}

// Who fails without end, and at another thing each time, is told a few times a minute; how a change ended that is told is never
// one of several.
func TestFailuresAreCounted(t *testing.T) {
	f := folds{open: map[fold]*folded{}}
	now := time.Unix(0, 0)
	e := model.AuditEntry{Action: "query.delete", Outcome: model.AuditFailed, By: model.Principal{Name: "kim"}, Address: "192.0.2.1"}
	told := 0
	for n := range 5000 {
		e.Target = fmt.Sprint(n)
		if !f.takes(&e, now) {
			told++
		}
	}
	if told != maxTargets+1 {
		t.Errorf("%d of 5000 failures are told at once, want %d", told, maxTargets+1)
	}
	if list := f.due(now.Add(foldFor)); len(list) != 1 || list[0].Count != 5000-told {
		t.Errorf("told later is %+v", list)
	}
	e.Ends = true
	for range 2 {
		if f.takes(&e, now) {
			t.Error("the end of a change that is told was counted")
		}
	}
}

// What the same is denied from very many addresses, as of who has a whole network of them, is told a bounded number of times a minute.
func TestAddressesAreCounted(t *testing.T) {
	f := folds{open: map[fold]*folded{}}
	now := time.Unix(0, 0)
	told := 0
	for n := range 5000 {
		e := model.AuditEntry{Action: "token.refused", Outcome: model.AuditDenied, Address: fmt.Sprintf("2001:db8::%x", n)}
		if !f.takes(&e, now) {
			told++
		}
	}
	if told != maxAddresses+1 {
		t.Errorf("%d of 5000 are told at once, want %d", told, maxAddresses+1)
	}
	if list := f.due(now.Add(foldFor)); len(list) != 1 || list[0].Count != 5000-told || list[0].Address != "" {
		t.Errorf("told later is %+v", list)
	}
}

// What was not to be takes little room, and says why; what was done is told whole.
func TestFailuresAreShort(t *testing.T) {
	long := strings.Repeat("x", 32<<10)
	e := model.AuditEntry{
		Action: "query.change", Outcome: model.AuditFailed, Before: map[string]any{"query": long, "name": "n"},
		After: map[string]any{"error": "another has changed it", "after": map[string]any{"query": long}},
	}
	sealed, err := seal(&e, model.AuditLink{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"name":"n"`, `"too_long_bytes":`, `"error":"another has changed it"`} {
		if !strings.Contains(string(sealed.Text), want) {
			t.Errorf("%s is not in %s", want, sealed.Text)
		}
	}
	if len(sealed.Text) > 2*maxTried {
		t.Errorf("a failure takes %d bytes", len(sealed.Text))
	}
	e.Outcome, e.Brief = model.AuditOK, true
	if sealed, err = seal(&e, model.AuditLink{}, 1); err != nil || len(sealed.Text) > 2*maxTried {
		t.Errorf("what anybody may change takes %d bytes, %v", len(sealed.Text), err)
	}
	e.Brief = false
	if sealed, err = seal(&e, model.AuditLink{}, 1); err != nil || !strings.Contains(string(sealed.Text), long) {
		t.Errorf("what was done is told as %.200s, %v", sealed.Text, err)
	}
}

// While the queue takes nothing what waits is bounded in bytes, and room is made when it does.
func TestWaitingIsBounded(t *testing.T) {
	book, q := &memoryBook{}, &memoryQueue{marks: map[string]uint64{}}
	trail := newTrail(t, "audit/m", book, q)
	e := model.AuditSealed{Text: make([]byte, maxHeld)}
	trail.waiting.add(e)
	if _, err := trail.seal(t.Context(), []*request{{entry: model.AuditEntry{Action: "x"}}}); err == nil {
		t.Error("an entry was taken beyond the bound")
	}
	trail.waiting.drop(1)
	if _, err := trail.seal(t.Context(), []*request{{entry: model.AuditEntry{Action: "x"}}}); err != nil {
		t.Error(err)
	}
}
