package shippers

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

func TestCurl(t *testing.T) {
	curl := need(t, "curl")
	s := server.Start(t)
	now := time.Now()
	tests := []struct {
		name, path, body string
		args             []string
		want             map[string]string
	}{
		{
			"bulk", "/insert/elasticsearch/_bulk", `{"create":{"_index":"app"}}` + "\n" + `{"message":"order TOKEN","@timestamp":"` + now.Format(time.RFC3339Nano) + `","log":{"level":"WARN"},"service":"pay"}` + "\n",
			[]string{"-H", "Content-Type: application/x-ndjson"},
			map[string]string{"_severity": "warn", "service": "pay", "log.level": "WARN", "elasticsearch.index": "app"},
		},
		{
			"bulk of an index, gzip", "/insert/elasticsearch/app/_bulk", `{"index":{}}` + "\n" + `{"msg":"order TOKEN","level":"error"}` + "\n",
			[]string{"-H", "Content-Type: application/json", "--compressed"},
			map[string]string{"_severity": "error", "elasticsearch.index": "app"},
		},
		{
			"loki push", "/insert/loki/api/v1/push", fmt.Sprintf(`{"streams":[{"stream":{"app":"pay","env":"prod"},"values":[["%d","order TOKEN level=error",{"trace_id":"7f3a"}]]}]}`, now.UnixNano()),
			[]string{"-H", "Content-Type: application/json"},
			map[string]string{"app": "pay", "env": "prod", "trace_id": "7f3a", "_stream": `{app="pay",env="prod"}`},
		},
		{
			"JSON lines without a content type", "/insert/jsonline?_stream_fields=host&_msg_field=text&_time_field=at", `{"text":"order TOKEN","at":"` + now.Format(time.RFC3339Nano) + `","host":"web-1","n":{"a":[1,2]}}` + "\n",
			nil,
			map[string]string{"host": "web-1", "n.a": "[1,2]", "_stream": `{host="web-1"}`},
		},
		{
			"OTLP JSON", "/insert/opentelemetry/v1/logs", fmt.Sprintf(`{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"%d","severityNumber":17,"body":{"stringValue":"order TOKEN"},"traceId":"5b8efff798038103d269b633813fc60c"}]}]}]}`, now.UnixNano()),
			[]string{"-H", "Content-Type: application/json"},
			map[string]string{"service.name": "pay", "_severity": "error", "trace_id": "5b8efff798038103d269b633813fc60c"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := unique("curl")
			body := write(t, filepath.Join(t.TempDir(), "body"), strings.ReplaceAll(tt.body, "TOKEN", token))
			run(t, curl, append([]string{"-sSf", "--data-binary", "@" + body, s.URL(tt.path)}, tt.args...)...)
			row := s.WaitFor(t, token, 1)[0]
			fields(t, row, tt.want)
			recent(t, row)
		})
	}
}

func TestJournalUpload(t *testing.T) {
	s := server.Start(t)
	uploadJournal(t, s, "http://"+s.Addr["http"]+"/insert/journald")
}

// uploadJournal makes a journal of two entries, lets systemd send it to an address, and looks for both.
func uploadJournal(t *testing.T, s *server.Server, url string) {
	t.Helper()
	upload := need(t, "/lib/systemd/systemd-journal-upload", "/usr/lib/systemd/systemd-journal-upload")
	remote := need(t, "/lib/systemd/systemd-journal-remote", "/usr/lib/systemd/systemd-journal-remote")
	dir := t.TempDir()
	token := unique("journal")
	now := time.Now().UnixMicro()
	var export strings.Builder
	for i, message := range []string{"unit started " + token, "two\nlines " + token} {
		fmt.Fprintf(&export, "__CURSOR=s=6863c726210b4560b7048889d8ada5c5;i=%d;b=f446871715504074bf7049ef0718fa93;m=7d5f4d0;t=%x;x=%d\n__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=f446871715504074bf7049ef0718fa93\n", i+1, now+int64(i), i+1, now+int64(i), 131462352+i)
		fmt.Fprintf(&export, "PRIORITY=3\n_HOSTNAME=web-1\n_SYSTEMD_UNIT=pay.service\n_PID=%d\nMESSAGE\n", 100+i)
		size := len(message)
		export.Write([]byte{byte(size), byte(size >> 8), 0, 0, 0, 0, 0, 0})
		export.WriteString(message + "\n\n")
	}
	journal := filepath.Join(dir, "x.journal")
	cmd := exec.Command(remote, "--output="+journal, write(t, filepath.Join(dir, "export"), export.String()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	daemon(t, nil, upload, "--url="+url, "--file="+journal, "--save-state="+filepath.Join(dir, "state"))
	row := s.WaitFor(t, fmt.Sprintf(`"unit started %s"`, token), 1)[0]
	fields(t, row, map[string]string{"_severity": "error", "host.name": "web-1", "service.name": "pay", "_PID": "100", "_SYSTEMD_UNIT": "pay.service"})
	recent(t, row)
	row = s.WaitFor(t, fmt.Sprintf(`lines %s`, token), 1)[0]
	fields(t, row, map[string]string{"_msg": "two\nlines " + token, "_PID": "101"})
}

// A sender that sees an error must not be told that anything was taken.
func TestRefusalsAreClear(t *testing.T) {
	s := server.Start(t)
	for name, tt := range map[string]struct {
		path, body string
		want       int
		says       string
	}{
		"a path of nothing":    {"/insert/nothing", "{}", http.StatusNotFound, "/api/docs"},
		"all lines broken":     {"/insert/jsonline", "{broken\n", http.StatusBadRequest, "line 1"},
		"Loki without streams": {"/insert/loki/api/v1/push", "nonsense", http.StatusBadRequest, ""},
		"OTLP that is none":    {"/insert/opentelemetry/v1/logs", "nonsense", http.StatusBadRequest, ""},
		"metrics":              {"/insert/opentelemetry/v1/metrics", "", http.StatusNotImplemented, "only logs"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.Post(t, tt.path, "application/json", tt.body, tt.want); !strings.Contains(got, tt.says) {
				t.Errorf("the answer %q does not say %q", got, tt.says)
			}
		})
	}
}
