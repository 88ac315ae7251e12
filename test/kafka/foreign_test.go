package kafka

import (
	"net/http"
	"strings"
	"testing"
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
