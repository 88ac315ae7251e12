package system

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
)

// A disk that will be full within these is worth a warning, or waking somebody.
const (
	diskWarn     = 14 * 24 * time.Hour
	diskCritical = 24 * time.Hour
)

// CodeDamaged is the code of the warning that segments cannot be read whole.
const CodeDamaged = "segments_damaged"

// Judge says by rules what the figures mean; unread is nil when somebody reads each partition.
func Judge(s *api.System, damaged int, unread *api.Notice) api.Verdict {
	v := api.Verdict{State: api.StateOK, Items: []api.VerdictItem{}}
	add := func(state, code string, params map[string]string) {
		v.Items = append(v.Items, api.VerdictItem{Code: code, State: state, Params: params})
	}
	for _, problem := range s.Problems {
		code, text, _ := strings.Cut(problem, ": ")
		state := api.StateCritical
		if code == "starting" {
			state = api.StateWarn
		}
		add(state, "problem", map[string]string{"code": code, "text": text})
	}
	if full := s.Disk.FullAt; full != nil {
		params := map[string]string{"at": full.UTC().Format(time.RFC3339)}
		switch left := full.Sub(s.Now); {
		case left < diskCritical:
			add(api.StateCritical, "disk_fills", params)
		case left < diskWarn:
			add(api.StateWarn, "disk_fills", params)
		}
	}
	if damaged > 0 {
		add(api.StateWarn, CodeDamaged, map[string]string{"count": strconv.Itoa(damaged)})
	}
	if unread != nil {
		add(api.StateWarn, unread.Code, unread.Params)
	}
	if params := behind(s.Partitions); params != nil {
		add(api.StateWarn, "behind", params)
	}
	if s.Memory.RSS > s.Memory.Bound {
		add(api.StateWarn, "memory_over", nil)
	}
	for _, area := range s.Memory.Areas {
		// Unsealed rows and footers reach their bounds every day: they are sealed or closed then.
		hurts := area.AtBound == api.BoundSenderWaits || area.AtBound == api.BoundQueryRefused || area.AtBound == api.BoundDropCounted
		if hurts && area.Used >= area.Bound {
			add(api.StateWarn, "area_at_bound", map[string]string{"area": area.Name})
		}
	}
	for _, state := range []string{api.StateWarn, api.StateCritical} {
		if slices.ContainsFunc(v.Items, func(i api.VerdictItem) bool { return i.State == state }) {
			v.State = state
		}
	}
	slices.SortStableFunc(v.Items, func(a, b api.VerdictItem) int { return strings.Compare(a.State, b.State) }) // critical, warn
	return v
}

// behind sums up the partitions that are; nil when none is.
func behind(partitions []api.SystemPartition) map[string]string {
	var records, ms int64
	for _, p := range partitions {
		if p.State == api.PartitionBehind {
			records += p.LagRecords
			ms = max(ms, *p.LagMillis)
		}
	}
	if records == 0 {
		return nil
	}
	return map[string]string{"records": strconv.FormatInt(records, 10), "ms": strconv.FormatInt(ms, 10)}
}
