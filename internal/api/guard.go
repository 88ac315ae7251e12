package api

import (
	"context"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// guardEvery is how soon a tail ends whose right is gone.
const guardEvery = time.Second

// guard ends what who asks may not see any more. Like the rest of the server it goes on with what was known while the metadata
// cannot be asked.
func (t *tracked) guard(ctx context.Context, end context.CancelCauseFunc) {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := t.still(ctx); isRefusal(err) {
				end(err)
				return
			}
		}
	}
}

// still is nil when who asks may see what it saw when it began to; else a *model.AccessError says why not, or the store why that
// is not known.
func (t *tracked) still(ctx context.Context) error {
	was := PrincipalOf(ctx)
	if was.Kind == model.KindLocal {
		if !onSocket(peerOf(ctx)) && t.auth.HasAdmin() {
			return &model.AccessError{Code: model.AccessRequired, Detail: "there is an administrator now: sign in, or send a token"}
		}
		return nil
	}
	now, err := t.auth.Current(ctx, was)
	if err != nil {
		return err
	}
	if err := t.auth.Check(now, model.PermitRead); err != nil {
		return err
	}
	if now.ID != was.ID || now.Scope != was.Scope {
		return denied("what " + was.Name + " may see has changed: begin to follow anew")
	}
	return nil
}
