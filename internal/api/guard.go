package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const (
	// guardEvery is how soon what goes on for longer ends when the right to it is gone.
	guardEvery = time.Second
	// goodbye is how long the other side then has to take what was written, and to learn why it ended.
	goodbye = 5 * time.Second
)

// guard watches a request for as long as it is answered, beginning after guardEvery: when its right is gone its context ends, of which the
// cause is why, no more of its body is read, and an answer that nobody takes is given up. end is called when it is answered; nothing of
// the guard is left behind it.
func (w *Wrapper) guard(rw http.ResponseWriter, r *http.Request, permission model.Permission) (guarded *http.Request, end func()) {
	if w.auth == nil || !endsWithRight(r, permission) {
		return r, func() {}
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	conn, left, bounded := http.NewResponseController(rw), make(chan struct{}), false
	begin := time.AfterFunc(guardEvery, func() {
		defer close(left)
		err := w.awaitLoss(ctx, permission)
		if err == nil {
			return
		}
		cancel(err)
		bounded = true
		_ = conn.SetWriteDeadline(time.Now().Add(goodbye)) // writers of tests have none
	})
	guarded = r.WithContext(ctx)
	if permission == model.PermitIngest {
		guarded.Body = &guardedBody{r.Body, ctx}
	}
	return guarded, func() {
		cancel(nil)
		if begin.Stop() {
			return
		}
		<-left
		if bounded { // the connection may carry another request
			_ = conn.SetWriteDeadline(time.Time{})
		}
	}
}

// guardedBody is what somebody sends as long as he may.
type guardedBody struct {
	io.ReadCloser
	ctx context.Context
}

func (b *guardedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if cause := context.Cause(b.ctx); isRefusal(cause) {
		return 0, cause
	}
	return n, err
}

// endsWithRight reports whether a request is one that may go on for long: it reads, or sends records by a token. A change that has begun is
// brought to its end.
func endsWithRight(r *http.Request, permission model.Permission) bool {
	switch permission {
	case model.PermitNobody, model.PermitMember:
		return false
	case model.PermitIngest:
		return PrincipalOf(r.Context()).Kind == model.KindToken
	}
	return !unsafe(r.Method) || permission == model.PermitRead
}

// awaitLoss waits until a right is gone and says why, nil when ctx ends first. Like the rest of the server it goes on with what was
// known while the metadata cannot be asked.
func (w *Wrapper) awaitLoss(ctx context.Context, permission model.Permission) error {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		if err := w.still(ctx, permission); isRefusal(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// still is nil when who asks may what it might when it began to; else a *model.AccessError says why not, or the store why that is not
// known.
func (w *Wrapper) still(ctx context.Context, permission model.Permission) error {
	was := PrincipalOf(ctx)
	if was.Kind == model.KindLocal {
		if !onSocket(peerOf(ctx)) && w.auth.HasAdmin() {
			return &model.AccessError{Code: model.AccessRequired, Detail: "there is an administrator now: sign in, or send a token"}
		}
		return nil
	}
	now, err := w.auth.Current(ctx, was)
	if err != nil {
		return err
	}
	if err := w.auth.Check(now, permission); err != nil {
		return err
	}
	if now.ID != was.ID || now.Scope != was.Scope {
		return denied("what " + was.Name + " may see has changed: begin anew")
	}
	return nil
}
