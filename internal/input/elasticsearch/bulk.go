package elasticsearch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/model"
)

// maxActions bounds one bulk request, since its answer holds an item for each and can leave only at the end.
const maxActions = 250_000

// indexField is where the name of a document's index is kept.
const indexField = "elasticsearch.index"

// maxSample is how much of a broken line is kept to be looked at.
const maxSample = 256

// bulkRequest is a bulk request under way.
type bulkRequest struct {
	docs  *httpin.Documents
	items *itemWriter
	index string // of the path, for actions that name none

	next    action // waits for its document
	waiting bool
	// failure is set once the sink refused: what follows gets the same answer without being tried, so that
	// the order is kept.
	failure *httpin.Failure
}

// bulk answers POST and PUT of _bulk and INDEX/_bulk.
func (h *handler) bulk(w http.ResponseWriter, r *http.Request, index string) {
	start := h.Env.Now()
	items := newItemWriter(r.URL.Query().Get("filter_path"))
	defer items.done()
	if err := h.receive(w, r, index, items); err != nil {
		h.failWith(w, r, err)
		return
	}
	took := max(h.Env.Now().Sub(start), 0)
	head, tail := items.frame(int64(took / time.Millisecond))
	httpin.WriteBody(w, http.StatusOK, mediaType(r), head, items.body, tail)
}

// receive reads the body to its end. It returns an error when the request is answered as a whole: nothing of it
// is durable then, or its sender will have to repeat what is.
func (h *handler) receive(w http.ResponseWriter, r *http.Request, index string, items *itemWriter) error {
	leave, err := h.Enter()
	if err != nil {
		return err
	}
	defer leave()
	profile, err := h.profiles.Of(r)
	if err != nil {
		return err
	}
	docs := h.NewDocuments(profile, httpin.Peer(r.RemoteAddr))
	defer docs.Done()
	lines, err := httpin.NewLineReader(w, r, h.Gate, h.Env.MaxLine, h.Stopping())
	if err != nil {
		docs.Writer.RejectRequest(err)
		return err
	}
	defer lines.Close()

	b := bulkRequest{docs: docs, items: items, index: index}
	err = b.read(r.Context(), lines)
	docs.Writer.RejectRequest(err)
	if err == nil && b.failure != nil && b.failure.Status >= http.StatusInternalServerError {
		h.Env.Log.Error("a part of the documents was not accepted", "peer", r.RemoteAddr, "error", b.failure.Detail)
	}
	return err
}

