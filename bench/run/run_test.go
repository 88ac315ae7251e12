package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Rows must arrive whole and once, though the bodies are cut from the file by size and some are refused at first.
func TestSendFile(t *testing.T) {
	var want []string
	var text strings.Builder
	for i := range 40_000 {
		line := fmt.Sprintf(`{"_msg":"row %d %s"}`, i, strings.Repeat("x", i%300))
		want = append(want, line)
		text.WriteString(line + "\n")
	}
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	got := map[string]int{}
	calls := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls == 2 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		if err != nil || len(body) == 0 || body[len(body)-1] != '\n' {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for line := range strings.Lines(string(body)) {
			got[strings.TrimSuffix(line, "\n")]++
		}
	}))
	defer web.Close()
	s := newServer("test", t.TempDir())
	s.url = web.URL
	rows, raw, err := sendFile(s, path, 3)
	if err != nil {
		t.Fatal(err)
	}
	if rows != len(want) || raw != int64(text.Len()) {
		t.Errorf("%d rows, %d bytes; want %d, %d", rows, raw, len(want), text.Len())
	}
	for _, line := range want {
		if got[line] != 1 {
			t.Fatalf("row %q came %d times", line, got[line])
		}
	}
}

func TestDropsOf(t *testing.T) {
	table := `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 41
  101: 0100007F:158B 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 7
`
	if n, err := dropsOf(table, 5514); err != nil || n != 41 {
		t.Errorf("got %d, %v; want 41", n, err)
	}
}

func TestReadTail(t *testing.T) {
	now := time.Now().UnixNano()
	body := fmt.Sprintf("{\"_msg\":\"t\"}\n{\"_msg\":\"t sent=%d\"}\n{\"_msg\":\"t sent=%d\"}\n", now-int64(time.Hour), now-int64(2*time.Hour))
	got := readTail(&http.Response{Body: io.NopCloser(strings.NewReader(body))}, 5)
	if len(got) != 2 || got[0] < time.Hour || got[1] < 2*time.Hour {
		t.Errorf("latencies %v", got)
	}
}

func TestQueries(t *testing.T) {
	queries, err := readQueries("../queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(queries) != 9 || queries[0] != (namedQuery{"count all", "* | stats count() as n"}) {
		t.Errorf("queries %v", queries)
	}
	for answer, want := range map[string]string{
		"{\"n\":\"42\"}\n":                 "42",
		"{\"a\":\"1\",\"b\":\"2\"}\n":      "1 rows",
		"{\"n\":\"42\"}\n{\"n\":\"43\"}\n": "2 rows",
		"":                                 "0 rows",
	} {
		if got := brief([]byte(answer)); got != want {
			t.Errorf("brief(%q) = %q, want %q", answer, got, want)
		}
	}
}
