package kafka

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

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
	in, err := newInput(set, input.Env{
		Name: "shop", Sink: &sink{}, State: &state{m: map[string][]byte{}}, Sources: input.NewSources(),
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
