package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/queuetest"
)

func TestTopicNames(t *testing.T) {
	for logs, want := range map[string]string{"haetae.logs": "haetae.audit", "logs": "audit", "north-logs": "north-audit", "haetae": "haetae.audit"} {
		if got := topicOf(logs, "audit"); got != want {
			t.Errorf("beside %q the audit trail is in %q, want %q", logs, got, want)
		}
	}
}

// A number that another partition had before would make records of both the same.
func TestNumbersStay(t *testing.T) {
	datasets := []Dataset{{Name: "logs", topic: "l"}, {Name: "audit", topic: "a"}}
	var runs []run
	for _, step := range []struct {
		what        string
		found       []topic
		logs, audit []int
	}{
		{"one topic", []topic{{"l", "L", 2}}, []int{0, 1}, nil},
		{"two", []topic{{"l", "L", 2}, {"a", "A", 1}}, []int{0, 1}, []int{2}},
		{"the first has grown", []topic{{"l", "L", 4}, {"a", "A", 1}}, []int{0, 1, 3, 4}, []int{2}},
		{"the second was made again", []topic{{"l", "L", 4}, {"a", "B", 2}}, []int{0, 1, 3, 4}, []int{5, 6}},
		{"nothing is new", []topic{{"l", "L", 4}, {"a", "B", 2}}, []int{0, 1, 3, 4}, []int{5, 6}},
	} {
		runs = number(runs, step.found)
		n := newNumbering("q", runs, datasets)
		if !slices.Equal(n.datasets["logs"], step.logs) || !slices.Equal(n.datasets["audit"], step.audit) || !slices.Equal(n.topics, step.found) {
			t.Errorf("%s: logs are %v, audit is %v, topics %v", step.what, n.datasets["logs"], n.datasets["audit"], n.topics)
		}
		for at, number := range n.numbers {
			if n.places[number] != at {
				t.Errorf("%s: %v has number %d, which is %v", step.what, at, number, n.places[number])
			}
		}
	}
	if closed := newNumbering("q", runs, datasets).places[2]; closed.topic != "" {
		t.Errorf("the partition of the topic that is gone is in %q", closed.topic)
	}
}

// A running process must not go on with a topic that counts from 0 again, whichever of its topics that is.
func TestTopicBesidesMadeAgain(t *testing.T) {
	opts := testOptions(fake(t).ListenAddrs(), 1)
	opts.Datasets = apart("audit")
	q := closing(t, open(t, opts))
	consumed := make(chan error, 1)
	go func() {
		consumed <- q.Consume(t.Context(), func(ctx context.Context, _ queue.Reader) error { <-ctx.Done(); return ctx.Err() })
	}()
	if _, err := q.admin.DeleteTopic(t.Context(), "haetae.audit"); err != nil {
		t.Fatal(err)
	}
	again := closing(t, open(t, opts))
	if again.ID() != q.ID() {
		t.Error("the queue is another one, though its logs are where they were")
	}
	if err := <-consumed; !errors.Is(err, errOtherTopic) || !strings.Contains(err.Error(), "haetae.audit") {
		t.Errorf("consume: %v", err)
	}
}

// The topic of logs alone is made again: that is another queue, and what the other topic holds must not be read from its start.
func TestTopicBesidesGoesToTheNextQueue(t *testing.T) {
	opts := testOptions(fake(t).ListenAddrs(), 2)
	opts.Datasets, opts.Remember = apart("audit"), memory{}
	var carried []string
	opts.Carry = func(_ context.Context, from string, partition int, to string, as int) error {
		carried = append(carried, fmt.Sprint(from, " ", partition, " ", to, " ", as))
		return nil
	}
	q := closing(t, open(t, opts))
	if _, err := q.admin.DeleteTopic(t.Context(), "haetae.logs"); err != nil {
		t.Fatal(err)
	}
	opts.Partitions = 3
	next := closing(t, open(t, opts))
	if want := []string{fmt.Sprint(q.ID(), " 2 ", next.ID(), " 3")}; next.ID() == q.ID() || !slices.Equal(carried, want) {
		t.Errorf("carried %q, want %q", carried, want)
	}
	if fresh := next.Fresh(); !slices.Equal(fresh, []string{"haetae.logs"}) {
		t.Errorf("new topics are %v", fresh)
	}
	closing(t, open(t, opts))
	if len(carried) != 1 {
		t.Errorf("carried again: %q", carried)
	}
}

