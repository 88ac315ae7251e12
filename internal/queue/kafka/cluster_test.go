package kafka

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
	"github.com/haetae/haetae/internal/record"
)

func closing(t *testing.T, q *Queue) *Queue {
	t.Helper()
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return q
}

// Other tools find the stream's partition and the input without knowing the form of the value.
func TestKeyAndHeader(t *testing.T) {
	c := fake(t)
	q := closing(t, open(t, testOptions(c.ListenAddrs(), 2)))
	stream := []model.Field{{Name: "host", Value: "web-1"}}
	rec := model.Record{Msg: "hi", Observed: 1, Input: "syslog", Stream: stream}
	encoded := record.Append(nil, &rec)
	batches := []*queue.Batch{nil, {}}
	batches[1].Add(&rec, record.StreamHash(stream))
	batches[1].AddBytes([]byte("no record"))
	if err := q.Append(t.Context(), batches); err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.ConsumeTopics("haetae.logs"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var got []*kgo.Record
	for len(got) < 2 {
		got = append(got, client.PollFetches(t.Context()).Records()...)
	}
	r := got[0]
	if r.Partition != 1 || string(r.Value) != string(encoded) || binary.BigEndian.Uint64(r.Key) != record.StreamHash(stream) {
		t.Errorf("partition %d, key %x, value %q", r.Partition, r.Key, r.Value)
	}
	if len(r.Headers) != 1 || r.Headers[0].Key != "haetae.input" || string(r.Headers[0].Value) != "syslog" {
		t.Errorf("headers %v", r.Headers)
	}
	if got[1].Key != nil || got[1].Headers != nil {
		t.Errorf("what is no record has key %x and headers %v", got[1].Key, got[1].Headers)
	}
}

// owners notes who owns which partition, and whether two ever did at the same time.
type owners struct {
	mu     sync.Mutex
	of     map[int]string
	epochs map[int]int64
	wrong  error
}

func (o *owners) own(name string) func(ctx context.Context, r queue.Reader) error {
	return func(ctx context.Context, r queue.Reader) error {
		o.mu.Lock()
		if other := o.of[r.Partition()]; other != "" {
			o.wrong = fmt.Errorf("%s and %s own partition %d", name, other, r.Partition())
		}
		if r.Epoch() <= o.epochs[r.Partition()] {
			o.wrong = fmt.Errorf("partition %d: epoch %d behind %d", r.Partition(), r.Epoch(), o.epochs[r.Partition()])
		}
		o.of[r.Partition()], o.epochs[r.Partition()] = name, r.Epoch()
		o.mu.Unlock()
		<-ctx.Done()
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.of, r.Partition())
		return ctx.Err()
	}
}

// waitFor waits until each name owns that many partitions.
func (o *owners) waitFor(t *testing.T, want map[string]int) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		o.mu.Lock()
		have, wrong := map[string]int{}, o.wrong
		for _, name := range o.of {
			have[name]++
		}
		o.mu.Unlock()
		if wrong != nil {
			t.Fatal(wrong)
		}
		if fmt.Sprint(have) == fmt.Sprint(want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("partitions owned: %v, want %v", have, want)
		}
		time.Sleep(10 * time.Millisecond) // the group is the brokers'
	}
}

// A second process takes its share, and the whole when the first ends; at no time do two own a partition.
func TestPartitionsMove(t *testing.T) {
	c := fake(t)
	all := &owners{of: map[int]string{}, epochs: map[int]int64{}}
	ledger := &claims{}
	run := func(name string) (stop func()) { return runMember(t, c, name, Unbound, all, ledger, nil) }
	stopA := run("a")
	all.waitFor(t, map[string]int{"a": 4})
	stopB := run("b")
	all.waitFor(t, map[string]int{"a": 2, "b": 2})
	stopA()
	all.waitFor(t, map[string]int{"b": 4})
	stopB()
	all.waitFor(t, map[string]int{})
}

// runMember runs a process on four partitions until stop is called.
func runMember(t *testing.T, c *kfake.Cluster, name string, bound int, all *owners, ledger *claims, unread func([]int32)) (stop func()) {
	t.Helper()
	opts := testOptions(c.ListenAddrs(), 4)
	opts.Member, opts.Claim, opts.Consumers, opts.Unread = name, ledger.claim, bound, unread
	began := time.Now()
	opts.Now = func() time.Time { return began.Add(4 * time.Since(began)) } // partitions without owner are told sooner
	q := open(t, opts)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Consume(ctx, all.own(name)) }()
	return func() {
		t.Helper()
		cancel()
		if err := errors.Join(<-ended, q.Close()); err != nil {
			t.Error(err)
		}
	}
}

// What the bounds leave over is told, and read as soon as there is room.
func TestBoundsOfProcesses(t *testing.T) {
	c := fake(t)
	all := &owners{of: map[int]string{}, epochs: map[int]int64{}}
	ledger := &claims{}
	told := make(chan int, 100) // how many partitions are read by nobody
	waitTold := func(want int) {
		t.Helper()
		for deadline := time.After(20 * time.Second); ; {
			select {
			case n := <-told:
				if n == want {
					return
				}
			case <-deadline:
				t.Fatalf("nobody tells that %d partitions are read by nobody", want)
			}
		}
	}
	stop0 := runMember(t, c, "receiver", 0, all, ledger, func(partitions []int32) { told <- len(partitions) })
	waitTold(4)
	stopA := runMember(t, c, "a", 1, all, ledger, nil)
	all.waitFor(t, map[string]int{"a": 1})
	waitTold(3)
	stopB := runMember(t, c, "b", 2, all, ledger, nil)
	all.waitFor(t, map[string]int{"a": 1, "b": 2})
	stopC := runMember(t, c, "c", Unbound, all, ledger, nil)
	waitTold(0)
	stopB()
	all.waitFor(t, map[string]int{"a": 1, "c": 3})
	stopC()
	all.waitFor(t, map[string]int{"a": 1})
	stopA()
	stop0()
}

