package advise

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// spread returns partitions that have taken so many records each, read by this process.
func spread(appended ...int64) (list []Partition) {
	for _, n := range appended {
		list = append(list, Partition{Appended: n, Read: true, Busy: .2})
	}
	return list
}

func TestPartitions(t *testing.T) {
	full := Backlog{Records: 500_000, Full: 2 * time.Minute, Read: 100_000, Used: 1}
	for name, c := range map[string]struct {
		f    Figures
		want want
	}{
		"one core reads while records wait": {
			Figures{Kafka: true, CPU: CPU{Cores: 4}, Backlog: full, Partitions: spread(1)},
			want{model.AdviceChange, "partitions_few", "queue.partitions", "1", "4", map[string]float64{"expected_per_second": 400_000, "read_per_second": 100_000}},
		},
		"no more than the CPU that is left": {
			Figures{CPU: CPU{Cores: 4}, Backlog: Backlog{Full: time.Minute, Read: 100_000, Used: 2}, Partitions: spread(1)},
			want{model.AdviceChange, "partitions_few_wal", "queue.partitions", "1", "4", map[string]float64{"expected_per_second": 200_000}},
		},
		"the CPU is used up": {
			Figures{CPU: CPU{Cores: 2}, Backlog: Backlog{Full: time.Minute, Read: 100_000, Used: 1.95}, Partitions: spread(1)},
			want{model.AdviceFine, "partitions_fine", "", "", "", nil},
		},
		"nothing waits": {
			Figures{CPU: CPU{Cores: 4}, Partitions: spread(1)},
			want{model.AdviceFine, "partitions_fine", "", "", "", map[string]float64{"busy_percent": 20}},
		},
		"far more than cores": {
			Figures{Kafka: true, CPU: CPU{Cores: 2}, Partitions: make([]Partition, 9), Window: time.Minute, Fetch: Fetch{Requests: 1200}, Produce: Produce{Raw: 5000, Batches: 10}},
			want{model.AdviceLook, "partitions_many", "", "", "", map[string]float64{"partitions_per_core": 4.5, "fetches_per_second": 20, "batch_bytes": 500}},
		},
		"far more than cores, on disk": {
			Figures{CPU: CPU{Cores: 1}, Partitions: make([]Partition, 5)},
			want{model.AdviceLook, "partitions_many_wal", "", "", "", nil},
		},
		"the cores of all processes count": {
			Figures{Kafka: true, CPU: CPU{Cores: 2}, Partitions: make([]Partition, 9), Readers: Readers{Processes: 2}},
			want{model.AdviceFine, "partitions_fine", "", "", "", map[string]float64{"cores": 4}},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, partitions(&c.f), c.want) })
	}
}

func TestHot(t *testing.T) {
	for name, c := range map[string]struct {
		f    Figures
		want want
	}{
		"one partition":      {Figures{Partitions: spread(100_000)}, want{}},
		"too few to tell":    {Figures{Partitions: spread(9_000, 0, 0, 0)}, want{}},
		"even":               {Figures{Partitions: spread(9_000, 8_000, 7_000, 9_000)}, want{model.AdviceFine, "hot_fine", "", "", "", nil}},
		"a stream weighs":    {Figures{Partitions: []Partition{{Appended: 9_000}, {Appended: 8_000}, {Appended: 70_000, Busy: .6}, {Appended: 9_000}}}, want{model.AdviceLook, "hot_partition", "", "", "", map[string]float64{"partition": 2, "share_percent": 72.9, "even_percent": 25}}},
		"two of two":         {Figures{Partitions: spread(20_000, 40_000)}, want{model.AdviceFine, "hot_fine", "", "", "", nil}},
		"nearly all of two":  {Figures{Partitions: []Partition{{Appended: 1_000}, {Appended: 40_000, Busy: .5}}}, want{model.AdviceLook, "hot_partition", "", "", "", nil}},
		"an idle reader":     {Figures{Partitions: spread(1_000, 40_000)}, want{model.AdviceFine, "hot_fine", "", "", "", nil}},
		"and holds it up":    {Figures{Partitions: []Partition{{Appended: 90_000, Busy: .95}, {}, {}, {}}, Backlog: Backlog{Records: 1}}, want{model.AdviceChange, "hot_partition", "", "", "", nil}},
		"and does not hold.": {Figures{Partitions: []Partition{{Appended: 90_000, Busy: .95}, {}, {}, {}}}, want{model.AdviceLook, "hot_partition", "", "", "", nil}},
	} {
		t.Run(name, func(t *testing.T) { check(t, hot(&c.f), c.want) })
	}
}

func TestReaders(t *testing.T) {
	for name, c := range map[string]struct {
		f    Figures
		want want
	}{
		"unknown":               {Figures{Partitions: make([]Partition, 4)}, want{}},
		"bounds below":          {Figures{Partitions: make([]Partition, 4), Readers: Readers{Processes: 2, Bound: 3, Unread: 1}}, want{model.AdviceChange, "consumers_raise", "", "", "", map[string]float64{"missing": 1}}},
		"nobody may":            {Figures{Partitions: make([]Partition, 2), Readers: Readers{Processes: 1, Unread: 2}}, want{model.AdviceChange, "consumers_raise", "", "", "", map[string]float64{"missing": 2}}},
		"refused by the group":  {Figures{Partitions: make([]Partition, 4), Readers: Readers{Processes: 1, Bound: -1, Unread: 4}}, want{model.AdviceChange, "readers_unread", "", "", "", map[string]float64{"unread": 4}}},
		"no bound":              {Figures{Partitions: make([]Partition, 4), Readers: Readers{Processes: 2, Bound: -1}}, want{model.AdviceFine, "readers_fine", "", "", "", nil}},
		"more than can be used": {Figures{Partitions: make([]Partition, 2), Readers: Readers{Processes: 3, Bound: -1}}, want{model.AdviceLook, "processes_idle", "", "", "", map[string]float64{"idle": 1}}},
	} {
		t.Run(name, func(t *testing.T) { check(t, readers(&c.f), c.want) })
	}
}
