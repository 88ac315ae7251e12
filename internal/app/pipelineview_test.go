package app

import (
	"net/http"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
)

// Who has just started must not take a silent member for gone that is in the group by its group.instance.id.
func TestStaticMemberIsNotGivenUpAfterRestart(t *testing.T) {
	a, stop := stored(t, t.TempDir())
	defer stop()
	for _, m := range []store.Member{{ID: "b", Address: "127.0.0.1:1", Instance: "web-2"}, {ID: "c", Address: "127.0.0.1:1"}} {
		if _, err := a.meta.Join(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	v := pipelineView{a: a, http: &http.Client{Timeout: time.Second}, instances: map[string]string{}, told: map[string]bool{}}
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
