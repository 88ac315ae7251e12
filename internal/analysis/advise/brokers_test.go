package advise

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const gib = 1 << 30

// cluster has n brokers that lead so many of the partitions each, three copies, all in sync.
func cluster(leads ...int) *Figures {
	f := &Figures{Kafka: true, Window: time.Hour, Topic: &Topic{MinInSync: 2, RetentionMS: 7 * 24 * 3600_000, RetentionBytes: -1}}
	for i, n := range leads {
		f.Brokers = append(f.Brokers, Broker{ID: int32(i + 1), Leads: n, DiskTotal: 100 * gib, DiskUsed: 90 * gib})
		for range n {
			f.Partitions = append(f.Partitions, Partition{Replicas: 3, InSync: 3})
		}
	}
	return f
}

// Nothing is as urgent as brokers that do not answer, so that it is said before all else.
func TestAway(t *testing.T) {
	f := cluster(1, 1)
	check(t, away(f), want{})
	f.Brokers[1].Away = true
	check(t, away(f), want{model.AdviceChange, "broker_away", "", "", "", map[string]float64{"away": 1, "brokers": 2}})
	f.Brokers[0].Away = true
	f.Readers = Readers{Processes: 1} // nobody may read: a change too
	check(t, &Advise(f)[0], want{model.AdviceChange, "brokers_away", "", "", "", map[string]float64{"brokers": 2}})
	never := &Figures{Kafka: true, Away: true, Seeds: 3} // none has answered since the start
	check(t, &Advise(never)[0], want{model.AdviceChange, "brokers_away", "", "", "", map[string]float64{"brokers": 3}})
}

func TestReplicas(t *testing.T) {
	f := cluster(2, 2, 2)
	check(t, replicas(f), want{model.AdviceFine, "replicas_fine", "", "", "", nil})
	f.Partitions[1].InSync, f.Partitions[4].InSync = 2, 1
	check(t, replicas(f), want{model.AdviceChange, "replicas_out_of_sync", "", "", "", map[string]float64{"out_of_sync": 2, "copies_out_of_sync": 3}})
	check(t, replicas(&Figures{Partitions: make([]Partition, 2)}), want{})
}

func TestInSync(t *testing.T) {
	f := cluster(2, 2, 2)
	check(t, inSync(f), want{model.AdviceFine, "in_sync_fine", "", "", "", nil})
	f.Topic.MinInSync = 1
	check(t, inSync(f), want{model.AdviceChange, "min_insync_raise", "min.insync.replicas", "1", "2", nil})
	for i := range f.Partitions {
		f.Partitions[i].Replicas = 1
	}
	check(t, inSync(f), want{model.AdviceLook, "one_copy", "", "", "", nil})
	f.Brokers = f.Brokers[:1]
	check(t, inSync(f), want{model.AdviceFine, "in_sync_fine", "", "", "", nil})
}

func TestLeaders(t *testing.T) {
	check(t, leaders(cluster(3)), want{})
	check(t, leaders(cluster(3, 2, 1)), want{model.AdviceFine, "leaders_fine", "", "", "", nil})
	f := cluster(0, 5, 1)
	f.Brokers[1].Requests, f.Brokers[2].Requests = 2700, 900
	check(t, leaders(f), want{model.AdviceLook, "leaders_uneven", "", "", "", map[string]float64{"broker": 2, "leads": 5, "share": 2, "requests_percent": 75, "requests_per_second": .75}})
}

func TestRetention(t *testing.T) {
	f := cluster(1)
	check(t, retention(&Figures{}), want{})
	f.Backlog.Longest = 30 * time.Hour
	check(t, retention(f), want{model.AdviceChange, "retention_raise", "retention.ms", "604800000", "1080000000", map[string]float64{"expected_ms": 1080000000}})
	f.Backlog.Longest = 16 * time.Hour
	check(t, retention(f), want{model.AdviceFine, "retention_fine", "", "", "", nil})
	f.Topic.RetentionMS, f.Backlog.Longest = 1000, 20*time.Second // a look too short to tell of an outage
	check(t, retention(f), want{model.AdviceFine, "retention_fine", "", "", "", nil})
	f.Topic.RetentionMS, f.Backlog.Longest = -1, 100*24*time.Hour
	check(t, retention(f), want{model.AdviceFine, "retention_for_ever", "", "", "", nil})
}

func TestDisks(t *testing.T) {
	// Three brokers with three copies each: every broker gets all that is sent. 10 GiB are free.
	perDay := func(f *Figures, bytes float64) { f.Produce.Wire = int64(bytes / day.Seconds() * f.Window.Seconds()) }
	for name, c := range map[string]struct {
		change func(f *Figures)
		want   want
	}{
		"retention holds it": {func(f *Figures) { perDay(f, gib) }, want{model.AdviceFine, "disks_fine", "", "", "", map[string]float64{"daily_bytes": gib, "held_bytes": 7 * gib}}},
		"full before":        {func(f *Figures) { perDay(f, 2*gib) }, want{model.AdviceChange, "disk_fills", "retention.bytes", "", "", map[string]float64{"full_days": 5, "free_bytes": 10 * gib}}},
		"what is there counts": {
			func(f *Figures) { perDay(f, 2*gib); f.Topic.Bytes = 12 * gib },
			want{model.AdviceFine, "disks_fine", "", "", "", nil},
		},
		"bounded by size": {
			func(f *Figures) { perDay(f, 2*gib); f.Topic.RetentionBytes = gib },
			want{model.AdviceFine, "disks_fine", "", "", "", map[string]float64{"held_bytes": 6 * gib}},
		},
		"for ever, slowly": {
			func(f *Figures) { perDay(f, gib/10); f.Topic.RetentionMS = -1 },
			want{model.AdviceLook, "disk_fills", "retention.bytes", "", "", map[string]float64{"full_days": 100}},
		},
		"two processes send": {
			func(f *Figures) { perDay(f, gib); f.Produce.Records, f.Partitions[0].Appended = 500, 1000 },
			want{model.AdviceChange, "disk_fills", "retention.bytes", "", "", map[string]float64{"full_days": 5}},
		},
		"a burst of a minute": {func(f *Figures) { f.Window = time.Minute; perDay(f, 2*gib) }, want{}},
		"brokers do not tell": {
			func(f *Figures) {
				perDay(f, 2*gib)
				for i := range f.Brokers {
					f.Brokers[i].DiskTotal = 0
				}
			}, want{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := cluster(2, 2, 2)
			c.change(f)
			check(t, disks(f), c.want)
		})
	}
}
