package kafka

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/haetae/haetae/test/server"
)

// The audit trail has a topic of its own. One that was deleted and made again while Haetae was away is told, its entries come
// to the trail behind those before, and none of either topic is there twice.
func TestTopicOfTheAuditTrail(t *testing.T) {
	t.Parallel()
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := server.New(t, "queue.type=kafka", "queue.session.timeout.ms=6000", "queue.partitions=2", fmt.Sprintf("queue.brokers=[%s]", c.ListenAddrs()[0]))
	s.Run(t)
	rule := func(name string) {
		t.Helper()
		s.Post(t, "/api/v1/rules", "application/json", fmt.Sprintf(`{"name":%q,"rule":{"drop":["x"]}}`, name), http.StatusCreated)
	}
	entries := func(want string) {
		t.Helper()
		eventually(t, want+" entries in the trail", func() bool {
			return s.Query(t, `_dataset:=audit audit.action:=rule.add | stats count() as n`)[0]["n"] == want
		})
	}
	// ends is where each partition ends, by its topic's name and its number there.
	ends := func() map[string]int64 {
		list := map[string]int64{}
		for _, p := range pipelineOf(t, s).Partitions {
			list[fmt.Sprint(p.Topic, "/", p.TopicPartition)] = p.End
		}
		return list
	}
	rule("first")
	entries("1")
	s.Post(t, insert, "application/json", lines(0, 100), http.StatusOK)
	waitForAll(t, s, 100)
	if at := ends(); len(at) != 3 || at["haetae.audit/0"] == 0 || at["haetae.logs/0"]+at["haetae.logs/1"] != 100 {
		t.Errorf("records are at %v", at)
	}
	s.Stop(t)
	deleteTopic(t, c.ListenAddrs(), "haetae.audit")
	s.Run(t)
	if log := s.Log(); !strings.Contains(log, "the topic is another one than before") {
		t.Errorf("nobody tells of the topic:\n%s", log)
	}
	rule("second")
	entries("2")
	waitForAll(t, s, 100)
	if at := ends(); len(at) != 3 || at["haetae.audit/0"] == 0 {
		t.Errorf("records are at %v", at)
	}
	if ready := get(t, s, "/readyz"); !strings.Contains(ready, `"ready":true`) {
		t.Errorf("ready: %s", ready)
	}
}
