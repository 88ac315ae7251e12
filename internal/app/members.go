package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/app/overview"
	"github.com/haetae/haetae/internal/store"
)

// joinOthers lists this process among those that share its store, with the address where it answers them.
func (a *app) joinOthers(ctx context.Context) error {
	if !a.cfg.shares() {
		return nil
	}
	epoch, err := a.meta.Join(ctx, store.Member{
		ID: a.folder.Member, Address: a.advertised(), Version: version, Instance: a.cfg.Queue.Group.Instance.ID,
	})
	if err != nil {
		return err
	}
	a.log.Info("joined the processes that share the segments", "member", a.folder.Member, "epoch", epoch, "segments", a.cfg.Store.Shared)
	a.life.background("the membership", 10*time.Second, func(ctx context.Context) { a.beat(ctx, epoch) },
		func(ctx context.Context) error { return a.meta.Leave(ctx, a.folder.Member, epoch) })
	return nil
}

// beat says that this process is alive until ctx ends, and follows what others change. A process whose place another has
// taken ends: both have the same data folder, or a copy of it.
func (a *app) beat(ctx context.Context, epoch int64) {
	tick := time.NewTicker(overview.BeatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		bound, cancel := context.WithTimeout(ctx, askMetaWithin)
		err := a.meta.Beat(bound, a.folder.Member, epoch)
		if err == nil {
			err = errors.Join(a.deletions.Follow(bound), a.followRetention(bound), a.rules.follow(bound), a.events.Beat(bound, time.Now()))
		}
		cancel()
		switch {
		case errors.Is(err, store.ErrConflict):
			a.stopSelf(fmt.Errorf("this process has lost its place among those that share %s; run one process on each data folder, and never on a copy: %w",
				a.cfg.Store.Shared, err))
			return
		case err != nil && ctx.Err() == nil:
			a.log.Debug("cannot say that this process is alive, or see what others have changed; trying again", "error", err)
		}
	}
}
