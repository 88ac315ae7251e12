package audit

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// waiting are entries of this process that are in the chain and not known to be in the queue.
type waiting struct {
	mu   sync.Mutex
	list []model.AuditSealed
	size int           // of their texts, in bytes
	wake chan struct{} // has a token when there is one
}

func (w *waiting) add(e model.AuditSealed) {
	w.mu.Lock()
	w.list = append(w.list, e)
	w.size += len(e.Text)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default: // it has one
	}
}

// len returns how many they are, and of how many bytes.
func (w *waiting) len() (n, size int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.list), w.size
}

// first returns as many as go into one append, the first one always.
func (w *waiting) first() []model.AuditSealed {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, size := 0, 0
	for n < len(w.list) && (n == 0 || size < appendBytes) {
		size += len(w.list[n].Text)
		n++
	}
	return slices.Clone(w.list[:n])
}

func (w *waiting) drop(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.list[:n] {
		w.size -= len(e.Text)
	}
	w.list = slices.Delete(w.list, 0, n)
}

// How often the queue is tried again, and how often and when entries of other processes are looked after.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
	adoptEvery = time.Minute
	adoptAfter = time.Minute
	// sendLast bounds what is still sent when the process stops.
	sendLast = 5 * time.Second
)

// send brings what waits to the queue until ctx ends, and then once more.
func (t *Trail) send(ctx context.Context) {
	adopt := time.NewTicker(adoptEvery)
	defer adopt.Stop()
	t.adopt(ctx)
	for {
		t.sendAll(ctx)
		select {
		case <-t.waiting.wake:
		case <-adopt.C:
			t.adopt(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendLast)
			defer cancel()
			t.sendAll(last)
			return
		}
	}
}

// sendAll tries until nothing waits or ctx ends.
func (t *Trail) sendAll(ctx context.Context) {
	for pause, told := firstPause, false; ; {
		list := t.waiting.first()
		if len(list) == 0 {
			return
		}
		err := t.deliver(ctx, list)
		if err == nil {
			t.waiting.drop(len(list))
			if told {
				t.opts.Problem(ProblemQueue, "")
			}
			pause, told = firstPause, false
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if !told {
			n, _ := t.waiting.len()
			t.opts.Log.Warn("audit entries wait in the metadata until the queue takes them", "entries", n, "error", err)
		}
		told = true
		t.opts.Problem(ProblemQueue, "the queue does not take audit entries, which wait in the metadata: "+err.Error())
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		pause = min(2*pause, lastPause)
	}
}

// deliver appends entries to the queue, those left out that a queue before it has brought to the dataset, and forgets them.
func (t *Trail) deliver(ctx context.Context, list []model.AuditSealed) error {
	var records []model.Record
	for i := range list {
		if list[i].Queue != t.opts.Queue {
			stored, err := t.opts.Stored(ctx, list[i].AuditLink)
			if err != nil {
				return err
			}
			if stored {
				continue
			}
		}
		r, err := Record(&list[i])
		if err != nil { // the metadata were altered: verify tells of it
			t.opts.Log.Error("an audit entry in the metadata cannot be read", "seq", list[i].Seq, "error", err)
			continue
		}
		records = append(records, r)
	}
	if len(records) > 0 {
		if err := t.opts.Append(ctx, records); err != nil {
			return err
		}
	}
	return t.opts.Book.ClearAudit(ctx, list)
}

// adopt sends what other processes have left behind. One that still lives sends it too: by its marks it is stored once.
func (t *Trail) adopt(ctx context.Context) {
	list, err := t.opts.Book.WaitingAudit(ctx)
	before := t.opts.Now().Add(-adoptAfter).UnixNano()
	list = slices.DeleteFunc(list, func(e model.AuditSealed) bool { return e.Source == t.opts.Source || e.Time > before })
	if err == nil && len(list) > 0 {
		err = t.deliver(ctx, list)
	}
	if err != nil && ctx.Err() == nil {
		t.opts.Log.Warn("cannot look after audit entries of other processes; trying again later", "error", err)
	}
}
