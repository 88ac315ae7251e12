package app

import (
	"strconv"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/pipeline"
)

// codeOverQuota is the code of the notice that sources are over their quotas.
const codeOverQuota = "source_over_quota"

// noteOverQuota counts what a quota has left out, and who had to wait for one.
func (a *app) noteOverQuota(o pipeline.OverQuota) {
	now := time.Now()
	switch {
	case o.Waits:
		a.sources.Waits(o.Input, o.Peer, o.Quota, now)
	case o.Sampled:
		a.sources.Left(o.Input, o.Peer, o.Quota, input.ReasonQuotaSampled, o.Left, now)
	default:
		a.sources.Left(o.Input, o.Peer, o.Quota, input.ReasonQuotaDropped, o.Left, now)
	}
}

// overQuota tells which sources were over their quotas lately, the first by name; nil when none was.
func (a *app) overQuota() *api.Notice {
	list := a.sources.OverQuota(time.Now().Add(-rejectingFor))
	if len(list) == 0 {
		return nil
	}
	return &api.Notice{Code: codeOverQuota, Params: map[string]string{"count": strconv.Itoa(len(list)), "source": list[0]}}
}
