package httpintest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

var update = flag.Bool("update", false, "write what came out as the expected files")

// Cases runs each folder below dir. A folder holds
//
//	request.http   request line, headers, blank line, body; encoded as its Content-Encoding says,
//	               chunked when it has the header Transfer-Encoding: chunked. The header Test-Sink makes the
//	               sink refuse: "busy 3s", "stopping", "broken", or "too-large WORD" for records with that word.
//	response.http  status, headers, blank line, body
//	records.jsonl  the records that were kept, one a line
//
// body changes the body before it is encoded, for protocols that are not text; nil leaves it.
func Cases(t *testing.T, d input.Descriptor, dir string, body func(r *http.Request, body []byte) []byte) {
	folders, err := filepath.Glob(filepath.Join(dir, "*", "request.http"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no cases below %s: %v", dir, err)
	}
	for _, file := range folders {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			sink := &Sink{}
			env := Env(t, d.Type, sink)
			in := New(t, d, env, nil)
			server := httptest.NewServer(env.Mux)
			defer server.Close()
			request := readRequest(t, file, sink, body)
			answer := exchange(t, server.Listener.Addr().String(), request)
			check(t, filepath.Join(folder, "response.http"), answer)
			check(t, filepath.Join(folder, "records.jsonl"), formatRecords(t, sink.Records()))
			if err := in.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// readRequest returns the bytes that go over the connection.
func readRequest(t *testing.T, file string, sink *Sink, change func(*http.Request, []byte) []byte) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := bytes.Cut(text, []byte("\n\n"))
	wire := append(bytes.ReplaceAll(head, []byte("\n"), []byte("\r\n")), "\r\n\r\n"...)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	refuse(t, sink, r.Header.Get("Test-Sink"))
	r.Header.Del("Test-Sink")
	if change != nil {
		body = change(r, body)
	}
	body = encode(t, r.Header.Get("Content-Encoding"), body)
	chunked := slices.Contains(r.TransferEncoding, "chunked")

	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", r.Method, r.RequestURI)
	if err := r.Header.Write(&out); err != nil {
		t.Fatal(err)
	}
	switch {
	case chunked:
		out.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		for chunk := range slices.Chunk(body, 7) {
			fmt.Fprintf(&out, "%x\r\n%s\r\n", len(chunk), chunk)
		}
		out.WriteString("0\r\n\r\n")
	default:
		fmt.Fprintf(&out, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	return out.Bytes()
}

func refuse(t *testing.T, sink *Sink, how string) {
	t.Helper()
	word, value, _ := strings.Cut(how, " ")
	switch word {
	case "":
	case "busy", "unavailable":
		after, err := time.ParseDuration(value)
		if err != nil {
			t.Fatal(err)
		}
		sink.Before(func(int, []model.Record) error {
			if word == "busy" {
				return &model.BusyError{Bound: "queue.max_size", RetryAfter: after}
			}
			return &model.UnavailableError{What: "Kafka", Reason: "connection refused", RetryAfter: after}
		})
	case "stopping":
		sink.Before(func(int, []model.Record) error { return fmt.Errorf("cannot append: %w", model.ErrStopping) })
	case "broken":
		sink.Before(func(int, []model.Record) error { return fmt.Errorf("write /secret/path: input/output error") })
	case "too-large":
		sink.Before(func(_ int, records []model.Record) error {
			if slices.ContainsFunc(records, func(r model.Record) bool { return strings.Contains(r.Msg, value) }) {
				return model.ErrTooLarge
			}
			return nil
		})
	default:
		t.Fatalf("unknown Test-Sink %q", how)
	}
}

func encode(t *testing.T, encoding string, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "deflate":
		w = zlib.NewWriter(&out)
	case "zstd":
		e, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		w = e
	case "snappy":
		return s2.EncodeSnappy(nil, body)
	default:
		return body
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// madeID is an id that an input made up, new for each request.
var madeID = regexp.MustCompile(`"_id":"[0-9a-f]{12}[0-9a-z]+"`)

// exchange sends a request over a connection of its own and returns the answer without what changes.
func exchange(t *testing.T, addr string, request []byte) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(string(request), " ")
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintln(&out, answer.Status)
	for _, name := range [...]string{"Allow", "Content-Type", "Retry-After", "X-Elastic-Product"} {
		if v := answer.Header.Get(name); v != "" {
			fmt.Fprintf(&out, "%s: %s\n", name, v)
		}
	}
	body = madeID.ReplaceAll(body, []byte(`"_id":"(made)"`))
	fmt.Fprintf(&out, "\n%s", printable(body))
	return out.String()
}

// printable quotes bodies that are not text.
func printable(body []byte) string {
	for _, c := range string(body) {
		if c < ' ' && c != '\n' && c != '\t' || c == '\uFFFD' {
			return strconv.Quote(string(body)) + "\n"
		}
	}
	return string(body)
}

// formatRecords writes records as lines of JSON: fields as pairs, to show their order.
func formatRecords(t *testing.T, records []model.Record) string {
	t.Helper()
	var out strings.Builder
	lines := json.NewEncoder(&out)
	lines.SetEscapeHTML(false)
	for _, r := range records {
		line := map[string]any{"source": r.Source(), "msg": r.Msg}
		if !utf8.ValidString(r.Msg) {
			line["msg"] = "quoted: " + strconv.Quote(r.Msg)
		}
		if r.Time != 0 {
			line["time"] = time.Unix(0, r.Time).UTC().Format(time.RFC3339Nano)
		}
		if r.Severity != model.SeverityUnknown {
			line["severity"] = r.Severity.String()
		}
		if len(r.Stream) > 0 {
			line["stream"] = pairs(r.Stream)
		}
		if len(r.Fields) > 0 {
			line["fields"] = pairs(r.Fields)
		}
		if err := lines.Encode(line); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func pairs(fields []model.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name+"="+f.Value)
	}
	return out
}

func check(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}
