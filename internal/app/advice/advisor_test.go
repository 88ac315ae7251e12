package advice

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/analysis/advise"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
)

// Only the time counts in which records waited for a reader that could not go faster: a busy reader that keeps up is well
// used, and records that wait for an idle one wait for something else.
func TestAdvisorCountsFullReaders(t *testing.T) {
	var v Advisor
	at := time.Unix(1_000, 0)
	step := func(busy time.Duration, waits bool, batches int64) {
		next := look{at: at, cpu: time.Second, busy: map[int]time.Duration{0: 0}}
		if n := len(v.looks); n > 0 {
			last := v.looks[n-1]
			next.cpu, next.read = last.cpu+15*time.Second, last.read+1000
			next.busy = map[int]time.Duration{0: last.busy[0] + busy}
			next.traffic.ProducedBatches = last.traffic.ProducedBatches + batches
		}
		v.add(next, map[int]bool{0: waits}, time.Minute)
		at = at.Add(10 * time.Second)
	}
	step(0, false, 0)
	step(10*time.Second, false, 3)
	step(2*time.Second, true, 0)
	step(9500*time.Millisecond, true, 3)
	first, last, longest := v.window()
	if last.full-first.full != 10*time.Second || last.fullRead != 1000 || last.fullCPU != 15*time.Second || last.sending != 20*time.Second {
		t.Errorf("full %v, read %d, CPU %v, sending %v", last.full, last.fullRead, last.fullCPU, last.sending)
	}
	if longest != time.Minute {
		t.Errorf("longest lag %v", longest)
	}
	if share := v.busyShare()[0]; share < .7 || share > .73 { // 21.5 of 30 s
		t.Errorf("busy for %v of the last minute", share)
	}
	for range 400 {
		step(0, false, 0)
	}
	if first, last, _ = v.window(); last.at.Sub(first.at) > lookBack || last.full-first.full != 0 {
		t.Errorf("after an hour: %v, full %v", last.at.Sub(first.at), last.full-first.full)
	}
}

// slow is a reader that waits for records and hands out three at a time.
type slow struct {
	queue.Reader
	wait time.Duration
}

func (s *slow) Partition() int { return 7 }

func (s *slow) Next(context.Context) (queue.Chunk, error) {
	time.Sleep(s.wait) // stands for an empty queue
	return queue.Chunk{Records: make([][]byte, 3)}, nil
}

func TestBusyIsWhatIsNotWaiting(t *testing.T) {
	var b busy
	r, done := b.watch(&slow{wait: 30 * time.Millisecond})
	if spent, _ := b.look(time.Now().Add(time.Minute)); spent[7] != 0 {
		t.Errorf("busy for %v before it has read anything", spent[7])
	}
	began := time.Now()
	for range 3 {
		if _, err := r.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	spent, records := b.look(time.Now())
	if records != 9 || spent[7] > time.Since(began)-90*time.Millisecond {
		t.Errorf("%d records, busy for %v of %v", records, spent[7], time.Since(began))
	}
	working, _ := b.look(time.Now().Add(time.Minute)) // it has not asked for more
	if working[7] < time.Minute {
		t.Errorf("busy for %v while it works for a minute", working[7])
	}
	done()
	if spent, records = b.look(time.Now()); len(spent) != 0 || records != 9 {
		t.Errorf("after its end %v, %d records", spent, records)
	}
}

// What all processes and the brokers tell reaches the rules; what they do not tell stays unknown.
func TestViewBecomesFigures(t *testing.T) {
	two, leader, size, ever := 2, int32(3), int64(1<<30), int64(-1)
	view := &api.Pipeline{
		Queue: api.PipelineQueue{Topic: "queue", MinInSync: 1},
		Members: []api.PipelineMember{
			{ID: "a", State: api.MemberReading, Limit: &two},
			{ID: "b", State: api.MemberIdle, Limit: &two},
			{ID: "c", State: api.MemberGone},
		},
		Partitions: []api.PipelinePartition{
			{Partition: 0, Topic: "queue", Leader: &leader, Replicas: []int32{1, 2, 3}, InSync: []int32{3}, BehindRecords: size},
			{Partition: 1, Topic: "trail", Leader: &leader, Replicas: []int32{3}, InSync: []int32{3}}, // of which nothing is advised
			{Partition: 2, Topic: "queue", Leader: &leader, State: api.PartitionUnowned},
		},
		Brokers: []api.PipelineBroker{{ID: 1, Leads: 40}, {ID: 3, Up: true, Leads: 40, DiskUsed: &size, DiskTotal: &size}},
		Topics:  []api.PipelineTopic{{Name: "queue", Own: true, RetentionMS: &ever, RetentionBytes: &size, Bytes: &size}, {Name: "trail", Own: true, RetentionMS: &ever, RetentionBytes: &ever, Bytes: &ever}, {Name: "other"}},
	}
	f := &advise.Figures{Partitions: make([]advise.Partition, 2)}
	addView(f, view, map[int32]int64{3: 70, 9: 1})
	want := &advise.Figures{
		Backlog:    advise.Backlog{Records: 1 << 30},
		Partitions: []advise.Partition{{Replicas: 3, InSync: 1}, {}},
		Topic:      &advise.Topic{MinInSync: 1, RetentionMS: -1, RetentionBytes: 1 << 30, Bytes: 1 << 30},
		Brokers:    []advise.Broker{{ID: 1, Away: true}, {ID: 3, Leads: 2, Requests: 70, DiskUsed: 1 << 30, DiskTotal: 1 << 30}},
		Readers:    advise.Readers{Processes: 2, Bound: 4, Unread: 1},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
	view.Members[1].Limit, view.Topics, view.Brokers = nil, nil, nil
	f = &advise.Figures{}
	if addView(f, view, nil); f.Readers.Bound != -1 || f.Topic != nil || f.Brokers != nil {
		t.Errorf("what is not told: %+v", f)
	}
}

// Who asks for advice and the sampler may look at once: figures between two looks are of a time that has passed.
func TestAdvisorKeepsLooksInOrder(t *testing.T) {
	var v Advisor
	now := time.Unix(1_000, 0)
	v.add(look{at: now}, nil, 0)
	v.add(look{at: now.Add(-2 * time.Second), traffic: kafka.Traffic{ProducedBatches: 1}}, nil, 0)
	if _, last, _ := v.window(); !last.at.Equal(now) || last.sending < 0 {
		t.Errorf("the last look is of %s, batches were sent for %s", last.at, last.sending)
	}
}
