package kafka

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
)

// What the page shows of the cluster is what the brokers have.
func TestView(t *testing.T) {
	c := fake(t, kfake.NumBrokers(3))
	opts := testOptions(c.ListenAddrs(), 4)
	opts.Retention.MS = 3_600_000
	moves := make(chan Move, 10)
	opts.Moved = func(how Move, partitions []int32) {
		if len(partitions) > 0 {
			moves <- how
		}
	}
	q := closing(t, open(t, opts))
	if owned := q.Owned(); len(owned) > 0 || q.Generation() != 0 {
		t.Errorf("before it joins it owns %v in generation %d", owned, q.Generation())
	}
	consuming, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- q.Consume(consuming, func(ctx context.Context, _ queue.Reader) error { <-ctx.Done(); return nil })
	}()
	if how := <-moves; how != Given {
		t.Errorf("joining is told as %d", how)
	}
	if err := q.Append(t.Context(), queuetest.Batches(4, 1, "a", "b")); err != nil {
		t.Fatal(err)
	}
	view, err := q.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if of := view.Topics["haetae.logs"]; of.Retention.MS != 3_600_000 || of.MinInSync != 2 || len(view.Topics) != 1 {
		t.Errorf("topics: %+v", view.Topics)
	}
	leads, replicas, timed := 0, 0, false
	for _, b := range view.Brokers {
		if !b.Up || b.Address == "" || b.OutOfSync != 0 {
			t.Errorf("broker %+v", b)
		}
		leads += b.Leads
		replicas += b.Replicas
		timed = timed || b.P99 > 0
	}
	if len(view.Brokers) != 3 || leads != 4 || replicas != 12 || !timed {
		t.Errorf("%d brokers lead %d partitions and have %d replicas, times %t: %+v", len(view.Brokers), leads, replicas, timed, view.Brokers)
	}
	for p, place := range view.Placements {
		if place.Leader < 0 || len(place.Replicas) != 3 || len(place.InSync) != 3 {
			t.Errorf("partition %d: %+v", p, place)
		}
	}
	all := []int{0, 1, 2, 3}
	if g := view.Group; !g.Settled() || !g.Has("one") || g.Has("two") || len(g.Members) != 1 || !slices.Equal(g.Members[0].Partitions, all) {
		t.Errorf("group %+v", g)
	}
	if !slices.Equal(q.Owned(), all) || q.Generation() < 1 {
		t.Errorf("owns %v in generation %d", q.Owned(), q.Generation())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if how := <-moves; how != Taken {
		t.Errorf("leaving is told as %d", how)
	}
}

