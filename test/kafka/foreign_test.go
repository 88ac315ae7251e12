package kafka

import (
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/haetae/haetae/test/server"
)

// Two installations on one topic would each store what the other receives. The second says so at its first start, and only then;
// the first never does.
func TestTopicOfAnotherInstallation(t *testing.T) {
	t.Parallel()
	const warning = "this installation has stored none of them"
	c := New(t, 1)
	first := onKafka(t, c)
	first.Run(t)
	first.Post(t, insert, "application/json", lines(0, 100), http.StatusOK)
	waitForAll(t, first, 100)
	first.Stop(t)
	first.Run(t)
	if log := first.Log(); strings.Contains(log, warning) {
		t.Errorf("the topic's own installation warns:\n%s", log)
	}
	second := onKafka(t, c)
	second.Run(t)
	if log := second.Log(); strings.Count(log, warning) != 1 {
		t.Errorf("another installation does not warn once:\n%s", log)
	}
	waitForAll(t, second, 100)
	second.Stop(t)
	second.Run(t)
	if log := second.Log(); strings.Count(log, warning) > 1 {
		t.Errorf("it warns at each start:\n%s", log)
	}
}

// A topic that people write is not taken for the queue: everything in it would become a dead letter. The start says what to do,
// and the next one too.
func TestTopicOfOtherProgramsIsRefused(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	kcat(t, c, "orders", strings.Repeat("an order\n", 50))
	data := t.TempDir()
	for range 2 {
		out, err := exec.CommandContext(t.Context(), server.Binary(t), "server", "--set", "data="+data, "--set", "http.listen=127.0.0.1:0",
			"--set", "queue.type=kafka", "--set", "queue.brokers=["+c.Brokers()[0]+"]", "--set", "queue.topic=orders").CombinedOutput()
		if err == nil || !strings.Contains(string(out), `queue.topic: topic "orders" holds records that are not Haetae's`) {
			t.Fatalf("the start ends with %v:\n%s", err, out)
		}
	}
}

// A process that the brokers do not let into the group reads nothing: it was ready all the same, and named no problem.
func TestGroupThatRefusesIsAProblem(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	s := onKafka(t, c, "queue.session.timeout.ms=3600000") // beyond the brokers' group.max.session.timeout.ms
	s.Run(t)
	var body []byte
	eventually(t, "/readyz names the problem", func() bool {
		answer, err := http.Get(s.URL("/readyz"))
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		body, err = io.ReadAll(answer.Body)
		return err == nil && answer.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), "queue.group")
	})
	if !strings.Contains(string(body), "INVALID_SESSION_TIMEOUT") || !strings.Contains(string(body), "set queue.session.timeout.ms within") {
		t.Errorf("/readyz says %s", body)
	}
}