func (b *bulkRequest) read(ctx context.Context, lines *httpin.LineReader) error {
	for lines.Fill(ctx) {
		for line, ok := lines.Next(); ok; line, ok = lines.Next() {
			if err := b.line(line); err != nil {
				return err
			}
			if b.docs.Full() {
				if err := b.write(ctx); err != nil {
					return err
				}
			}
		}
		if err := b.write(ctx); err != nil {
			return err
		}
		b.next = b.next.clone() // its line is overwritten by the next piece
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if !b.waiting {
		return nil
	}
	b.refuse(unsupported, "the last action has no document")
	b.docs.Writer.Reject("broken bulk action", "")
	return b.write(ctx)
}

// line takes an action or a document. Blank lines count for nothing. A broken action is an error of the
// whole request: nobody can tell whether a document follows it.
func (b *bulkRequest) line(line httpin.Line) error {
	if len(bytes.TrimLeft(line.Data, " \t\r")) == 0 {
		return nil
	}
	if b.waiting {
		b.waiting = false
		b.document(line)
		return nil
	}
	if line.TooLong {
		return brokenAction(line.Number, errors.New("the line is too long"))
	}
	next, err := parseAction(line.Data)
	if err != nil {
		return brokenAction(line.Number, err)
	}
	if b.items.count+len(b.items.pending) == maxActions {
		return &httpin.RequestError{
			Status: http.StatusRequestEntityTooLarge, Reason: "request too large",
			Err: fmt.Errorf("more than %d actions in one request", maxActions),
		}
	}
	if next.index == "" {
		next.index = b.index
	}
	b.next, b.waiting = next, next.op.hasDocument()
	if !b.waiting {
		b.refuse(unsupported, "only index and create are supported: records do not change once they are stored")
		b.docs.Writer.Reject("update or delete", string(line.Data[:min(len(line.Data), maxSample)]))
	}
	return nil
}

// Types of errors in items, in Elasticsearch's words.
const (
	unsupported = "illegal_argument_exception"
	unparsable  = "document_parsing_exception"
)

// document takes the document of the action before.
func (b *bulkRequest) document(line httpin.Line) {
	sample := func() string { return string(line.Data[:min(len(line.Data), maxSample)]) }
	switch {
	case !b.next.op.stores():
		b.refuse(unsupported, "only index and create are supported: records do not change once they are stored")
		b.docs.Writer.Reject("update or delete", sample())
		return
	case b.failure != nil:
		b.items.pending = append(b.items.pending, item{
			action: b.next, record: -1,
			status: b.failure.Status, kind: errorType(b.failure.Status), reason: b.failure.Detail,
		})
		return
	case line.TooLong:
		b.refuse(unparsable, fmt.Sprintf("line %d is longer than limits.line", line.Number))
		b.docs.Writer.Reject("line too long", sample())
		return
	}
	if err := b.docs.Add(line.Data, model.Field{Name: indexField, Value: b.next.index}); err != nil {
		b.refuse(unparsable, fmt.Sprintf("line %d, %s", line.Number, err))
		b.docs.Writer.Reject("broken JSON", sample())
		return
	}
	b.items.pending = append(b.items.pending, item{action: b.next, record: b.docs.Len() - 1})
}

// refuse gives the action an item of its own fault. Its status is 400 whatever it is: that is what shippers know
// as final.
func (b *bulkRequest) refuse(kind, reason string) {
	b.items.pending = append(b.items.pending, item{
		action: b.next, record: -1, status: http.StatusBadRequest, kind: kind, reason: reason,
	})
}

// write makes the batch durable and settles its items. The error is the sink's when nothing of the request is
// durable yet.
func (b *bulkRequest) write(ctx context.Context) error {
	accepted, refused := b.docs.Writer.Accepted, map[int]string(nil)
	err := b.docs.Write(ctx, func(i int, reason string) {
		if refused == nil {
			refused = map[int]string{}
		}
		refused[i] = reason
	})
	if err != nil {
		if b.docs.Writer.Accepted == 0 {
			return err
		}
		f := httpin.FailureOf(err)
		b.failure = &f
	}
	decided := b.docs.Writer.Accepted - accepted + len(refused) // records before a failure, in order
	for i := range b.items.pending {
		it := &b.items.pending[i]
		switch {
		case it.record < 0:
		case refused[it.record] != "":
			it.status, it.kind, it.reason = http.StatusBadRequest, unparsable, refusalText(refused[it.record])
		case it.record < decided:
			it.status = http.StatusCreated
		default:
			it.status, it.kind, it.reason = b.failure.Status, errorType(b.failure.Status), b.failure.Detail
		}
		b.items.add(it)
	}
	clear(b.items.pending)
	b.items.pending = b.items.pending[:0]
	return nil
}

func brokenAction(line int64, err error) error {
	return &httpin.RequestError{
		Status: http.StatusBadRequest, Reason: "broken bulk action",
		Err: fmt.Errorf("malformed action/metadata line [%d]: %w", line, err),
	}
}

// clone returns an action whose strings are its own.
func (a action) clone() action {
	return action{op: a.op, index: strings.Clone(a.index), id: strings.Clone(a.id)}
}

// refusalText words why the sink refused a document.
func refusalText(reason string) string {
	if reason == model.ReasonTooLong {
		return "the document is larger than limits.line"
	}
	return "the document is refused: " + reason
}
