package advise

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// read is a minute of fetches from two partitions.
func read(requests, empty, bytesEach int64) func(f *Figures) {
	return func(f *Figures) {
		f.Fetch = Fetch{Readers: 2, Requests: requests, Empty: empty, Batches: requests - empty, Wire: (requests - empty) * bytesEach, Largest: bytesEach}
	}
}

func TestFetchMin(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *Figures)
		want   want
	}{
		"nothing read": {func(*Figures) {}, want{}},
		"many small ones": {
			// 200 a second of 1,000 bytes from two partitions: 8192 bytes are there after 82 ms.
			read(12_000, 0, 1_000),
			want{model.AdviceChange, "fetch_min_raise", "fetch.min.bytes", "1", "4096", map[string]float64{"fewer_percent": 75.6, "added_ms": 30.96, "arrival_bytes_per_second": 100_000}},
		},
		"it would take too long": {read(1_200, 0, 1_000), want{model.AdviceFine, "fetch_min_fine", "", "", "", map[string]float64{"fetches_per_second": 20}}},
		"few":                    {read(300, 0, 1_000), want{model.AdviceFine, "fetch_min_fine", "", "", "", nil}},
		"large":                  {read(12_000, 0, 100_000), want{model.AdviceFine, "fetch_min_fine", "", "", "", nil}},
		"waits already":          {func(f *Figures) { read(12_000, 0, 1_000)(f); f.Settings.FetchMinBytes = 4096 }, want{model.AdviceFine, "fetch_min_fine", "", "", "", nil}},
	} {
		t.Run(name, func(t *testing.T) { check(t, fetchMin(sent(c.change)), c.want) })
	}
}

func TestFetchWait(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *Figures)
		want   want
	}{
		"nothing read": {func(*Figures) {}, want{}},
		"idle with a short wait": {
			func(f *Figures) { read(12_000, 11_000, 1_000)(f); f.Settings.FetchMaxWaitMS = 10 },
			want{model.AdviceChange, "fetch_wait_raise", "fetch.max.wait.ms", "10", "40", map[string]float64{"empty_per_second": 183.3, "expected_per_second": 45.8}},
		},
		"idle as it should be":      {read(240, 239, 1_000), want{model.AdviceFine, "fetch_wait_fine", "", "", "", nil}},
		"waiting for bytes as well": {func(f *Figures) { read(12_000, 11_000, 1_000)(f); f.Settings.FetchMinBytes = 100 }, want{model.AdviceFine, "fetch_wait_fine", "", "", "", nil}},
	} {
		t.Run(name, func(t *testing.T) { check(t, fetchWait(sent(c.change)), c.want) })
	}
}

func TestFetchMax(t *testing.T) {
	check(t, fetchMax(sent(func(*Figures) {})), want{})
	check(t, fetchMax(sent(read(600, 0, 3<<20))), want{model.AdviceChange, "fetch_max_raise", "max.partition.fetch.bytes", "1048576", "16777216", map[string]float64{"largest_bytes": 3 << 20, "fewer": 5, "batches_per_fetch": 1, "fetches_per_second": 10}})
	check(t, fetchMax(sent(read(600, 0, 1<<20))), want{model.AdviceFine, "fetch_max_fine", "", "", "", nil})
	// Only one batch in many is that large.
	check(t, fetchMax(sent(func(f *Figures) { read(600, 0, 3<<20)(f); f.Fetch.Batches = 2400 })), want{model.AdviceFine, "fetch_max_fine", "", "", "", nil})
}

// What to do comes before what is fine, and a queue on disk is not judged by what only Kafka has.
func TestAdviseOrders(t *testing.T) {
	f := sent(read(12_000, 0, 1_000))
	f.Settings.BatchSize, f.Produce.Batches, f.Produce.Raw = 1024, 60_000, 60_000*900
	f.Window = time.Minute
	list := Advise(f)
	seen := map[string]bool{}
	for i, a := range list {
		if i > 0 && urgency[a.Severity] < urgency[list[i-1].Severity] {
			t.Errorf("%s (%s) behind %s (%s)", a.Code, a.Severity, list[i-1].Code, list[i-1].Severity)
		}
		if seen[a.ID] {
			t.Errorf("two of %s", a.ID)
		}
		seen[a.ID] = true
	}
	if list[0].Severity != model.AdviceChange || !seen["batch"] || !seen["fetch_min"] {
		t.Errorf("advice %v", list)
	}
	f.Kafka = false
	for _, a := range Advise(f) {
		if a.ID != "partitions" && a.ID != "hot" && a.Code != codeKafkaOnly {
			t.Errorf("%s of a queue on disk", a.Code)
		}
	}
	idle := Advise(&Figures{Kafka: true, CPU: CPU{Cores: 2}, Window: time.Minute, Partitions: spread(0)})
	if len(idle) != 2 || idle[0].Code != codeIdle {
		t.Errorf("without traffic: %v", idle)
	}
}
