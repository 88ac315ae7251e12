package files

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"time"
	"unsafe"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

// batch collects records of several files until they are written together, so that thousands of slow files
// share one fsync of the queue.
type batch struct {
	buf     []byte // what was read; records alias it
	records []model.Record
	files   []*file
	refused []refused
}

type refused struct {
	file   *file
	sample []byte
}

// room returns memory for reading n bytes, or nil when the batch must be written first.
func (b *batch) room(n int) []byte {
	if cap(b.buf)-len(b.buf) >= n {
		return b.buf[len(b.buf) : len(b.buf)+n]
	}
	if len(b.records) > 0 || len(b.buf) > 0 {
		return nil
	}
	return make([]byte, n) // one turn that is larger than the batch
}

// took says that the first n bytes of what room returned are in use.
func (b *batch) took(n int) {
	if cap(b.buf)-len(b.buf) >= n {
		b.buf = b.buf[:len(b.buf)+n]
	}
}

func (b *batch) touch(f *file) {
	if !f.inBatch {
		f.inBatch = true
		b.files = append(b.files, f)
	}
}

func (b *batch) reset() {
	for _, f := range b.files {
		f.inBatch = false
	}
	clear(b.records) // do not hold on to texts
	b.buf, b.records, b.files, b.refused = b.buf[:0], b.records[:0], b.files[:0], b.refused[:0]
}

// put adds what a turn found in f.
func (t *tailer) put(f *file, entries []entry) {
	now := t.env.Now().UnixNano()
	for i := range entries {
		e := &entries[i]
		text, exact := format.ToUTF8(e.text, t.set.Charset)
		fields := f.fields[e.stream]
		if !exact {
			fields = append(slices.Clone(fields), model.Field{
				Name: "log.original_bytes", Value: base64.StdEncoding.EncodeToString(e.text),
			})
		}
		t.batch.records = append(t.batch.records, model.Record{
			Time: e.time, Observed: now, Msg: text, Stream: f.stream, Fields: fields,
			Input: t.env.Name, Peer: f.Path, Mark: model.Mark{Source: f.Source, Seq: e.seq},
		})
		f.sent = e.seq
		f.records++
		f.bytes += len(e.text)
	}
	t.batch.touch(f)
}

// flush gives the batch to the queue, after positions that must be durable before. On an error its files are
// read again from where the queue has them.
func (t *tailer) flush(ctx context.Context) error {
	defer t.asm.release()
	defer t.batch.reset()
	err := t.saveFirst(ctx)
	if err == nil {
		err = t.write(ctx, t.batch.records)
	}
	if err != nil {
		for _, f := range t.batch.files {
			f.rewind()
		}
		return err
	}
	now := t.env.Now()
	for _, f := range t.batch.files {
		f.Pos, f.Sent, f.dirty = f.next, f.sent, true
		if f.records > 0 {
			t.env.Sources.Received(t.env.Name, f.Path, f.records, f.bytes, now)
		}
		f.records, f.bytes = 0, 0
	}
	for _, r := range t.batch.refused {
		t.env.Sources.Rejected(t.env.Name, r.file.Path, "line too long", 1, text(r.sample), now)
	}
	return nil
}

// write gives records to the sink. One that is too large is left out and counted; the sink does not say which
// it is, so the records are halved until it is found. What was written twice on the way carries the same mark.
func (t *tailer) write(ctx context.Context, records []model.Record) error {
	if len(records) == 0 {
		return nil
	}
	err := t.env.Sink.Write(ctx, records)
	if !errors.Is(err, model.ErrTooLarge) {
		return err
	}
	if len(records) == 1 {
		r := &records[0]
		t.env.Sources.Rejected(r.Input, r.Peer, model.TooLargeReason(err), 1, r.Msg, t.env.Now())
		return nil
	}
	half := len(records) / 2
	if err := t.write(ctx, records[:half]); err != nil {
		return err
	}
	return t.write(ctx, records[half:])
}

// pause leaves a file alone whose source is over its quota, and reports whether that is what the error says.
func (t *tailer) pause(err error, now time.Time) bool {
	var over *model.QuotaError
	if !errors.As(err, &over) {
		return false
	}
	found := false
	for _, f := range t.live {
		if f.Path == over.Peer && f.paused.IsZero() {
			f.paused, found = now.Add(over.RetryAfter), true
		}
	}
	return found
}

// unpause lets files go on whose time has come, and returns when that of the next comes; zero when there is none.
func (t *tailer) unpause(now time.Time) (next time.Time) {
	for _, f := range t.live {
		switch {
		case f.paused.IsZero():
		case !now.Before(f.paused):
			f.paused = time.Time{}
		case next.IsZero() || f.paused.Before(next):
			next = f.paused
		}
	}
	return next
}

// retryAfter says how long to wait behind an error of the sink or the state store.
func (t *tailer) retryAfter(err error) time.Duration {
	var busy *model.BusyError
	if errors.As(err, &busy) && busy.RetryAfter > 0 {
		t.backoff = 0
		return busy.RetryAfter
	}
	t.backoff = min(max(2*t.backoff, 250*time.Millisecond), 30*time.Second)
	return t.backoff
}

func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
