package overview

import (
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/meta"
)

// metadata are those of processes that share a queue.
func metadata(t *testing.T) *meta.Meta {
	t.Helper()
	m, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// While the brokers are away nobody knows how far the partitions go: "0.0 s behind" would be a guess that calms.
func TestBehindIsNotKnownWithoutBrokers(t *testing.T) {
	for problem, known := range map[string]bool{"": true, "the brokers do not answer": false} {
		s := sight{now: time.Now(), queueType: "kafka", queue: "q", topic: "haetae.logs", own: Own{Problem: problem, Partitions: []queue.PartitionStats{{End: 7, Stored: 7}}}}
		s.placeOf = func(p int) (string, int) { return "haetae.logs", p }
		p := assemble(&s)
		if (p.Flow.BehindRecords != nil) != known || (p.Flow.BehindMillis != nil) != known || (p.Partitions[0].BehindMillis != nil) != known {
			t.Errorf("problem %q: flow %+v, partition %+v", problem, p.Flow, p.Partitions[0])
		}
		if own := p.Topics[0]; (own.BehindRecords != nil) != known || (own.BehindMillis != nil) != known {
			t.Errorf("problem %q: topic %+v", problem, own)
		}
	}
}

// Who has just started must not take a silent member for gone that is in the group by its group.instance.id.
func TestStaticMemberIsNotGivenUpAfterRestart(t *testing.T) {
	shared := metadata(t)
	for _, m := range []store.Member{{ID: "b", Address: "127.0.0.1:1", Instance: "web-2"}, {ID: "c", Address: "127.0.0.1:1"}} {
		if _, err := shared.Join(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	v := View{opts: Options{Meta: shared, Log: slog.New(slog.DiscardHandler)}, http: &http.Client{Timeout: time.Second}, instances: map[string]string{}, told: map[string]bool{}}
	s := sight{instances: v.instances, cluster: &kafka.View{Group: kafka.GroupView{State: "Stable", Members: []kafka.GroupMember{{Instance: "web-2"}}}}}
	v.meet(t.Context(), &s)
	for i := range s.members {
		s.members[i].Silent = memberSilent + time.Second
	}
	v.giveUp(t.Context(), &s)
	if v.told["b"] || !v.told["c"] {
		t.Errorf("given up: %v; want c, which is not in the group", v.told)
	}
}
