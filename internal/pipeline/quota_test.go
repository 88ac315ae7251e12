package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/model"
)

// quotaIntake is an intake with quotas over a queue in memory, and what it has told of them.
type quotaIntake struct {
	*Intake
	queue *memoryQueue
	left  map[string]int // by source and whether it was a sample
	waits map[string]int // by source
}

func newQuotaIntake(t testing.TB, list ...Quota) *quotaIntake {
	t.Helper()
	q := &quotaIntake{queue: &memoryQueue{single: true}, left: map[string]int{}, waits: map[string]int{}}
	var err error
	q.Intake, err = NewIntake(IntakeOptions{
		Queue: q.queue, MaxLine: 1 << 20, Memory: 1 << 26, Quotas: list,
		OverQuota: func(o OverQuota) {
			name := (&model.Record{Input: o.Input, Peer: o.Peer}).Source()
			switch {
			case o.Waits:
				q.waits[name]++
			case o.Sampled:
				q.left[name+" sampled"] += o.Left
			default:
				q.left[name] += o.Left
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// stored returns how many records of a peer are in the queue.
func (q *quotaIntake) stored(peer string) (n int) {
	if q.queue.records == nil {
		return 0
	}
	for _, r := range q.queue.records[0] {
		if r.Peer == peer {
			n++
		}
	}
	return n
}

func recordsOf(peer string, n int) []model.Record {
	list := make([]model.Record, n)
	for i := range list {
		list[i] = model.Record{Input: "jsonline", Peer: peer, Msg: "0123456789", Stream: []model.Field{{Name: "app", Value: "pay"}}}
	}
	return list
}

// Whatever the times and sizes of the writes, a source is let through at its rate: never more than what it has saved up and the
// rate of the time since, and, while it sends more than that, no less.
func TestQuotaIsTheRate(t *testing.T) {
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 7))
			rate := float64(1 + rnd.IntN(50))
			burst := 1 + rnd.IntN(20)
			over := []string{overDrop, overWait}[seed%2]
			in := newQuotaIntake(t, Quota{Rate: rate, Burst: config.Duration(time.Duration(burst) * time.Second), Over: over})
			began, sent, largest := time.Now(), 0, 0
			for range 150 {
				n := 1 + rnd.IntN(int(4*rate))
				largest = max(largest, n)
				err := in.Write(t.Context(), recordsOf("192.0.2.1", n))
				var busy *model.QuotaError
				switch {
				case errors.As(err, &busy) && over == overWait:
					time.Sleep(busy.RetryAfter - time.Nanosecond)
					if in.Write(t.Context(), recordsOf("192.0.2.1", n)) == nil {
						t.Fatal("a write passes before the time that its sender was told")
					}
					time.Sleep(time.Nanosecond)
					if err := in.Write(t.Context(), recordsOf("192.0.2.1", n)); err != nil {
						t.Fatalf("a write at the time that its sender was told: %v", err)
					}
				case err != nil:
					t.Fatal(err)
				}
				sent += n
				stored := in.stored("192.0.2.1")
				if stored+in.left["jsonline/192.0.2.1"] != sent {
					t.Fatalf("%d sent, %d stored, %d told of", sent, stored, in.left["jsonline/192.0.2.1"])
				}
				most := rate*float64(burst) + rate*time.Since(began).Seconds() + 1
				if over == overWait {
					most += float64(largest) // the write that begins within the quota goes over it
				}
				if float64(stored) > most {
					t.Fatalf("%d records are stored, at most %.1f should be", stored, most)
				}
				time.Sleep(time.Duration(rnd.Int64N(int64(time.Second))))
			}
			// It has sent twice its rate and more all the time.
			if least := rate * time.Since(began).Seconds(); float64(in.stored("192.0.2.1")) < 0.98*min(least, float64(sent)) {
				t.Errorf("%d records are stored of %d, at least %.1f should be", in.stored("192.0.2.1"), sent, least)
			}
		})
	}
}