// Brokers whose access lists name one topic take records as before. Once the other one has carried something, it is needed.
func TestTopicThatIsForbidden(t *testing.T) {
	c := fake(t)
	opts := testOptions(c.ListenAddrs(), 2)
	opts.Datasets, opts.Remember = apart("audit"), memory{}
	var refuse atomic.Bool
	c.ControlKey(int16(kmsg.Metadata), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		req := r.(*kmsg.MetadataRequest)
		if !refuse.Load() || len(req.Topics) != 1 || req.Topics[0].Topic == nil || *req.Topics[0].Topic != "haetae.audit" {
			return nil, nil, false
		}
		answer, of := req.ResponseKind().(*kmsg.MetadataResponse), kmsg.NewMetadataResponseTopic()
		of.Topic, of.ErrorCode = req.Topics[0].Topic, kerr.TopicAuthorizationFailed.Code
		answer.Topics = append(answer.Topics, of)
		return answer, nil, true
	})
	openOnce := func() (partitions []int, err error) {
		q, err := Open(t.Context(), opts)
		if err != nil {
			return nil, err
		}
		return q.PartitionsOf("audit"), errors.Join(q.Keep(t.Context()), q.Close())
	}
	for _, step := range []struct {
		refuse bool
		want   []int
	}{{true, []int{0, 1}}, {false, []int{2}}, {true, nil}} {
		refuse.Store(step.refuse)
		got, err := openOnce()
		if !slices.Equal(got, step.want) || (err != nil) != (step.want == nil) {
			t.Errorf("refused: %t; the audit trail goes to %v, %v", step.refuse, got, err)
		}
	}
}

// A version with one topic more starts where the one before it did, whatever the brokers have against the new one.
func TestTopicThatCannotBeMade(t *testing.T) {
	for _, refusal := range []*kerr.Error{kerr.ClusterAuthorizationFailed, kerr.PolicyViolation, kerr.InvalidReplicationFactor, kerr.InvalidConfig, kerr.InvalidTopicException} {
		c := fake(t)
		opts := testOptions(c.ListenAddrs(), 2)
		opts.Remember = memory{}
		closing(t, open(t, opts))
		c.ControlKey(int16(kmsg.CreateTopics), func(r kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			answer, of := r.ResponseKind().(*kmsg.CreateTopicsResponse), kmsg.NewCreateTopicsResponseTopic()
			of.Topic, of.ErrorCode = r.(*kmsg.CreateTopicsRequest).Topics[0].Topic, refusal.Code
			answer.Topics = append(answer.Topics, of)
			return answer, nil, true
		})
		opts.Datasets = apart("audit")
		q, err := Open(t.Context(), opts)
		if err != nil {
			t.Errorf("%v ends the start: %v", refusal, err)
			continue
		}
		closing(t, q)
		if got := q.PartitionsOf("audit"); !slices.Equal(got, []int{0, 1}) {
			t.Errorf("%v: the audit trail goes to %v", refusal, got)
		}
	}
}

// Statistics, ends, owners and the view name partitions by the queue's numbers.
func TestFiguresOfSeveralTopics(t *testing.T) {
	opts := testOptions(fake(t).ListenAddrs(), 2)
	opts.Datasets = apart("audit")
	opts.Retention.MS = 3_600_000
	given := make(chan []int32, 10)
	opts.Moved = func(how Move, partitions []int32) {
		if how == Given && len(partitions) > 0 {
			given <- partitions
		}
	}
	q := closing(t, open(t, opts))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- q.Consume(ctx, func(ctx context.Context, _ queue.Reader) error { <-ctx.Done(); return ctx.Err() })
	}()
	if got := <-given; !slices.Equal(got, []int32{0, 1, 2}) {
		t.Errorf("given %v", got)
	}
	for p, n := range []int{1, 2, 3} {
		if err := q.Append(t.Context(), queuetest.Batches(3, p, slices.Repeat([]string{"x"}, n)...)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[int]int64{0: 1, 1: 2, 2: 3}
	ends, err := q.Ends(t.Context())
	known, _ := q.KnownEnds(t.Context())
	if err != nil || !maps.Equal(ends, want) || !maps.Equal(known, want) {
		t.Errorf("partitions end at %v, known %v, %v", ends, known, err)
	}
	view, err := q.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(view.Placements) != 3 || view.Placements[2].Leader < 0 || !slices.Equal(view.Group.Members[0].Partitions, []int{0, 1, 2}) {
		t.Errorf("view %+v", view)
	}
	if logs, audit := view.Topics["haetae.logs"], view.Topics["haetae.audit"]; logs.Retention.MS != 3_600_000 || audit.Retention.MS != -1 {
		t.Errorf("logs %+v, audit %+v", logs, audit)
	}
	if topic, at := q.Place(2); topic != "haetae.audit" || at != 0 {
		t.Errorf("partition 2 is %d of %s", at, topic)
	}
	if diff := cmp.Diff([]string{"haetae.logs", "haetae.audit"}, q.Topics()); diff != "" {
		t.Error(diff)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
