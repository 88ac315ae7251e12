package advise

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// want is what a rule should say; values are compared within a hundredth.
type want struct {
	severity, code, setting, from, to string
	values                            map[string]float64
}

func check(t *testing.T, got *model.Advice, w want) {
	t.Helper()
	if w.code == "" {
		if got != nil {
			t.Fatalf("advice %+v, want none", *got)
		}
		return
	}
	if got == nil {
		t.Fatalf("no advice, want %s", w.code)
	}
	checkWords(t, got)
	if got.Severity != w.severity || got.Code != w.code || got.Setting != w.setting || got.From != w.from || got.To != w.to {
		t.Errorf("%s %s %s %q to %q, want %s %s %s %q to %q; values %v", got.Severity, got.Code, got.Setting, got.From, got.To,
			w.severity, w.code, w.setting, w.from, w.to, got.Values)
	}
	for name, v := range w.values {
		if g, ok := got.Values[name]; !ok || g < v*.99 || g > v*1.01 {
			t.Errorf("%s is %v, want %v", name, g, v)
		}
	}
}

// sent is a minute of appends of parts records each, at a rate, to one partition.
func sent(change func(f *Figures)) *Figures {
	f := &Figures{
		Kafka: true, Window: time.Minute, Partitions: make([]Partition, 1), CPU: CPU{Cores: 2, Used: .5},
		Settings: Settings{BatchSize: 1 << 20, LingerMS: 5, Compression: "snappy", FetchMinBytes: 1, FetchMaxWaitMS: 500, MaxPartitionFetchBytes: 1 << 20},
		Produce: Produce{
			Active: time.Minute, Appends: 6000, Parts: 6000, AckMean: 10 * time.Millisecond, AckP99: 30 * time.Millisecond,
			Requests: 6000, RequestMean: 8 * time.Millisecond, Batches: 6000, Records: 60_000, Raw: 6_000_000, Wire: 3_000_000,
		},
	}
	change(f)
	return f
}

