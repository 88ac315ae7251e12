package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A process alone reads all of its queue on disk, and says so without brokers.
func TestPipelineOnDisk(t *testing.T) {
	s := start(t)
	var p struct {
		Type    string
		Verdict struct{ State, Code string }
		Flow    struct {
			BehindRecords *int64 `json:"behind_records"`
		}
		Members []struct {
			This       bool
			State      string
			Partitions []int
		}
		Partitions []struct{ End int64 }
		Brokers    []struct{}
	}
	ask := func() {
		t.Helper()
		status, body := get(t, s, "/api/v1/pipeline", "")
		if err := json.Unmarshal([]byte(body), &p); err != nil || status != http.StatusOK {
			t.Fatalf("%d %s, %v", status, body, err)
		}
	}
	var end int64
	for deadline := time.Now().Add(10 * time.Second); end < 6 || p.Flow.BehindRecords == nil || *p.Flow.BehindRecords > 0; time.Sleep(100 * time.Millisecond) { // the view is up to a second old
		if time.Now().After(deadline) {
			t.Fatalf("%d records in the queue: %+v", end, p)
		}
		ask()
		end = 0
		for _, part := range p.Partitions {
			end += part.End
		}
	}
	if p.Type != "wal" || p.Verdict.State != "ok" || p.Verdict.Code != "level" || len(p.Brokers) > 0 {
		t.Errorf("%+v", p)
	}
	if len(p.Members) != 1 || !p.Members[0].This || p.Members[0].State != "reading" || len(p.Members[0].Partitions) != len(p.Partitions) {
		t.Errorf("members %+v of %d partitions", p.Members, len(p.Partitions))
	}
	if status, body := get(t, s, "/api/v1/pipeline/events", "since=1h"); status != http.StatusOK || !strings.Contains(body, `"events":[]`) {
		t.Errorf("events: %d %s", status, body)
	}
	if status, body := get(t, s, "/api/v1/pipeline/events", "since=soon"); status != http.StatusBadRequest || !strings.Contains(body, "since") {
		t.Errorf("a wrong since: %d %s", status, body)
	}
	if _, metrics := get(t, s, "/metrics", ""); !strings.Contains(metrics, "\nhaetae_queue_lag_seconds 0\n") {
		t.Error("/metrics lacks haetae_queue_lag_seconds")
	}
}
