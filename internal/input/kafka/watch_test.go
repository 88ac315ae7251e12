package kafka

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/input"
)

// lockedLog is a log that may be read while it is written.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Brokers that do not let an input in, or are not there, were not told of: the client tries for ever in silence.
func TestUnreachableBrokersAreTold(t *testing.T) {
	set := defaults()
	set.Brokers, set.Topics = []string{"127.0.0.1:1"}, []string{"orders"}
	var log lockedLog
	sources := input.NewSources()
	in, err := newInput(set, input.Env{
		Name: "shop", Sink: &sink{}, State: &state{m: map[string][]byte{}}, Sources: sources,
		Log: slog.New(slog.NewTextHandler(&log, nil)), MaxBatch: 1 << 10, MaxLine: 1 << 20, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(log.String(), "127.0.0.1:1"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nothing is told of brokers that are not there: %s", log.String())
		}
	}
	rows := sources.All(time.Now())
	if len(rows) != 1 || rows[0].Peer != "127.0.0.1:1" || rows[0].LastRejected == nil || rows[0].LastRejected.Reason != reasonAway {
		t.Errorf("sources %+v", rows)
	}
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("told %d times:\n%s", n, log.String())
	}
}

// A topic that is not there is told once and shown by the sources, and read as soon as it is there.
func TestTopicsThatAreNotThereAreTold(t *testing.T) {
	b := newBench(t)
	var log lockedLog
	set := defaults()
	set.Brokers, set.Topics = b.cluster.ListenAddrs(), []string{"orders", "payments"}
	sources := input.NewSources()
	in, err := newInput(set, input.Env{
		Name: "shop", Sink: b.sink, State: b.state, Sources: sources, Log: slog.New(slog.NewTextHandler(&log, nil)),
		MaxBatch: 1 << 10, MaxLine: 1 << 20, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	said := func(text string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(log.String(), text); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the log lacks %q:\n%s", text, log.String())
			}
		}
	}
	said("topic does not exist; make it")
	rows := sources.All(time.Now())
	if len(rows) != 1 || rows[0].Peer != "payments" || rows[0].LastRejected == nil || rows[0].LastRejected.Reason != reasonAbsent {
		t.Errorf("sources %+v", rows)
	}
	b.produce("orders", 0, 3)
	b.waitFor(3)
	if _, err := kadm.NewClient(b.client).CreateTopic(t.Context(), 2, 1, nil, "payments"); err != nil {
		t.Fatal(err)
	}
	b.produce("payments", 0, 4)
	b.waitFor(7)
	said("is there now")
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("told %d times:\n%s", n, log.String())
	}
}

// A topic that the brokers refuse is shown by the sources, with why.
func TestTopicsThatMayNotBeReadAreTold(t *testing.T) {
	b := newBench(t)
	b.produce("orders", 0, 3)
	b.cluster.ControlKey(int16(kmsg.Fetch), func(req kmsg.Request) (kmsg.Response, error, bool) {
		b.cluster.KeepControl()
		fetch := req.(*kmsg.FetchRequest)
		resp := fetch.ResponseKind().(*kmsg.FetchResponse)
		for i := range fetch.Topics {
			topic := kmsg.NewFetchResponseTopic()
			topic.Topic, topic.TopicID = fetch.Topics[i].Topic, fetch.Topics[i].TopicID
			for j := range fetch.Topics[i].Partitions {
				p := kmsg.NewFetchResponseTopicPartition()
				p.Partition, p.ErrorCode = fetch.Topics[i].Partitions[j].Partition, kerr.TopicAuthorizationFailed.Code
				topic.Partitions = append(topic.Partitions, p)
			}
			resp.Topics = append(resp.Topics, topic)
		}
		return resp, nil, true
	})
	set := defaults()
	set.Brokers, set.Topics = b.cluster.ListenAddrs(), []string{"orders"}
	sources := input.NewSources()
	in, err := newInput(set, input.Env{
		Name: "shop", Sink: b.sink, State: b.state, Sources: sources, Log: slog.New(slog.DiscardHandler),
		MaxBatch: 1 << 10, MaxLine: 1 << 20, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); len(sources.All(time.Now())) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the sources do not show the topic")
		}
	}
	row := sources.All(time.Now())[0]
	if row.Peer != "orders" || row.LastRejected == nil || row.LastRejected.Reason != reasonUnreadable || !strings.Contains(row.Sample[reasonUnreadable], "TOPIC_AUTHORIZATION_FAILED") {
		t.Errorf("source %+v", row)
	}
	if err := in.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}
