// Package badinput feeds the real binary what nobody should send: it is kept, or refused with a reason and counted,
// the flow goes on, and memory stays within its bound.
package badinput

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

const memory = 256 << 20

func start(t *testing.T, settings ...string) *server.Server {
	t.Helper()
	return server.Start(t, append([]string{"limits.memory=256MiB", "limits.query_memory=64MiB"}, settings...)...)
}

// checkMemory compares the peak of the process with limits.memory + 100 MB.
func checkMemory(t *testing.T, s *server.Server) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		t.Fatal("no VmHWM in /proc")
	}
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("peak RSS %d MB", kb>>10)
	if kb<<10 > memory+100<<20 {
		t.Errorf("peak RSS %d MB, want at most %d", kb>>10, memory>>20+100)
	}
}

// rejected sums what an input refused for a reason.
func rejected(t *testing.T, s *server.Server, input, reason string) int64 {
	t.Helper()
	resp, err := http.Get(s.URL("/api/v1/sources"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Sources []struct {
			Input    string           `json:"input"`
			Rejected map[string]int64 `json:"rejected"`
		} `json:"sources"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, src := range answer.Sources {
		if src.Input == input {
			for r, count := range src.Rejected {
				if strings.Contains(r, reason) {
					n += count
				}
			}
		}
	}
	return n
}

func TestLongLines(t *testing.T) {
	s := start(t)
	long := strings.Repeat("x", 10<<20)
	s.Post(t, "/insert/jsonline", "", `{"_msg":"begin `+long+`"}`+"\n"+`{"_msg":"neighbour of ten megabytes"}`+"\n", http.StatusOK)
	rows := s.WaitFor(t, "begin | len(_msg) n | fields n", 1)
	if rows[0]["n"] != strconv.Itoa(len("begin ")+len(long)) {
		t.Errorf("a line of 10 MB came back with %s bytes", rows[0]["n"])
	}
	s.WaitFor(t, "neighbour", 1)

	s.Post(t, "/insert/jsonline", "", `{"_msg":"`+long+long+`"}`+"\n"+`{"_msg":"neighbour of twenty"}`+"\n", http.StatusOK)
	s.WaitFor(t, `"neighbour of twenty"`, 1)
	if n := rejected(t, s, "jsonline", "long"); n != 1 {
		t.Errorf("%d lines counted as too long, want 1", n)
	}

	conn, err := net.Dial("tcp", s.Addr["syslog.tcp"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "<13>1 - h a - - - "+long+long+"\n<13>1 - h a - - - after the giant\n"); err != nil {
		t.Fatal(err)
	}
	s.WaitFor(t, `"after the giant"`, 1)
	if n := rejected(t, s, "syslog", "long"); n != 1 {
		t.Errorf("%d syslog lines counted as too long, want 1", n)
	}
	checkMemory(t, s)
}

func TestInvalidUTF8IsKept(t *testing.T) {
	s := start(t)
	conn, err := net.Dial("udp", s.Addr["syslog.udp"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, msg := range []string{"korean \xc7\xd1\xb1\xdb\xc0\xd4\xb4\xcf\xb4\xd9", "broken \xff\xfe\x80 bytes"} {
		if _, err := io.WriteString(conn, "<13>1 - h a - - - "+msg); err != nil {
			t.Fatal(err)
		}
	}
	if row := s.WaitFor(t, "korean", 1)[0]; row["_msg"] != "korean 한글입니다" {
		t.Errorf("CP949 text came out as %q", row["_msg"])
	}
	if row := s.WaitFor(t, "broken", 1)[0]; row["log.original_bytes"] == "" {
		t.Errorf("the original bytes are not kept: %v", row)
	}
}

func TestBrokenJSONIsCounted(t *testing.T) {
	s := start(t)
	answer := s.Post(t, "/insert/jsonline", "", "{\"_msg\":\"good one\"}\n{\"_msg\":\"bad\n[1,2]\nnonsense\n{\"_msg\":\"good two\"}\n", http.StatusOK)
	s.WaitFor(t, "good", 2)
	if n := rejected(t, s, "jsonline", ""); n != 3 {
		t.Errorf("%d lines counted as rejected, want 3; the answer was %s", n, answer)
	}
}

func TestBrokenGzip(t *testing.T) {
	s := start(t)
	req, err := http.NewRequest(http.MethodPost, s.URL("/insert/jsonline"), bytes.NewReader([]byte{0x1f, 0x8b, 8, 0, 1, 2, 3}))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Encoding", "gzip")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("broken gzip got %s, want 400", resp.Status)
	}
	s.Post(t, "/insert/jsonline", "", `{"_msg":"still here"}`, http.StatusOK)
	s.WaitFor(t, `"still here"`, 1)
}

func TestAbsurdTimesDropNothing(t *testing.T) {
	s := start(t)
	times := []string{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1", "99999999999999999999", "yesterday", "", "1970-01-01T00:00:00Z", time.Now().Add(48 * time.Hour).Format(time.RFC3339)}
	var b strings.Builder
	for i, at := range times {
		fmt.Fprintf(&b, `{"_msg":"absurd","_time":%q,"n":"%d"}`+"\n", at, i)
	}
	s.Post(t, "/insert/jsonline", "", b.String(), http.StatusOK)
	for _, row := range s.WaitFor(t, "absurd", len(times)) {
		if at, err := time.Parse(time.RFC3339Nano, row["_time"]); err != nil || at.After(time.Now().Add(2*time.Hour)) {
			t.Errorf("row %v has the time %q", row, row["_time"])
		}
	}
}

// Names become columns. Absurd ones are refused, so that thousands of them do not take gigabytes.
func TestHugeFieldNames(t *testing.T) {
	const rows, perBody = 600, 50 // more than the bound of memory holds
	s := start(t)
	name := strings.Repeat("n", 1<<20)
	for from := 0; from < rows; from += perBody {
		var b strings.Builder
		for i := range perBody {
			fmt.Fprintf(&b, `{"_msg":"a row with an absurd name","%s%d":"v"}`+"\n", name, from+i)
		}
		b.WriteString(`{"_msg":"a row in between"}` + "\n")
		s.Post(t, "/insert/jsonline", "", b.String(), http.StatusOK)
	}
	s.WaitFor(t, `"in between"`, rows/perBody)
	if n := rejected(t, s, "jsonline", "field name too long"); n != rows {
		t.Errorf("%d rows counted as having too long a name, want %d", n, rows)
	}
	checkMemory(t, s)
}

// A hundred thousand streams must fit into the bound of memory, and each must be found.
func TestManyStreams(t *testing.T) {
	const streams, perBody = 100_000, 1000
	s := start(t)
	for from := 0; from < streams; from += perBody {
		var b strings.Builder
		for i := range perBody {
			fmt.Fprintf(&b, `{"_msg":"one line of many streams","pod":"pod-%d"}`+"\n", from+i)
		}
		s.Post(t, "/insert/jsonline?_stream_fields=pod", "", b.String(), http.StatusOK)
	}
	deadline := time.Now().Add(30 * time.Second)
	want := strconv.Itoa(streams)
	for {
		got := s.Query(t, "many | stats count() n, count_uniq(pod) pods")[0]
		if got["n"] == want && got["pods"] == want {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v, want %d rows of as many streams", got, streams)
		}
		time.Sleep(50 * time.Millisecond) // polling a server of its own process
	}
	s.WaitFor(t, `{pod="pod-77777"}`, 1)
	checkMemory(t, s)
}
