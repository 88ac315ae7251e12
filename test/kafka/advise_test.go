package kafka

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/test/server"
)

// advise asks as a person does, and returns the advice and the exit code.
func advise(t *testing.T, s *server.Server) ([]model.Advice, int) {
	t.Helper()
	out, err := exec.Command(server.Binary(t), "kafka", "advise", "--json", "--url", s.URL("")).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var answer struct {
		Advice []model.Advice `json:"advice"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
	}
	return answer.Advice, code
}

func adviceOf(t *testing.T, list []model.Advice, id string) model.Advice {
	t.Helper()
	i := slices.IndexFunc(list, func(a model.Advice) bool { return a.ID == id })
	if i < 0 {
		t.Fatalf("no advice %s in %v", id, list)
	}
	return list[i]
}

// metric returns a counter without labels.
func metric(t *testing.T, s *server.Server, name string) float64 {
	t.Helper()
	for line := range strings.Lines(get(t, s, "/metrics")) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

// A queue that is set badly is told so by its own figures, and following the advice brings what it says: counted in records
// for each request, which no busy machine changes.
func TestAdviceHelps(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	s := onKafka(t, c, "queue.partitions=1", "queue.linger.ms=0")
	s.Config = filepath.Join(t.TempDir(), "haetae.yaml")
	perRequest := func(batchSize string, rows int) float64 {
		t.Helper()
		if err := os.WriteFile(s.Config, fmt.Appendf(nil, "queue: {batch.size: %s}\n", batchSize), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Run(t)
		for i := range 20 {
			s.Post(t, insert, "application/json", lines(rows+200*i, 200), http.StatusOK)
		}
		waitForAll(t, s, rows+4000)
		return metric(t, s, "haetae_queue_kafka_record_send_total") / metric(t, s, "haetae_queue_kafka_produce_requests_total")
	}
	before := perRequest("1024", 0)
	list, code := advise(t, s)
	batch := adviceOf(t, list, "batch")
	if batch.Severity != model.AdviceChange || batch.Setting != "batch.size" || batch.From != "1024" || code != 3 {
		t.Fatalf("exit code %d, advice %+v", code, batch)
	}
	if x := adviceOf(t, list, "compression"); x.Values["sample_bytes"] < 1000 || x.Values["ratio"] <= 1 {
		t.Errorf("the codecs were not tried on what was sent: %+v", x)
	}
	if x := adviceOf(t, list, "in_sync"); x.Severity != model.AdviceFine || x.Values["replicas"] != 1 || x.Values["brokers"] != 1 {
		t.Errorf("one copy on one broker: %+v", x)
	}

	s.Stop(t)
	after := perRequest(batch.To, 4000)
	if fewer := batch.Values["fewer"]; fewer < 2 || after < .7*fewer*before {
		t.Errorf("%.1f records in a request before, %.1f after; %.1f times as many were promised", before, after, fewer)
	}
	list, _ = advise(t, s)
	if x := adviceOf(t, list, "batch"); x.Severity != model.AdviceFine {
		t.Errorf("the advice was followed, and still: %+v", x)
	}
	t.Logf("%.1f records in a request before, %.1f with batch.size %s", before, after, batch.To)
}
