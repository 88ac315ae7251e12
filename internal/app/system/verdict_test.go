package system

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/overview"
)

func TestVerdict(t *testing.T) {
	lag := int64(20_000)
	full := func(in time.Duration) api.SystemDisk {
		at := noon.Add(in)
		return api.SystemDisk{FullAt: &at}
	}
	for _, c := range []struct {
		name    string
		system  api.System
		damaged int
		unread  []int32
		state   string
		code    string // of the first item; "" for none
	}{
		{name: "nothing is wrong", system: api.System{Disk: full(60 * 24 * time.Hour)}, state: api.StateOK},
		{name: "the disk fills this week", system: api.System{Disk: full(5 * 24 * time.Hour)}, state: api.StateWarn, code: "disk_fills"},
		{name: "the disk fills today", system: api.System{Disk: full(5 * time.Hour)}, state: api.StateCritical, code: "disk_fills"},
		{name: "a partition is behind", system: api.System{Partitions: []api.SystemPartition{{State: api.PartitionBehind, LagRecords: 5, LagMillis: &lag}}}, state: api.StateWarn, code: "behind"},
		{name: "damage", damaged: 2, state: api.StateWarn, code: "segments_damaged"},
		{name: "partitions are read by nobody", unread: []int32{0, 2}, state: api.StateWarn, code: "partitions_unread"},
		{name: "a problem goes before a warning", damaged: 1, system: api.System{Problems: []string{"store.full.0: no room"}}, state: api.StateCritical, code: "problem"},
		{name: "senders wait", system: api.System{Memory: api.SystemMemory{Areas: []api.MemoryArea{{Name: "intake", Used: 5, Bound: 5, AtBound: api.BoundSenderWaits}}}}, state: api.StateWarn, code: "area_at_bound"},
		{name: "a checkpoint is due", system: api.System{Memory: api.SystemMemory{Areas: []api.MemoryArea{{Name: "unsealed", Used: 5, Bound: 5, AtBound: api.BoundSealed}}}}, state: api.StateOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.system.Now = noon
			var left overview.Unread
			left.Set(c.unread)
			v := Judge(&c.system, c.damaged, left.Notice())
			code := ""
			if len(v.Items) > 0 {
				code = v.Items[0].Code
			}
			if v.State != c.state || code != c.code {
				t.Errorf("%s with %q first, want %s with %q", v.State, code, c.state, c.code)
			}
		})
	}
}
