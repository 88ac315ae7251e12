package app

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

const (
	// A source that usually sends this many records a minute is silent after silentAfter without any.
	silentLeast = 10
	silentAfter = 5 * time.Minute
	// rejectingFor is how long behind a rejection a source counts as rejecting.
	rejectingFor = 5 * time.Minute
)

func (a *app) sourceList() api.SourceList {
	now := time.Now()
	list := api.SourceList{Sources: []api.Source{}}
	listen := a.listen.all()
	for _, s := range a.sources.All(now) {
		row := api.Source{
			Input: s.Input, Peer: s.Peer, Listen: listenOf(listen, s.Input, s.Peer), Records: s.Records, Bytes: s.Bytes,
			Rate: s.Rate, History: []api.SourceMinute{}, FirstSeen: s.FirstSeen, LastSeen: s.LastSeen,
			Rejected: s.Rejected, Samples: s.Sample, State: a.sourceState(s, now),
		}
		for _, m := range s.Minutes {
			row.History = append(row.History, api.SourceMinute(m))
		}
		if s.Lag != nil {
			ms := s.Lag.Milliseconds()
			row.LagMillis = &ms
		}
		if r := s.LastRejected; r != nil {
			row.LastRejected = &api.Rejection{At: r.At, Reason: r.Reason, Sample: r.Sample}
		}
		if q := s.Quota; q != nil {
			row.Quota = &api.SourceQuota{Name: q.Name, At: q.At, Waits: q.Waits}
		}
		if row.State == api.SourceSilent {
			row.UsualPerMinute = s.Usual
		}
		list.Sources = append(list.Sources, row)
	}
	slices.SortFunc(list.Sources, func(x, y api.Source) int {
		return cmp.Or(cmp.Compare(x.Input, y.Input), cmp.Compare(x.Peer, y.Peer))
	})
	list.Totals = api.SourceTotals{
		RecordsPerSecond: a.sampler.records.PerSecond(), BytesPerSecond: a.sampler.bytes.PerSecond(),
		Sources: len(list.Sources), RejectedHour: a.sampler.lastHour(measure.Rejected),
		RawKeptHour: a.sampler.lastHour(measure.DeadLetters), DroppedHour: a.sampler.lastHour(measure.Dropped),
	}
	return list
}

func (a *app) sourceState(s input.SourceStats, now time.Time) string {
	lately := func(t time.Time) bool { return now.Sub(t) < rejectingFor }
	r := s.LastRejected
	switch {
	case r != nil && lately(r.At) && r.Reason != input.ReasonQuotaDropped && r.Reason != input.ReasonQuotaSampled:
		return api.SourceRejecting
	case s.Quota != nil && lately(s.Quota.At):
		return api.SourceOverQuota
	case s.Usual >= silentLeast && a.sourceKeeper.silence(s, now) >= silentAfter:
		return api.SourceSilent
	}
	return api.SourceOK
}

// listenOf names the addresses by which a peer of the network can have come: those of its input, else the main
// port. Files and units came by none.
func listenOf(listen map[string]string, name, peer string) []string {
	if _, err := netip.ParseAddr(peer); err != nil {
		return nil
	}
	var own []string
	for _, what := range slices.Sorted(maps.Keys(listen)) {
		if kind, ok := strings.CutPrefix(what, name+"."); ok {
			own = append(own, kind+" "+listen[what])
		}
	}
	if len(own) == 0 {
		return []string{"http " + listen["http"]}
	}
	return own
}

// noteLag measures how long after their events the records of a write that is durable were received: of the last
// record with a time in each run of one peer.
func (a *app) noteLag(records []model.Record) {
	now := time.Now()
	for i := range records {
		r := &records[i]
		if r.Time == 0 || i+1 < len(records) && records[i+1].Peer == r.Peer {
			continue
		}
		a.sources.Lagged(r.Input, r.Peer, now.Sub(time.Unix(0, r.Time)), now)
	}
}