// Browsers that look each second must not cost the brokers more than one.
func TestViewIsAskedOnceASecond(t *testing.T) {
	c := fake(t)
	now := time.Unix(1_000, 0)
	opts := testOptions(c.ListenAddrs(), 1)
	opts.Now = func() time.Time { return now }
	q := closing(t, open(t, opts))
	var asked atomic.Int32
	if _, err := q.View(t.Context()); err != nil {
		t.Fatal(err)
	}
	for key := range int16(kmsg.MaxKey + 1) {
		c.ControlKey(key, func(kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			asked.Add(1)
			return nil, nil, false
		})
	}
	const views = 100
	for range views {
		if _, err := q.View(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := asked.Load(); n > views/2 { // some may be the queue's own looks
		t.Errorf("%d requests of any kind within a second", n)
	}
	q.brokers.set(errors.New("they are gone"))
	if _, err := q.View(t.Context()); err == nil {
		t.Error("brokers that are away have a view")
	}
}

// The metadata of all topics may be megabytes: they are asked for with what changes seldom.
func TestViewAsksForItsTopic(t *testing.T) {
	c := fake(t)
	began := time.Unix(1_000, 0)
	var passed atomic.Int64
	opts := testOptions(c.ListenAddrs(), 1)
	opts.Now = func() time.Time { return began.Add(time.Duration(passed.Load())) }
	q := closing(t, open(t, opts))
	var whole atomic.Int32
	c.ControlKey(int16(kmsg.Metadata), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if r.(*kmsg.MetadataRequest).Topics == nil {
			whole.Add(1)
		}
		return nil, nil, false
	})
	for _, wait := range []time.Duration{0, viewFresh, viewFresh, detailsFresh} {
		passed.Add(int64(wait))
		time.Sleep(600 * time.Millisecond) // as long as the client itself remembers an answer
		if view, err := q.View(t.Context()); err != nil || view.Brokers[0].Leads != 1 || view.Placements[0].Leader != 0 {
			t.Fatalf("view %+v, %v", view, err)
		}
	}
	if n := whole.Load(); n != 2 {
		t.Errorf("all topics were asked for %d times in 32 seconds, want 2", n)
	}
}

// A coordinator that hangs delays nobody who does not ask for the view, and nobody beyond his own patience.
func TestViewHangs(t *testing.T) {
	c := fake(t)
	q := closing(t, open(t, testOptions(c.ListenAddrs(), 1)))
	hangs, asked := make(chan struct{}), make(chan struct{}, 100)
	c.ControlKey(int16(kmsg.DescribeGroups), func(kmsg.Request) (kmsg.Response, error, bool) {
		asked <- struct{}{}
		<-hangs
		return nil, nil, false
	})
	viewed := make(chan error, 1)
	go func() {
		_, err := q.View(t.Context())
		viewed <- err
	}()
	<-asked
	free := make(chan struct{})
	go func() {
		defer close(free)
		q.cluster.setDisks(kadm.DescribedAllLogDirs{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := q.View(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second view: %v", err)
		}
	}()
	select {
	case <-free:
	case <-time.After(10 * time.Second):
		t.Error("others wait for whoever asks")
	}
	close(hangs)
	if err := <-viewed; err != nil {
		t.Error(err)
	}
	<-free
}

// A broker that was slow a minute ago is not slow now.
func TestBrokerTimesForget(t *testing.T) {
	now := time.Unix(6_000, 0)
	times := brokerTimes{now: func() time.Time { return now }}
	took := func(id int32, d time.Duration) {
		times.OnBrokerE2E(kgo.BrokerMetadata{NodeID: id}, int16(kmsg.Produce), kgo.BrokerE2E{ReadWait: d})
	}
	for range 99 {
		took(1, time.Millisecond)
	}
	took(1, 80*time.Millisecond)
	took(1, 80*time.Millisecond)
	took(2, 5*time.Millisecond)
	times.OnBrokerE2E(kgo.BrokerMetadata{NodeID: 2}, int16(kmsg.Fetch), kgo.BrokerE2E{ReadWait: time.Minute})
	near := func(what string, id int32, want time.Duration) {
		t.Helper()
		if got := times.p99(id, now); got < want || float64(got) > 1.25*float64(want) {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	near("one in fifty is slow", 1, 80*time.Millisecond)
	near("other kinds of requests do not count", 2, 5*time.Millisecond)
	now = now.Add(50 * time.Second)
	took(1, time.Millisecond)
	near("within the minute", 1, 80*time.Millisecond)
	now = now.Add(15 * time.Second)
	near("a minute later", 1, time.Millisecond)
	now = now.Add(2 * time.Minute)
	if got := times.p99(1, now); got != 0 {
		t.Errorf("%s without a request", got)
	}
}

// Two processes with group.instance.id are in the group by these names, and one that ends keeps its partitions until it is back.
func TestStaticMembersKeepTheirPlace(t *testing.T) {
	c := fake(t)
	queues, stops, ended := make([]*Queue, 2), make([]context.CancelFunc, 2), make(chan error, 2)
	for i, name := range []string{"one", "two"} {
		opts := testOptions(c.ListenAddrs(), 4)
		opts.Member, opts.Group.Instance.ID = name, "web-"+name
		queues[i] = closing(t, open(t, opts))
		ctx, stop := context.WithCancel(t.Context())
		stops[i] = stop
		go func() {
			ended <- queues[i].Consume(ctx, func(ctx context.Context, _ queue.Reader) error { <-ctx.Done(); return nil })
		}()
	}
	divided := func() (g GroupView) {
		t.Helper()
		for range 1000 {
			g = queues[0].viewGroup(t.Context())
			if len(g.Members) == 2 && len(g.Members[0].Partitions) == 2 && len(g.Members[1].Partitions) == 2 {
				return g
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("the group is not divided: %+v", g)
		return g
	}
	if g := divided(); !g.Has("web-one") || !g.Has("web-two") || g.Has("two") {
		t.Errorf("group %+v", g)
	}
	stops[1]()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if g := divided(); !g.Has("web-two") {
		t.Errorf("after one stopped: %+v", g)
	}
	stops[0]()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