// Retention that overtook the store must be told, never passed over; so must a log that lost its end.
func TestPositionsOutsideTheLog(t *testing.T) {
	c := fake(t)
	q := closing(t, open(t, testOptions(c.ListenAddrs(), 1)))
	for range 5 {
		if err := q.Append(t.Context(), queuetest.Batches(1, 0, "x")); err != nil {
			t.Fatal(err)
		}
	}
	upTo := kadm.Offsets{}
	upTo.AddOffset("haetae.logs", 0, 3, -1)
	if _, err := q.admin.DeleteRecords(t.Context(), upTo); err != nil {
		t.Fatal(err)
	}
	queuetest.With(t, q, 0, func(_ context.Context, r queue.Reader) error {
		var gone *queue.GoneError
		if err := r.From(0); !errors.As(err, &gone) || gone.Wanted != 0 || gone.Oldest != 3 {
			return fmt.Errorf("from an offset that retention took: %w", err)
		}
		if err := r.From(6); err == nil || errors.As(err, &gone) {
			return fmt.Errorf("from an offset behind the end: %w", err)
		}
		return errors.Join(r.From(3), r.From(5))
	})
}

// Under its old name a new topic counts from 0: with the old identity its records would pass for stored ones.
func TestTopicMadeAgain(t *testing.T) {
	c := fake(t)
	opts := testOptions(c.ListenAddrs(), 1)
	q := closing(t, open(t, opts))
	consumed := make(chan error, 1)
	go func() {
		consumed <- q.Consume(t.Context(), func(ctx context.Context, _ queue.Reader) error {
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	if _, err := q.admin.DeleteTopic(t.Context(), opts.Topic); err != nil {
		t.Fatal(err)
	}
	again := closing(t, open(t, opts))
	if again.ID() == q.ID() {
		t.Fatal("another topic has the same identity")
	}
	if err := <-consumed; !errors.Is(err, errOtherTopic) {
		t.Errorf("consume: %v", err)
	}
	if err := q.Append(t.Context(), queuetest.Batches(1, 0, "x")); !errors.Is(err, errOtherTopic) {
		t.Errorf("append: %v", err)
	}
}

type memory map[string][]byte

func (m memory) Get(_ context.Context, key string) ([]byte, error) { return m[key], nil }

func (m memory) Put(_ context.Context, values map[string][]byte) error {
	for k, v := range values {
		m[k] = v
	}
	return nil
}

// While nobody answers, senders are told at once, and what is known of the topic lets a restart go on without brokers.
func TestBrokersAway(t *testing.T) {
	port, dir := freePort(t), t.TempDir()
	up := func() *kfake.Cluster { return fake(t, kfake.Ports(port), kfake.DataDir(dir)) }
	c := up()
	problems := make(chan string, 100)
	opts := testOptions([]string{"127.0.0.1:" + strconv.Itoa(port)}, 1)
	opts.Patience, opts.Remember = 2*time.Second, memory{}
	opts.Problem = func(text string) { problems <- text }
	q := open(t, opts)
	id := q.ID()
	add := func(q *Queue) error { return q.Append(t.Context(), queuetest.Batches(1, 0, "x")) }
	known := func(q *Queue) map[int]int64 {
		t.Helper()
		ends, err := q.KnownEnds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return ends
	}
	if at := known(q); !maps.Equal(at, map[int]int64{0: 0}) {
		t.Errorf("the partition of an empty topic is known to end at %v", at)
	}
	if err := add(q); err != nil {
		t.Fatal(err)
	}
	if at := known(q); !maps.Equal(at, map[int]int64{0: 1}) {
		t.Errorf("behind one record the partition is known to end at %v", at)
	}
	c.Close()
	var away *model.UnavailableError
	if err := add(q); !errors.As(err, &away) || away.RetryAfter <= 0 || !errors.Is(err, queue.ErrNotDurable) {
		t.Fatalf("append without brokers: %v", err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}

	forgetful := opts
	forgetful.Remember = memory{}
	var unreachable *UnreachableError
	if _, err := Open(t.Context(), forgetful); !errors.As(err, &unreachable) {
		t.Fatalf("the first start without brokers: %v", err)
	}
	q = closing(t, open(t, opts))
	if q.ID() != id || q.Partitions() != 1 {
		t.Fatalf("queue %s with %d partitions, want %s with 1", q.ID(), q.Partitions(), id)
	}
	if at := known(q); len(at) > 0 { // what an earlier process had acknowledged is not known
		t.Errorf("without brokers the partition is known to end at %v", at)
	}
	began := time.Now()
	if err := add(q); !errors.As(err, &away) || time.Since(began) > opts.Patience {
		t.Fatalf("append without brokers took %v: %v", time.Since(began), err)
	}
	up()
	deadline := time.Now().Add(20 * time.Second)
	for err := add(q); err != nil; err = add(q) {
		if time.Now().After(deadline) {
			t.Fatalf("the brokers are back: %v", err)
		}
		time.Sleep(20 * time.Millisecond) // the queue looks at the brokers now and then
	}
	if at := known(q); !maps.Equal(at, map[int]int64{0: 2}) {
		t.Errorf("the brokers are back, and the partition is known to end at %v", at)
	}
	last, before := "", ""
	for n := len(problems); n > 0; n-- {
		before, last = last, <-problems
	}
	if before == "" || last != "" {
		t.Errorf("the last problems told are %q and %q", before, last)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
