package logs

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// The audit trail goes by its own age, and not before it was told: no rule, bound of size or deletion takes of it.
func TestAuditTrailStays(t *testing.T) {
	var told []store.Segment
	refuse := errors.New("cannot be told")
	f := newFixture(t, func(o *Options) {
		o.Retention.Rules = []Rule{{Stream: streamFilter(t, `{service.name="haetae"}`), Age: time.Minute}, {Dataset: model.DatasetAudit, Age: time.Minute}, {Age: time.Minute}}
		o.Retention.MaxBytes, o.Retention.Audit = 1, 40*24*time.Hour
		o.AuditExpires = func(_ context.Context, list []store.Segment) error {
			told = list
			return refuse
		}
	})
	w := f.writer(t, 0, 1)
	for _, dataset := range []string{model.DatasetAudit, model.DatasetLogs, model.DatasetAudit} {
		w.Append(w.Offset(), &model.Record{
			Dataset: dataset, Time: logmix.Start, Observed: logmix.Start, Msg: "entry", Stream: []model.Field{{Name: "service.name", Value: "haetae"}},
		})
	}
	checkpoint(t, w)
	trail := func() int { return int(count(t, f.Store, Search{Datasets: []string{model.DatasetAudit}})) }
	d := deletion(t, "d", "entry", map[int]int64{0: 3})
	d.Search.Datasets = []string{model.DatasetAudit, model.DatasetLogs}
	deleteNow(t, f.Store, d)
	if n := trail(); n != 2 {
		t.Fatalf("%d entries are left after a deletion, want 2", n)
	}
	f.SetDeletions([]Deletion{*d})
	w.Append(w.Offset(), &model.Record{Dataset: model.DatasetLogs, Time: logmix.Start, Observed: logmix.Start, Msg: "rest"})
	checkpoint(t, w)
	for _, step := range []struct {
		age     time.Duration
		refused bool
		left    int
		told    int
	}{{39 * 24 * time.Hour, false, 2, 0}, {41 * 24 * time.Hour, true, 2, 1}, {41 * 24 * time.Hour, false, 0, 1}} {
		f.now, told = time.Unix(0, logmix.Start).Add(step.age), nil
		if !step.refused {
			refuse = nil
		}
		if err := f.Retain(t.Context()); (err != nil) != step.refused {
			t.Fatalf("after %s: %v", step.age, err)
		}
		if n := trail(); n != step.left || len(told) != step.told {
			t.Errorf("after %s: %d entries are left, of %d segments it was told; want %d and %d", step.age, n, len(told), step.left, step.told)
		}
		refuse = errors.New("cannot be told")
	}
}

// A trail that is larger than the bound of size drives no records out.
func TestAuditTrailDrivesNothingOut(t *testing.T) {
	seg := func(id, dataset string, size int64) store.Segment {
		return store.Segment{ID: id, Dataset: dataset, Bytes: size, Received: "2026-01-0" + id}
	}
	all := []store.Segment{seg("1", model.DatasetAudit, 1000), seg("2", model.DatasetLogs, 60), seg("3", model.DatasetLogs, 60)}
	if gone := overSize(slices.Clone(all), 120); len(gone) != 0 {
		t.Errorf("%+v go, though all records fit", gone)
	}
	if gone := overSize(slices.Clone(all), 119); len(gone) != 1 || gone[0].ID != "2" {
		t.Errorf("%+v go, want the first segment of records", gone)
	}
}
