package made

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/test/letters"
	"github.com/haetae/haetae/test/server"
)

type letterGroups struct {
	Total  int64
	Groups []api.LetterGroup
}

func groups(t *testing.T, s *server.Server, since string) letterGroups {
	t.Helper()
	return call[letterGroups](t, s, "GET", "/api/v1/dead-letters/groups?since="+since, nil, http.StatusOK)
}

// Letters of one reason, input and topic are one group with the place of the newest; its query finds it and no other. A
// place that a sender has made up is not shown.
func TestLetterGroups(t *testing.T) {
	s := server.New(t, "queue.partitions=4")
	began := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	at := func(minutes int) time.Time { return began.Add(time.Duration(minutes) * time.Minute) }
	ofTopic := func(peer, partition, offset string, minutes int) model.Record {
		l := letters.Letter("orders", peer, "letter of a topic", `a step failed: "quoted"`, at(minutes))
		l.Fields = append(l.Fields, model.Field{Name: "kafka.topic", Value: "spans"}, model.Field{Name: "kafka.partition", Value: partition},
			model.Field{Name: "kafka.offset", Value: offset})
		return l
	}
	madeUp := ofTopic("192.0.2.7", "9", "9", 4)
	madeUp.Input = "web"
	put(t, s, []model.Record{
		ofTopic("spans/3", "3", "18220416", 1), ofTopic("spans/3", "3", "18220417", 3), ofTopic("spans/2", "2", "5", 2),
		madeUp,
		letters.Letter("orders-eu", "192.0.2.7", "letter", `a step failed: "quoted"`, at(5)),
		letters.Letter("syslog", "192.0.2.7", "letter", "a step failed: other", at(-60*30)),
	})
	s.Run(t)
	waitCount(t, s, "_dataset:deadletter", 6)

	got := groups(t, s, "24h")
	if got.Total != 5 || len(got.Groups) != 3 {
		t.Fatalf("groups: %+v", got)
	}
	partition, offset := int32(3), int64(18220417)
	want := api.LetterGroup{
		Reason: `a step failed: "quoted"`, Input: "orders", Topic: "spans", Partition: &partition, Offset: &offset, Source: "spans/3 @ 18220417",
		Count: 3, First: at(1), Last: at(3), Query: got.Groups[2].Query,
	}
	if diff := cmp.Diff(want, got.Groups[2]); diff != "" {
		t.Errorf("the oldest group:\n%s", diff)
	}
	if made := got.Groups[1]; made.Input != "web" || made.Topic != "" || made.Source != "queue/0 @ 1" {
		t.Errorf("a place that a sender made up: %+v", made)
	}
	for _, g := range got.Groups {
		if found := list(t, s, "?query="+url.QueryEscape(g.Query)); found.Total != g.Count {
			t.Errorf("%s finds %d letters, want %d", g.Query, found.Total, g.Count)
		}
	}
	if all := groups(t, s, began.Add(-48*time.Hour).Format(time.RFC3339)); all.Total != 6 {
		t.Errorf("of three days: %+v", all)
	}

	if done := replay(t, s, map[string]any{"query": want.Query}); done.Replayed != 3 {
		t.Errorf("replay: %+v", done)
	}
	for _, g := range groups(t, s, "2h").Groups {
		if replayed := g.Topic == "spans"; replayed != (g.Replayed == 3) || g.Held != 0 {
			t.Errorf("after the replay: %+v", g)
		}
	}
	call[api.Problem](t, s, "GET", "/api/v1/dead-letters/groups?since=soon", nil, http.StatusBadRequest)
}
