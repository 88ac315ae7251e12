package app

import (
	"context"
	"time"

	"github.com/haetae/haetae/internal/access"
)

func (a *app) openAccess(ctx context.Context) error {
	var err error
	a.access, err = access.New(ctx, access.Options{Store: a.meta, Box: a.box, Settings: a.cfg.Access, Log: a.log.With("component", "access")})
	if err != nil {
		return err
	}
	a.resealSecrets(ctx)
	a.life.background("the accounts", 10*time.Second, a.access.Run, func(ctx context.Context) error {
		if err := a.access.Tidy(ctx); err != nil { // a minute of when sessions and tokens were last used
			a.log.Warn("cannot write down what was last used", "error", err)
		}
		return nil
	})
	return nil
}