// Bytes are a bound of their own, and one record that is larger than all that a source can save up passes in time.
func TestQuotaOfBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newQuotaIntake(t, Quota{Bytes: 100, Burst: config.Duration(time.Second), Over: overDrop})
		large := recordsOf("a", 1)
		large[0].Msg = string(make([]byte, 1000))
		stored := 0
		for range 100 { // a second each
			if err := in.Write(t.Context(), large); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		for _, r := range in.queue.records[0] {
			stored += recordSize(&r)
		}
		if most := 100 + 100*100 + recordSize(&large[0]); stored > most || stored < 9*1000 {
			t.Errorf("%d bytes are stored in 100 s at 100 a second", stored)
		}
	})
}

// The loud source loses, the quiet one in the same write does not.
func TestQuotaOfOneSourceInAMixedWrite(t *testing.T) {
	in := newQuotaIntake(t, Quota{Match: QuotaMatch{Peer: []string{"10.1.0.0/16"}}, Rate: 10, Burst: config.Duration(time.Second), Over: overDrop})
	var mixed []model.Record
	for range 50 {
		mixed = append(mixed, recordsOf("10.1.2.3", 1)...)
		mixed = append(mixed, recordsOf("192.0.2.2", 1)...)
	}
	if err := in.Write(t.Context(), mixed); err != nil {
		t.Fatal(err)
	}
	if loud, quiet := in.stored("10.1.2.3"), in.stored("192.0.2.2"); loud != 10 || quiet != 50 {
		t.Errorf("%d of the loud source and %d of the quiet one are stored", loud, quiet)
	}
	if diff := cmp.Diff(map[string]int{"jsonline/10.1.2.3": 40}, in.left); diff != "" {
		t.Error(diff)
	}
}

// A sample keeps one in so many of what is over, says so in it, and counts the others.
func TestQuotaSample(t *testing.T) {
	in := newQuotaIntake(t, Quota{Rate: 10, Burst: config.Duration(time.Second), Over: overSample, Keep: 7})
	records := recordsOf("a", 100)
	for i := range records {
		records[i].Msg = strconv.Itoa(i)
		records[i].Fields = []model.Field{{Name: "level", Value: "info"}, {Name: FieldSampling, Value: "3"}}
	}
	if err := in.Write(t.Context(), records[:40]); err != nil {
		t.Fatal(err)
	}
	if err := in.Write(t.Context(), records[40:]); err != nil {
		t.Fatal(err)
	}
	stood := 0
	for i, r := range in.queue.records[0] {
		factor, _ := valueOf(r.Fields, FieldSampling)
		own, _ := valueOf(r.Fields, "sent."+FieldSampling)
		if i < 10 {
			if factor != "3" || r.Msg != strconv.Itoa(i) {
				t.Errorf("record %d within the quota became %v", i, r)
			}
			continue
		}
		if factor != "7" || own != "3" || r.Msg != strconv.Itoa(10+(i-10)*7+6) {
			t.Errorf("sampled record %d is %v", i, r)
		}
		stood += 7
	}
	kept := in.stored("a")
	if kept != 10+90/7 || stood != 90/7*7 || in.left["jsonline/a sampled"] != 100-kept {
		t.Errorf("%d are stored, %d told of, sampled ones stand for %d", kept, in.left["jsonline/a sampled"], stood)
	}
}

// What could not be stored comes again: it must neither be counted as lost nor cost the source anything.
func TestQuotaOfWhatTheQueueRefuses(t *testing.T) {
	for _, over := range []string{overWait, overDrop, overSample} {
		synctest.Test(t, func(t *testing.T) {
			quota := Quota{Rate: 10, Burst: config.Duration(time.Second), Over: over}
			if over == overSample {
				quota.Keep = 4
			}
			in := newQuotaIntake(t, quota)
			in.queue.err = &model.BusyError{Bound: "queue.max_size", RetryAfter: time.Second}
			for range 5 {
				if err := in.Write(t.Context(), recordsOf("a", 30)); !errors.As(err, new(*model.BusyError)) || errors.As(err, new(*model.QuotaError)) {
					t.Fatalf("%s: %v", over, err)
				}
			}
			if len(in.left)+len(in.waits) > 0 {
				t.Errorf("%s: told of %v and %v", over, in.left, in.waits)
			}
			in.queue.err = nil
			if err := in.Write(t.Context(), recordsOf("a", 30)); err != nil {
				t.Fatal(err)
			}
			want := map[string]int{overWait: 30, overDrop: 10, overSample: 10 + 20/4}[over]
			if n := in.stored("a"); n != want {
				t.Errorf("%s: %d are stored, not %d", over, n, want)
			}
		})
	}
}

