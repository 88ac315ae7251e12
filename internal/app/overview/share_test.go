package overview

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/others"
)

// What another process answers counts only when it is the one that was asked, and knows who asks.
func TestAskShare(t *testing.T) {
	answer := func(w http.ResponseWriter) { _ = json.NewEncoder(w).Encode(Share{Member: "b", Name: "web-2"}) }
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != PathShare || r.Host != others.Host || r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		answer(w)
	}))
	defer s.Close()
	client := &http.Client{Timeout: 200 * time.Millisecond}
	ask := func(id, secret string) (Share, error) {
		return askShare(t.Context(), client, "http", secret, store.Member{ID: id, Address: strings.TrimPrefix(s.URL, "http://")})
	}
	if got, err := ask("b", "secret"); err != nil || got.Name != "web-2" {
		t.Errorf("%+v, %v", got, err)
	}
	for what, err := range map[string]error{
		"another process at its address": second(ask("c", "secret")),
		"a wrong secret":                 second(ask("b", "guessed")),
	} {
		if err == nil {
			t.Errorf("%s is no error", what)
		}
	}
	answer = func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"member":`) }
	if _, err := ask("b", "secret"); err == nil {
		t.Error("an answer that is cut is no error")
	}
	hangs := make(chan struct{})
	defer close(hangs)
	answer = func(http.ResponseWriter) { <-hangs }
	if err := second(ask("b", "secret")); err == nil {
		t.Error("a process that hangs is no error")
	}
}

func second[T any](_ T, err error) error { return err }

// A record that has just come to a partition which was quiet for an hour does not wait since an hour.
func TestBehindOfQuietPartition(t *testing.T) {
	now := time.Unix(20_000, 0)
	s := &sight{
		now: now, queue: "q", own: Own{Partitions: []queue.PartitionStats{{Stored: 7, End: 8}}}, level: map[int]time.Time{},
		stored: []store.Partition{{Position: store.Position{Queue: "q", Offset: 7}, Received: now.Add(-time.Hour).UnixNano()}},
	}
	for _, c := range []struct{ level, want time.Duration }{{2 * time.Hour, time.Hour}, {4 * time.Second, 4 * time.Second}} {
		s.level[0] = now.Add(-c.level)
		if got := assemble(s).Partitions[0].BehindMillis; got == nil || *got != c.want.Milliseconds() {
			t.Errorf("nothing waited %s ago: %v, want %s", c.level, got, c.want)
		}
	}
}

// Three processes on four partitions: this one reads, one answers, one is silent. Nobody has the last partition.
func TestAssembleShares(t *testing.T) {
	now := time.Unix(20_000, 0)
	received := now.Add(-12 * time.Second).UnixNano()
	s := &sight{
		now: now, queueType: "kafka", queue: "q", topic: "haetae.logs",
		placeOf: func(p int) (string, int) { return "haetae.logs", p },
		own: Own{
			Address: "10.0.0.1:7700",
			Partitions: []queue.PartitionStats{
				{Partition: 0, Stored: 50, End: 100},
				{Partition: 1, Stored: 10, End: 200},
				{Partition: 2, Stored: 300, End: 340},
				{Partition: 3, Stored: 7, End: 7},
			},
			In: map[int]float64{0: 5, 1: 7},
			Share: Share{
				Member: "a", Name: "web-1", Partitions: []PartitionShare{{Partition: 0, Visible: 100, End: 100, PerSecond: 5}},
				AppendedBytes: 10, Letters: 2,
			},
		},
		shares: map[string]Share{"b": {
			Member: "b", Name: "web-2", Instance: "static-b", Partitions: []PartitionShare{{Partition: 1, Visible: 190, End: 210, Received: received, PerSecond: 4}},
			AppendedBytes: 20, Letters: 3,
		}},
		members: []store.Member{{ID: "a"}, {ID: "b", Address: "10.0.0.2:7700"}, {ID: "c", Address: "10.0.0.3:7700", Silent: 8 * time.Second}},
		stored: []store.Partition{
			{Position: store.Position{Queue: "q", Partition: 2, Offset: 310}, Received: now.Add(-30 * time.Second).UnixNano()},
			{Position: store.Position{Queue: "older", Partition: 3, Offset: 90}, Received: 1},
		},
		cluster: &kafka.View{
			Brokers:    []kafka.Broker{{ID: 1, Up: true, DiskTotal: 5, P99: 1500 * time.Microsecond}, {ID: 2}},
			Placements: []kafka.Placement{{Leader: 1}, {Leader: 1}, {Leader: 1}, {Leader: 1}},
			Group: kafka.GroupView{State: "Stable", Members: []kafka.GroupMember{
				{Instance: "a", Partitions: []int{0}}, {Instance: "static-b", Partitions: []int{1}}, {Instance: "c", Partitions: []int{2}},
			}},
		},
		read: []api.PipelineTopic{{Name: "orders", Input: "shop"}},
	}
	p := assemble(s)
	type row struct {
		owner, state string
		behind       int64
		ms           int64 // -1 for null
		out          bool
	}
	for i, want := range []row{{"a", "ok", 0, 0, true}, {"b", "behind", 20, 12_000, true}, {"c", "behind", 30, 30_000, false}, {"", "unowned", 0, 0, false}} {
		part := p.Partitions[i]
		got := row{part.Owner, part.State, part.BehindRecords, -1, part.Out != nil}
		if part.BehindMillis != nil {
			got.ms = *part.BehindMillis
		}
		if got != want {
			t.Errorf("partition %d: %+v, want %+v", i, got, want)
		}
	}
	if f := p.Flow; f.In != 12 || f.Processed != 9 || f.AppendedBytes != 30 || f.BehindRecords == nil || *f.BehindRecords != 50 || *f.BehindMillis != 30_000 {
		t.Errorf("flow %+v", f)
	}
	states := map[string]string{}
	for _, m := range p.Members {
		states[m.ID] = m.State
	}
	if len(p.Members) != 3 || !p.Members[0].This || states["a"] != api.MemberReading || states["b"] != api.MemberReading || states["c"] != api.MemberSilent {
		t.Errorf("members %+v", p.Members)
	}
	if p.DeadLetters.LastDay != 5 || len(p.Topics) != 2 || p.Topics[1].Input != "shop" || !p.Brokers[0].Up || *p.Brokers[0].P99 != 1.5 || p.Brokers[1].DiskTotal != nil {
		t.Errorf("letters %+v, topics %+v, brokers %+v", p.DeadLetters, p.Topics, p.Brokers)
	}

	s.cluster.Group.Members = s.cluster.Group.Members[:2] // its session is over
	third := func() (m api.PipelineMember) {
		for _, m = range assemble(s).Members {
			if m.ID == "c" {
				break
			}
		}
		return m
	}
	if m := third(); m.State != api.MemberGone || m.Reason != api.LostSession || len(m.Partitions) > 0 {
		t.Errorf("a member without session: %+v", m)
	}
	s.away = s.cluster.Brokers
	s.members[2].Silent = time.Second
	if m := third(); m.State != api.MemberSilent {
		t.Errorf("one that has never been in the group and is slow to answer: %+v", m)
	}
	s.members[2].Silent = 8 * time.Second
	s.instances = map[string]string{"c": "static-c"} // as it joined
	s.cluster.Group.Members = append(s.cluster.Group.Members, kafka.GroupMember{Instance: "static-c", Partitions: []int{2}})
	if m := third(); m.State != api.MemberSilent || !slices.Equal(m.Partitions, []int{2}) {
		t.Errorf("a member that is in the group by its group.instance.id: %+v", m)
	}
	s.stored[0].Owner = "c"
	s.cluster.Group = kafka.GroupView{} // its coordinator is away
	if m := third(); m.State != api.MemberSilent || !slices.Equal(m.Partitions, []int{2}) {
		t.Errorf("without the coordinator: %+v", m)
	}
	s.cluster = nil // the brokers are away: nobody can tell
	if m := third(); m.State != api.MemberSilent || !slices.Equal(m.Partitions, []int{2}) {
		t.Errorf("without brokers: %+v", m)
	}
	if list := assemble(s).Brokers; len(list) != 2 || list[0].Up || list[0].P99 != nil || list[0].DiskTotal == nil {
		t.Errorf("brokers that are away: %+v", list)
	}
	s.own.Share.Partitions[0].Visible = 0 // it has not said where it reads
	s.own.Partitions[0].Stored = 0
	if f := assemble(s).Flow; f.BehindRecords != nil {
		t.Errorf("just after the start %d records are behind", *f.BehindRecords)
	}
}
