package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// sink is a queue with a store behind it that passes over what is not above its mark, as the log store does.
type sink struct {
	mu     sync.Mutex
	refuse int // writes to refuse
	marks  map[string]uint64
	rows   []string // messages
	again  int      // records passed over
}

func (s *sink) Write(_ context.Context, records []model.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse > 0 {
		s.refuse--
		return &model.BusyError{Bound: "test", RetryAfter: time.Millisecond}
	}
	for i := range records {
		r := &records[i]
		if r.Mark.Seq <= s.marks[r.Mark.Source] {
			s.again++
			continue
		}
		s.marks[r.Mark.Source] = r.Mark.Seq
		s.rows = append(s.rows, strings.Clone(r.Msg))
	}
	return nil
}

func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rows)
}

type state struct {
	mu sync.Mutex
	m  map[string][]byte
}

func (s *state) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[key], nil
}

func (s *state) Put(_ context.Context, values map[string][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range values {
		s.m[k] = v
	}
	return nil
}

func (s *state) Keys(context.Context, string) ([]string, error) { return nil, errors.New("not used") }

type bench struct {
	t       *testing.T
	cluster *kfake.Cluster
	client  *kgo.Client
	sink    *sink
	state   *state
}

func newBench(t *testing.T) *bench {
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "orders", "orders.eu", "haetae.logs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	b := &bench{t, c, nil, &sink{marks: map[string]uint64{}}, &state{m: map[string][]byte{}}}
	b.connect()
	return b
}

// connect gives the test a client that knows nothing of earlier topics.
func (b *bench) connect() {
	var err error
	b.client, err = kgo.NewClient(kgo.SeedBrokers(b.cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(b.client.Close)
}

func (b *bench) produce(topic string, first, n int) {
	b.t.Helper()
	for i := first; i < first+n; i++ {
		r := &kgo.Record{Topic: topic, Partition: int32(i % 2), Value: fmt.Appendf(nil, "%s %05d", topic, i)}
		if err := b.client.ProduceSync(b.t.Context(), r).FirstErr(); err != nil {
			b.t.Fatal(err)
		}
	}
}

// start runs an input over topics until its context ends or Stop is called.
func (b *bench) start(change func(*Settings)) input.Input {
	b.t.Helper()
	set := defaults()
	set.Brokers, set.Topics = b.cluster.ListenAddrs(), []string{"orders"}
	if change != nil {
		change(set)
	}
	in, err := newInput(set, input.Env{
		Name: "orders", Sink: b.sink, State: b.state, Sources: input.NewSources(), Log: slog.New(slog.DiscardHandler),
		MaxBatch: 1 << 10, MaxLine: 1 << 20, Now: time.Now,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := in.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	return in
}

func (b *bench) waitFor(n int) {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for b.sink.count() < n {
		if time.Now().After(deadline) {
			b.t.Fatalf("%d of %d rows", b.sink.count(), n)
		}
		time.Sleep(5 * time.Millisecond) // the client polls brokers of its own
	}
}

func (b *bench) check(want int) {
	b.t.Helper()
	rows := slices.Clone(b.sink.rows)
	slices.Sort(rows)
	if len(rows) != want || len(slices.Compact(rows)) != want {
		b.t.Errorf("%d rows, %d of them different, want %d", len(b.sink.rows), len(slices.Compact(rows)), want)
	}
}

// Everything is stored once: while the queue refuses, after a stop, and after a crash that the group knows nothing of.
func TestStoredOnce(t *testing.T) {
	b := newBench(t)
	b.produce("orders", 0, 100)
	b.sink.refuse = 3
	in := b.start(nil)
	b.waitFor(100)
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.produce("orders", 100, 100)
	in = b.start(nil)
	b.waitFor(200)
	if b.sink.again != 0 {
		t.Errorf("%d records were read again after a stop", b.sink.again)
	}
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	group := string(b.state.m["group.id"])
	if _, err := kadm.NewClient(b.client).DeleteGroup(t.Context(), group); err != nil { // as if it had committed nothing
		t.Fatal(err)
	}
	b.produce("orders", 200, 10)
	in = b.start(nil)
	b.waitFor(210)
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(210)
	if b.sink.again != 200 {
		t.Errorf("%d records were read again, want 200", b.sink.again)
	}
}

// The page shows how far the group is in each topic; before the start and after the end there is nobody to ask.
func TestTopicsOfTheInput(t *testing.T) {
	b := newBench(t)
	b.produce("orders", 0, 7)
	in := b.start(func(s *Settings) { s.Topics, s.Pattern = nil, `orders.*` })
	topics := func() []Topic {
		t.Helper()
		list, err := in.(*reader).Topics(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	b.waitFor(7)
	want := []Topic{{Name: "orders", Partitions: 2, End: 7}, {Name: "orders.eu", Partitions: 2}}
	for deadline := time.Now().Add(20 * time.Second); !slices.Equal(topics(), want); time.Sleep(20 * time.Millisecond) { // commits are late
		if time.Now().After(deadline) {
			t.Fatalf("topics %+v, want %+v", topics(), want)
		}
	}
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list := topics(); list != nil {
		t.Errorf("after the end: %+v", list)
	}
}

// A topic that was made again counts from 0: its records are new.
func TestTopicMadeAgain(t *testing.T) {
	b := newBench(t)
	b.produce("orders", 0, 10)
	in := b.start(nil)
	b.waitFor(10)
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	admin := kadm.NewClient(b.client)
	if _, err := admin.DeleteTopic(t.Context(), "orders"); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.DeleteGroup(t.Context(), string(b.state.m["group.id"])); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.CreateTopic(t.Context(), 2, 1, nil, "orders"); err != nil {
		t.Fatal(err)
	}
	b.connect()
	b.produce("orders", 10, 10)
	in = b.start(nil)
	b.waitFor(20)
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(20)
}

// A pattern finds topics that are made later, and leaves the queue's own topics out.
func TestPattern(t *testing.T) {
	b := newBench(t)
	b.produce("orders.eu", 0, 10)
	b.produce("orders", 0, 10)
	b.produce("haetae.logs", 0, 10)
	in := b.start(func(s *Settings) { s.Topics, s.Pattern = []string{"orders"}, `.*\.(eu|logs)` })
	b.waitFor(20)
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(20)
	for _, r := range b.sink.rows {
		if strings.HasPrefix(r, "haetae") {
			t.Fatalf("the queue's own topic was read: %q", r)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for key, change := range map[string]func(*Settings){
		"brokers":           func(s *Settings) { s.Brokers = []string{"nowhere"} },
		"topics":            func(s *Settings) { s.Topics = []string{"a", "b c"} },
		"pattern":           func(s *Settings) { s.Pattern = "(" },
		"exclude":           func(s *Settings) { s.Pattern, s.Exclude = "a", "(" },
		"encoding":          func(s *Settings) { s.Encoding = "avro" },
		"auto.offset.reset": func(s *Settings) { s.Auto.Offset.Reset = "middle" },
		"sasl.mechanism":    func(s *Settings) { s.SASL.Mechanism, s.SASL.Username = "GSSAPI", "u" },
		"tls.ca":            func(s *Settings) { s.TLS.CA = "/nonexistent" },
		"timezone":          func(s *Settings) { s.Timezone = "Nowhere" },
		"topics ":           func(s *Settings) { s.Topics = nil },
	} {
		set := defaults()
		set.Brokers, set.Topics = []string{"127.0.0.1:9092"}, []string{"a"}
		change(set)
		_, err := newInput(set, input.Env{Log: slog.New(slog.DiscardHandler), Now: time.Now})
		var wrong *input.SettingError
		if !errors.As(err, &wrong) || wrong.Key != strings.TrimSpace(key) { // a key may be wrong in two ways
			t.Errorf("%s: %v", key, err)
		}
	}
}