// Senders that cannot be answered lose what is over; those in the middle of what they send go on for a minute's worth.
func TestQuotaAndPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newQuotaIntake(t, Quota{Rate: 10, Burst: config.Duration(time.Second)})
		udp := model.WithPatience(t.Context(), model.PatienceNone)
		if err := in.Write(udp, recordsOf("udp", 50)); err != nil {
			t.Fatal(err)
		}
		if n := in.stored("udp"); n != 10 || in.left["jsonline/udp"] != 40 {
			t.Errorf("%d are stored and %d told of by UDP", n, in.left["jsonline/udp"])
		}
		begun := model.WithPatience(t.Context(), model.PatienceBegun)
		if err := in.Write(t.Context(), recordsOf("http", 100)); err != nil {
			t.Fatal(err)
		}
		if err := in.Write(t.Context(), recordsOf("http", 1)); !errors.As(err, new(*model.QuotaError)) {
			t.Fatalf("another request: %v", err)
		}
		for range 6 { // 90 records are owed, 600 may be
			if err := in.Write(begun, recordsOf("http", 100)); err != nil {
				t.Fatal(err)
			}
		}
		var busy *model.QuotaError
		if err := in.Write(begun, recordsOf("http", 1)); !errors.As(err, &busy) || busy.RetryAfter != 9*time.Second {
			t.Fatalf("without credit: %v", err)
		}
		if busy.Peer != "http" || busy.Input != "jsonline" || in.waits["jsonline/http"] != 2 {
			t.Errorf("%+v, told %v", busy, in.waits)
		}
	})
}

// The first entry that matches holds, and each source has its own quota unless the entry says otherwise.
func TestQuotaMatches(t *testing.T) {
	one := func(q Quota) Quota { q.Rate, q.Burst, q.Over = 1, config.Duration(time.Second), overDrop; return q }
	in := newQuotaIntake(t,
		one(Quota{Match: QuotaMatch{Input: []string{"files"}, Host: []string{"db-*", "mail"}}}),
		one(Quota{Match: QuotaMatch{Stream: `{app="shop" or app=~"pa.*"}`}, Per: perStream}),
		one(Quota{Match: QuotaMatch{Input: []string{"syslog"}}, Per: perRule}),
	)
	with := func(input, peer, app, host string) model.Record {
		r := model.Record{Input: input, Peer: peer, Stream: []model.Field{{Name: "app", Value: app}}}
		if host != "" {
			r.Fields = []model.Field{{Name: "hostname", Value: host}}
		}
		return r
	}
	for _, c := range []struct {
		name    string
		records []model.Record
		stored  int
	}{
		{"two hosts of one file", []model.Record{with("files", "/a", "x", "db-1"), with("files", "/a", "x", "mail")}, 1},
		{"another file", []model.Record{with("files", "/b", "x", "db-1")}, 1},
		{"a host that no entry names", []model.Record{with("files", "/a", "x", "web"), with("files", "/a", "x", "web")}, 2},
		{"two peers of one stream", []model.Record{with("otlp", "1", "pay", ""), with("otlp", "2", "pay", "")}, 1},
		{"another stream", []model.Record{with("otlp", "1", "shop", ""), with("otlp", "1", "x", "")}, 2},
		{"peers under one quota", []model.Record{with("syslog", "1", "x", ""), with("syslog", "2", "y", "")}, 1},
	} {
		before := len(in.all())
		if err := in.Write(t.Context(), c.records); err != nil {
			t.Fatal(err)
		}
		if n := len(in.all()) - before; n != c.stored {
			t.Errorf("%s: %d are stored, not %d", c.name, n, c.stored)
		}
	}
}

func (q *quotaIntake) all() []model.Record {
	if q.queue.records == nil {
		return nil
	}
	return q.queue.records[0]
}