func TestLinger(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *Figures)
		want   want
	}{
		"nothing sent": {func(f *Figures) { f.Produce = Produce{} }, want{}},
		"senders at once, a batch for each": {
			// 6,000 appends in 60 s of 400 ms each are 40 under way at once; in 50 ms 5 arrive.
			func(f *Figures) {
				f.Settings.LingerMS, f.Produce.AckMean, f.Produce.RequestMean = 0, 400*time.Millisecond, 390*time.Millisecond
				f.Produce.AckP99 = time.Second
			},
			want{model.AdviceChange, "linger_raise", "linger.ms", "0", "50", map[string]float64{"fewer": 5, "added_ms": 50, "senders": 40, "batches_per_second": 100, "records_per_batch": 10}},
		},
		"a wait that would be the longest part of the answer": {
			func(f *Figures) {
				f.Settings.LingerMS, f.Produce.AckMean, f.Produce.RequestMean = 0, 400*time.Millisecond, 390*time.Millisecond
			},
			want{model.AdviceLook, "linger_raise", "linger.ms", "0", "50", map[string]float64{"added_ms": 50}},
		},
		"the shortest wait that merges all who are under way": {
			func(f *Figures) {
				f.Settings.LingerMS, f.Produce.Appends, f.Produce.Parts, f.Produce.Batches = 0, 60_000, 60_000, 60_000
				f.Produce.AckMean, f.Produce.RequestMean = 4*time.Millisecond, 3*time.Millisecond
			},
			want{model.AdviceChange, "linger_raise", "linger.ms", "0", "5", map[string]float64{"fewer": 4, "added_ms": 5}},
		},
		"one sender after the other has nothing to merge": {
			func(f *Figures) { f.Settings.LingerMS = 0 },
			want{model.AdviceFine, "linger_fine", "", "", "", map[string]float64{"senders": 1}},
		},
		"a wait that merges nothing": {
			func(f *Figures) { f.Produce.RequestMean = 3 * time.Millisecond },
			want{model.AdviceLook, "linger_lower", "linger.ms", "5", "0", map[string]float64{"saved_ms": 5, "before_request_ms": 7, "merged": 1}},
		},
		"nobody notices a wait in a fast answer": {
			func(f *Figures) { f.Produce.RequestMean, f.Produce.AckP99 = 3*time.Millisecond, 15*time.Millisecond },
			want{model.AdviceFine, "linger_fine", "", "", "", nil},
		},
		"or in one that is slow for another reason": {
			func(f *Figures) { f.Produce.RequestMean, f.Produce.AckP99 = 3*time.Millisecond, time.Second },
			want{model.AdviceFine, "linger_fine", "", "", "", nil},
		},
		"or when hardly anyone sends": {
			func(f *Figures) {
				f.Produce.RequestMean, f.Produce.Appends, f.Produce.Parts, f.Produce.Batches = 3*time.Millisecond, 60, 60, 60
			},
			want{model.AdviceFine, "linger_fine", "", "", "", nil},
		},
		"a batch of a part of a request is of one": {
			func(f *Figures) { f.Produce.Batches = 7500 },
			want{model.AdviceFine, "linger_fine", "", "", "", map[string]float64{"merged": 1}},
		},
		"a long wait that merges nothing": {
			func(f *Figures) {
				f.Settings.LingerMS, f.Produce.AckMean, f.Produce.AckP99 = 100, 110*time.Millisecond, 120*time.Millisecond
				f.Produce.Appends, f.Produce.Parts, f.Produce.Batches = 60, 60, 60
			},
			want{model.AdviceChange, "linger_lower", "linger.ms", "100", "0", map[string]float64{"saved_ms": 100}},
		},
		"a wait that merges": {
			func(f *Figures) { f.Produce.Batches = 600; f.Produce.RequestMean = 3 * time.Millisecond },
			want{model.AdviceFine, "linger_fine", "", "", "", map[string]float64{"merged": 10}},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, linger(sent(c.change)), c.want) })
	}
}

func TestBatch(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *Figures)
		want   want
	}{
		"nothing sent": {func(f *Figures) { f.Produce = Produce{} }, want{}},
		"appends are cut": {
			func(f *Figures) { f.Settings.BatchSize, f.Produce.Batches, f.Produce.Raw = 1024, 60_000, 60_000*900 },
			want{model.AdviceChange, "batch_raise", "batch.size", "1024", "16384", map[string]float64{"cut_into": 10, "fewer": 10, "part_bytes": 9000, "expected_batches_per_second": 100}},
		},
		"an append that is larger than any batch should be": {
			func(f *Figures) {
				f.Settings.BatchSize, f.Produce.Batches, f.Produce.Raw = 16384, 60_000*16, 60_000*16*16000
			},
			want{model.AdviceChange, "batch_raise", "batch.size", "16384", "1048576", nil},
		},
		"large enough":       {func(f *Figures) { f.Produce.Batches = 60_000 }, want{model.AdviceFine, "batch_fine", "", "", "", nil}},
		"not full, not cut":  {func(f *Figures) { f.Settings.BatchSize = 16384 }, want{model.AdviceFine, "batch_fine", "", "", "", map[string]float64{"batch_bytes": 1000}}},
		"full without a cut": {func(f *Figures) { f.Settings.BatchSize = 1024 }, want{model.AdviceFine, "batch_fine", "", "", "", map[string]float64{"filled_percent": 97.66}}},
	} {
		t.Run(name, func(t *testing.T) { check(t, batch(sent(c.change)), c.want) })
	}
}

