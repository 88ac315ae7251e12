package app

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/system"
	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/all"
	"github.com/haetae/haetae/internal/vfs"
)

func (a *app) status() api.Status {
	totals := a.store.Stats()
	s := api.Status{
		Version: version, Started: a.started, Now: time.Now(), Zone: zoneName(), Listen: a.listen.all(),
		Sources: a.sources.Totals().Sources, RecordsPerSecond: a.sampler.records.PerSecond(), Problems: a.health.list(), Partitions: []api.PartitionStatus{},
		Store: api.StoreStatus{
			Segments: totals.Segments, Rows: totals.Rows, Bytes: totals.Bytes, RawBytes: totals.RawBytes,
			UnsealedRows: totals.MemoryRows,
		},
	}
	for _, p := range a.openStats() {
		s.Partitions = append(s.Partitions, api.PartitionStatus{
			Partition: p.Partition, Oldest: p.Oldest, Stored: p.Stored, End: p.End, Bytes: p.Bytes, Damaged: p.Damaged,
		})
	}
	if total, free, err := vfs.OS.Usage(a.cfg.segments()); err == nil {
		s.Store.DiskTotal, s.Store.DiskFree = int64(total), int64(free)
	}
	s.Notices = a.notices()
	if totals.Damaged > 0 {
		s.Notices = append(s.Notices, api.Notice{Code: system.CodeDamaged, Params: map[string]string{"count": strconv.Itoa(totals.Damaged)}})
	}
	for _, notice := range []*api.Notice{a.unread.Notice(), a.overQuota()} {
		if notice != nil {
			s.Notices = append(s.Notices, *notice)
		}
	}
	return s
}

// notices are what the inputs would have changed outside of Haetae.
func (a *app) notices() []api.Notice {
	var list []api.Notice
	for _, in := range a.inputs {
		if h, ok := in.input.(input.Hinter); ok {
			for _, hint := range h.Hints() {
				list = append(list, api.Notice{Code: hint.Code, Input: in.name, Params: hint.Params})
			}
		}
	}
	return list
}

// zoneName is the server's time zone as IANA names it, UTC when it has no name.
func zoneName() string {
	if name := time.Local.String(); name != "Local" {
		return name
	}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	return "UTC"
}

// inputList describes every kind of input for forms.
func inputList() []api.InputType {
	var list []api.InputType
	for _, d := range all.Descriptors() {
		list = append(list, api.InputType{
			Type: d.Type, Summary: d.Summary, Default: d.OnByDefault, Settings: config.Schema(d.Defaults()),
		})
	}
	return list
}