// However many sources there are, so many are told apart, and room comes back when they fall silent.
func TestQuotaBucketsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newQuotaIntake(t, Quota{Rate: 1, Burst: config.Duration(time.Second), Over: overDrop})
		for i := range maxBuckets + 500 {
			if err := in.Write(t.Context(), recordsOf(fmt.Sprint(i), 1)); err != nil {
				t.Fatal(err)
			}
		}
		buckets := in.quotas.Load().rules[0].buckets
		if len(buckets) > maxBuckets+1 {
			t.Errorf("%d buckets", len(buckets))
		}
		if n := len(in.all()); n != maxBuckets+1 {
			t.Errorf("%d are stored: those beyond the bound share one bucket", n)
		}
		time.Sleep(time.Minute)
		if err := in.Write(t.Context(), recordsOf("new", 1)); err != nil {
			t.Fatal(err)
		}
		if len(buckets) > 2 {
			t.Errorf("%d buckets after a minute of silence", len(buckets))
		}
	})
}

func TestWrongQuotas(t *testing.T) {
	for _, c := range []struct {
		quota Quota
		key   string
	}{
		{Quota{}, "sources[1]"},
		{Quota{Rate: -1}, "sources[1].rate"},
		{Quota{Rate: math.NaN()}, "sources[1].rate"},
		{Quota{Bytes: -1}, "sources[1].bytes"},
		{Quota{Rate: 1, Over: "stop"}, "sources[1].over"},
		{Quota{Rate: 1, Over: overSample}, "sources[1].keep"},
		{Quota{Rate: 1, Keep: 10}, "sources[1].keep"},
		{Quota{Rate: 1, Per: "host"}, "sources[1].per"},
		{Quota{Rate: 1, Burst: config.Duration(time.Millisecond)}, "sources[1].burst"},
		{Quota{Rate: 1, Name: "first"}, "sources[1].name"},
		{Quota{Rate: 1, Match: QuotaMatch{Stream: "{app="}}, "sources[1].match.stream"},
		{Quota{Rate: 1, Match: QuotaMatch{Stream: "error"}}, "sources[1].match.stream"},
		{Quota{Rate: 1, Match: QuotaMatch{Peer: []string{"10.1.0.0/99"}}}, "sources[1].match.peer"},
	} {
		if key, err := CheckQuotas([]Quota{{Name: "first", Rate: 1}, c.quota}); key != c.key || err == nil {
			t.Errorf("%+v: %q, %v", c.quota, key, err)
		}
	}
}

// benchIntakes are the intake without quotas and with those of three kinds, none of which is reached.
func benchIntakes(tb testing.TB) map[string]*Intake {
	tb.Helper()
	all := map[string]*Intake{}
	for name, list := range map[string][]Quota{
		"without": nil,
		"source":  {{Match: QuotaMatch{Input: []string{"syslog"}}, Rate: 1e9}, {Rate: 1e9}},
		"stream":  {{Match: QuotaMatch{Stream: `{app="shop"}`}, Rate: 1e9}, {Rate: 1e9, Bytes: 1 << 40, Per: perStream}},
		"host":    {{Match: QuotaMatch{Host: []string{"build-*"}}, Rate: 1e9}, {Rate: 1e9, Over: overSample, Keep: 10}},
		"sampled": {{Rate: 1, Over: overSample, Keep: 2}},
	} {
		in, err := NewIntake(IntakeOptions{Queue: discardQueue(4), MaxLine: 1 << 20, Memory: 1 << 28, Quotas: list})
		if err != nil {
			tb.Fatal(err)
		}
		all[name] = in
	}
	return all
}

// mixedRows are rows of one request in runs of a few of each stream.
func mixedRows(n int) []model.Record {
	var records []model.Record
	kinds := benchRows()
	for i := range n {
		records = append(records, kinds[[]string{"json-fields", "nginx", "plain"}[i/4%3]](i))
	}
	return records
}

func BenchmarkQuotas(b *testing.B) {
	records := mixedRows(1024)
	for name, in := range benchIntakes(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := in.Write(context.Background(), records); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/row")
		})
	}
}

// Quotas must not allocate for a row.
func TestQuotasDoNotAllocate(t *testing.T) {
	records := mixedRows(1000)
	for name, in := range benchIntakes(t) {
		least := math.Inf(1)
		for range 20 { // a collection between the runs empties the pools, and the race detector does at random
			least = min(least, testing.AllocsPerRun(1, func() {
				if err := in.Write(t.Context(), records); err != nil {
					t.Fatal(err)
				}
			}))
		}
		if least > 20 {
			t.Errorf("%s: a write of %d rows allocates %v times", name, len(records), least)
		}
	}
}
