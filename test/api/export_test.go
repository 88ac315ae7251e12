package api

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/test/server"
)

func TestExportFormats(t *testing.T) {
	s := start(t)
	for _, tt := range []struct{ params, want string }{
		{"format=plain&order=asc&limit=2", "GET /a took 10\nGET /b took 20\n"},
		{"format=plain&limit=2", "GET /f took 60\nPOST /d took 40\n"},
		{"format=csv&fields=level,_msg&order=asc&limit=1", "level,_msg\r\ninfo,GET /a took 10\r\n"},
		{"format=jsonl&fields=ms&order=asc&limit=2", "{\"ms\":\"10\"}\n{\"ms\":\"20\"}\n"},
		{"format=csv&query=" + url.QueryEscape("* | stats by (host) count() n | sort by (host)"), "host,n\r\nweb-1,3\r\nweb-2,3\r\n"},
		{"format=csv&order=asc&limit=1", "_time,_severity,host.name,service.name,_msg\r\n2026-11-20T00:00:00Z,info,,,GET /a took 10\r\n"},
		{"format=csv&query=nothing&fields=a", "a\r\n"},
	} {
		params := tt.params
		if !strings.Contains(params, "query=") {
			params += "&query=" + url.QueryEscape("took -GET:x (/a or /b or /d or /f)")
		}
		if !strings.Contains(params, "start=") {
			params += "&start=2026-11-20T00:00:00Z&end=2026-11-21T00:00:00Z"
		}
		status, body := get(t, s, "/api/v1/logs/export", params)
		if status != http.StatusOK || body != tt.want {
			t.Errorf("%s: status %d (-want +got):\n%s", tt.params, status, cmp.Diff(tt.want, body))
		}
	}
	_, all := get(t, s, "/api/v1/logs/export", "format=csv&fields=*&query=took&limit=1")
	header, _, _ := strings.Cut(all, "\r\n")
	for _, name := range []string{"_time", "_stream", "_msg", "level", "ms"} {
		if !slices.Contains(strings.Split(header, ","), name) {
			t.Errorf("fields=* has the columns %q, without %s", header, name)
		}
	}
	resp, err := http.Get(s.URL("/api/v1/logs/export?format=csv&query=*"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if name := resp.Header.Get("Content-Disposition"); !strings.HasPrefix(name, "attachment; filename=haetae-logs-") || !strings.HasSuffix(name, "Z.csv") {
		t.Errorf("the file is named %q", name)
	}
	for _, params := range []string{"query=" + url.QueryEscape("* | lmit 5"), "query=*&format=xls", "query=*&fields=a,,b", "query=*&id=a%20b"} {
		if status, body := get(t, s, "/api/v1/logs/export", params); status != http.StatusBadRequest || strings.Contains(body, "haetae-logs") {
			t.Errorf("%s: status %d, %s", params, status, body)
		}
	}
}

type listed struct {
	State        string
	Rows         int64
	ExpectedRows int64 `json:"expected_rows"`
}

func queryState(t *testing.T, s *server.Server, id string) listed {
	t.Helper()
	status, body := get(t, s, "/api/v1/queries/"+id, "")
	var q listed
	if err := json.Unmarshal([]byte(body), &q); err != nil || status != http.StatusOK {
		t.Fatalf("query %s: status %d, %s", id, status, body)
	}
	return q
}

func peakMB(t *testing.T, s *server.Server) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb >> 10
}

// A million rows must pass through in order and each once, without taking memory for all of them; an export that is
// cancelled must end at once, as broken off.
func TestExportOfAMillionRows(t *testing.T) {
	s := server.Start(t, "limits.memory=512MiB")
	const rows, batch = 1_000_000, 50_000
	for from := 0; from < rows; from += batch {
		var b strings.Builder
		for i := from; i < from+batch; i++ {
			at := 1_795_132_800_000 + int64(i/40)*10 // 40 rows of one time
			fmt.Fprintf(&b, `{"_time":"%d","_msg":"row %d of many that are there","host":"h%d"}`+"\n", at, i, i%7)
		}
		s.Post(t, "/insert/jsonline?_stream_fields=host", "", b.String(), http.StatusOK)
	}
	deadline := time.Now().Add(time.Minute)
	for s.Query(t, "* | count() n")[0]["n"] != strconv.Itoa(rows) {
		if time.Now().After(deadline) {
			t.Fatal("the rows are not all there after a minute")
		}
		time.Sleep(200 * time.Millisecond)
	}
	before := peakMB(t, s)
	for _, order := range []string{"asc", "desc"} {
		began := time.Now()
		resp, err := http.Get(s.URL("/api/v1/logs/export?query=*&format=csv&fields=_time,_msg&id=whole-" + order + "&end=2027-01-01&order=" + order))
		if err != nil {
			t.Fatal(err)
		}
		seen := make([]bool, rows)
		in, n, last := csv.NewReader(resp.Body), 0, time.Time{}
		in.ReuseRecord = true
		_, err = in.Read() // the header
		for err == nil {
			var rec []string
			if rec, err = in.Read(); err != nil {
				break
			}
			at, convErr := time.Parse(time.RFC3339Nano, rec[0])
			if convErr != nil || n > 0 && !at.Equal(last) && at.After(last) != (order == "asc") {
				t.Fatalf("%s: %s comes behind %s (%v)", order, rec[0], last, convErr)
			}
			i, convErr := strconv.Atoi(strings.Fields(rec[1])[1])
			if convErr != nil || seen[i] {
				t.Fatalf("%s: %q is there twice, or is no row: %v", order, rec[1], convErr)
			}
			seen[i], last = true, at
			n++
		}
		resp.Body.Close()
		if n != rows {
			t.Errorf("%s: %d rows, want %d; ended with %v", order, n, rows, err)
		}
		t.Logf("%s: %d rows in %s", order, n, time.Since(began).Round(time.Millisecond))
		if q := queryState(t, s, "whole-"+order); q.State != "done" || q.Rows != rows || q.ExpectedRows != rows && q.ExpectedRows != 0 {
			t.Errorf("%s: listed at its end as %+v", order, q)
		}
	}
	grew := peakMB(t, s) - before
	t.Logf("the peak of memory grew by %d MB", grew)
	if grew > 250 {
		t.Errorf("the peak of memory grew by %d MB for an export", grew)
	}

	resp, err := http.Get(s.URL("/api/v1/logs/export?query=*&id=stopped"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Scan()
	req, err := http.NewRequest(http.MethodDelete, s.URL("/api/v1/queries/stopped"), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	n := 1
	for lines.Scan() {
		n++
	}
	if answer.StatusCode != http.StatusNoContent || lines.Err() == nil || n == rows {
		t.Errorf("cancelling answered %s, %d rows came, and the answer ended with %v", answer.Status, n, lines.Err())
	}
	states := []string{queryState(t, s, "stopped").State}
	for i := 0; i < 50 && states[len(states)-1] == "running"; i++ {
		time.Sleep(20 * time.Millisecond)
		states = append(states, queryState(t, s, "stopped").State)
	}
	if !slices.Contains(states, "cancelled") {
		t.Errorf("the export was %v", states)
	}
}
