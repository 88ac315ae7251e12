package rows

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func generate(seed uint64, n int) []byte {
	g := New(Options{Seed: seed, Rows: n})
	var out []byte
	for range n {
		out = g.Append(out)
	}
	return out
}

// A seed must give the same bytes always, another seed others.
func TestDeterministic(t *testing.T) {
	a, b, c := generate(1, 5000), generate(1, 5000), generate(2, 5000)
	if sha256.Sum256(a) != sha256.Sum256(b) {
		t.Error("one seed gave two outputs")
	}
	if bytes.Equal(a, c) {
		t.Error("two seeds gave one output")
	}
}

// The shares, the streams and what queries look for must be as bench/README.md says.
func TestShape(t *testing.T) {
	const n = 60_000
	data := generate(7, n)
	count := map[string]int{}
	streams := map[string]bool{}
	last := time.Time{}
	for line := range bytes.Lines(data) {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		msg, _ := row["_msg"].(string)
		app, _ := row["app"].(string)
		host, _ := row["host"].(string)
		stamp, _ := row["_time"].(string)
		streams[host+"/"+app] = true
		at, err := time.Parse(time.RFC3339Nano, stamp)
		if err != nil || at.Before(last) {
			t.Fatalf("time %q behind %v: %v", stamp, last, err)
		}
		last = at
		switch {
		case app == "nginx":
			count["nginx"]++
		case app == "sshd":
			count["sshd"]++
		case row["trace_id"] != nil:
			count["kube"]++
		default:
			count["java"]++
		}
		for _, word := range strings.FieldsFunc(msg, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
		}) {
			if word == "error" {
				count["error"]++
				break
			}
		}
		for key, text := range map[string]string{"needle": Needle, "failed": "Failed password", "trace": "\n\tat "} {
			if strings.Contains(msg, text) {
				count[key]++
			}
		}
	}
	if len(streams) != Streams {
		t.Errorf("%d streams, want %d", len(streams), Streams)
	}
	if count["needle"] != Needles {
		t.Errorf("%d needles, want %d", count["needle"], Needles)
	}
	for key, want := range map[string]float64{
		"nginx": 40, "kube": 30, "java": 20, "sshd": 10, "error": 8.48, "failed": 3.8, "trace": 0.4,
	} {
		got := 100 * float64(count[key]) / n
		if got < want*0.93 || got > want*1.07 {
			t.Errorf("%s: %.2f%% of rows, want about %.2f%%", key, got, want)
		}
	}
	if got := float64(len(data)) / n; got < 214 || got > 223 {
		t.Errorf("%.1f bytes a row, want about 218", got)
	}
}