func TestCompression(t *testing.T) {
	// 100 kB/s raw; costs in CPU for 1 MB of sample.
	codecs := func(names map[string][2]float64) func(f *Figures) {
		return func(f *Figures) {
			f.Produce.Raw = 60 * 10_000_000 // 10 MB/s
			for name, c := range names {
				f.Codecs = append(f.Codecs, Codec{Name: name, Raw: 1_000_000, Wire: int64(c[0] * 1_000_000), Compress: time.Duration(c[1] * float64(time.Millisecond))})
			}
		}
	}
	for name, c := range map[string]struct {
		change func(f *Figures)
		want   want
	}{
		"no sample": {func(*Figures) {}, want{}},
		"half the bytes for little": { // 10 MB/s at 4 and 4.8 ms for each MB: 4 and 4.8 percent of a core
			codecs(map[string][2]float64{"snappy": {.4, 4}, "zstd": {.2, 4.8}, "none": {1, 0}}),
			want{model.AdviceChange, "compression_smaller", "compression.type", "snappy", "zstd", map[string]float64{"ratio": 2.5, "expected_ratio": 5, "wire_bytes_per_second": 4e6, "expected_wire_bytes_per_second": 2e6, "cpu_percent": 4, "expected_cpu_percent": 4.8}},
		},
		"half the bytes for much": {
			codecs(map[string][2]float64{"snappy": {.4, 4}, "zstd": {.2, 30}}),
			want{model.AdviceLook, "compression_smaller", "compression.type", "snappy", "zstd", nil},
		},
		"the smallest of those that are worth it": {
			codecs(map[string][2]float64{"none": {1, 0}, "snappy": {.4, 2}, "lz4": {.38, 2}, "zstd": {.2, 2.5}, "gzip": {.22, 30}}),
			want{model.AdviceChange, "compression_smaller", "compression.type", "snappy", "zstd", nil},
		},
		"costly": {
			codecs(map[string][2]float64{"snappy": {.4, 4}, "gzip": {.3, 40}}),
			want{model.AdviceLook, "compression_smaller", "compression.type", "snappy", "gzip", nil},
		},
		"nothing better": {
			codecs(map[string][2]float64{"snappy": {.4, 4}, "none": {1, 0}, "lz4": {.39, 5}}),
			want{model.AdviceFine, "compression_fine", "", "", "", map[string]float64{"ratio": 2.5}},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, compression(sent(c.change)), c.want) })
	}
	idle := sent(codecs(map[string][2]float64{"snappy": {.4, 4}, "zstd": {.2, 4.8}}))
	idle.Produce.Raw, idle.Produce.Wire = 60*1000, 60*400
	t.Run("nobody feels it", func(t *testing.T) {
		check(t, compression(idle), want{model.AdviceFine, "compression_enough", "", "snappy", "zstd", map[string]float64{"wire_bytes_per_second": 400, "expected_wire_bytes_per_second": 200}})
	})
	t.Run("a small disk feels it", func(t *testing.T) { // 400 B/s are 242 MB in 7 days; half of it is 5 % of a disk of 2.4 GB
		f := *idle
		f.Window, f.Produce.Wire = time.Hour, 3600*400
		f.Partitions = []Partition{{Replicas: 1, InSync: 1}}
		f.Topic, f.Brokers = &Topic{RetentionMS: 7 * day.Milliseconds(), RetentionBytes: -1}, []Broker{{ID: 1, DiskTotal: 2_400_000_000}}
		check(t, compression(&f), want{model.AdviceChange, "compression_smaller", "compression.type", "snappy", "zstd", nil})
		f.Brokers[0].DiskTotal *= 2
		check(t, compression(&f), want{model.AdviceFine, "compression_enough", "", "snappy", "zstd", nil})
	})
	t.Run("from a costly codec", func(t *testing.T) {
		f := sent(codecs(map[string][2]float64{"snappy": {.4, 4}, "gzip": {.3, 40}}))
		f.Settings.Compression = "gzip"
		check(t, compression(f), want{model.AdviceLook, "compression_cheaper", "compression.type", "gzip", "snappy", map[string]float64{"cpu_percent": 40, "expected_cpu_percent": 4}})
	})
}
