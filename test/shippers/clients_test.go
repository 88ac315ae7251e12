package shippers

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// A language's clients are set up once into build/peers and run as programs of their own.
type language struct {
	name    string
	setup   [][]string // commands, run in the language's folder
	program []string   // command, to which client and token are added
	clients []string
}

func languages(t *testing.T) []language {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	peers := filepath.Join(server.Root(), "build", "peers")
	if peers, err = filepath.Abs(peers); err != nil {
		t.Fatal(err)
	}
	venv := filepath.Join(peers, "python")
	node := filepath.Join(peers, "node")
	jars := filepath.Join(peers, "java")
	return []language{
		{
			name: "python",
			setup: [][]string{
				{"python3", "-m", "venv", venv},
				{venv + "/bin/pip", "install", "-q", "--disable-pip-version-check", "-r", "requirements.txt"},
			},
			program: []string{venv + "/bin/python", dir + "/python/send.py"},
			clients: []string{"elasticsearch", "opensearch", "logging_loki", "loki_logger_handler", "otlp_http", "otlp_grpc", "syslog_udp", "rfc5424"},
		},
		{
			name: "node",
			setup: [][]string{
				{"mkdir", "-p", node},
				{"cp", "package.json", "package-lock.json", "send.mjs", node},
				{"sh", "-c", "cd " + node + " && npm ci --silent --ignore-scripts --no-audit --no-fund"},
			},
			program: []string{"node", node + "/send.mjs"},
			clients: []string{"elasticsearch", "opensearch", "pinoElasticsearch", "winstonElasticsearch", "pinoLoki", "winstonLoki", "winstonSyslog", "otlpJSON", "otlpProto", "otlpGRPC"},
		},
		{
			name: "java",
			setup: [][]string{
				{"mvn", "-q", "-B", "compile", "dependency:copy-dependencies", "-DoutputDirectory=" + jars},
			},
			program: []string{"java", "-cp", dir + "/java/target/classes:" + jars + "/*", "Send"},
			clients: []string{"elasticsearch", "loki4j", "logbackSyslog", "log4jSyslog", "otlpHTTP", "otlpGRPC"},
		},
		{
			name:    "golang",
			setup:   [][]string{{"go", "build", "-o", filepath.Join(peers, "golang"), "."}},
			program: []string{filepath.Join(peers, "golang")},
			clients: []string{"elasticsearch", "otlpHTTP", "otlpGRPC", "syslogUDP", "syslogTCP"},
		},
	}
}

// installed holds the languages that are set up: once for all tests.
var installed = struct {
	sync.Mutex
	names map[string]bool
}{names: map[string]bool{}}

// install fetches the language's clients; what is there stays.
func (l language) install(t *testing.T) {
	t.Helper()
	installed.Lock()
	defer installed.Unlock()
	if installed.names[l.name] {
		return
	}
	for _, command := range l.setup {
		need(t, command[0])
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Dir = l.name
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	installed.names[l.name] = true
}

func TestClientLibraries(t *testing.T) {
	s := server.Start(t)
	env := append(os.Environ(), "HTTP="+s.Addr["http"], "OTLP_HTTP="+s.Addr["otlp.http"], "OTLP_GRPC="+s.Addr["otlp.grpc"],
		"SYSLOG_UDP="+s.Addr["syslog.udp"], "SYSLOG_TCP="+s.Addr["syslog.tcp"])
	for _, lang := range languages(t) {
		t.Run(lang.name, func(t *testing.T) {
			lang.install(t)
			for _, client := range lang.clients {
				t.Run(client, func(t *testing.T) { sendAndFind(t, s, env, lang.program, client) })
			}
		})
	}
}

// sendAndFind lets a client send its two lines and looks for each, once, with severity and service.
func sendAndFind(t *testing.T, s *server.Server, env, program []string, client string) {
	token := unique("client")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program[0], append(program[1:], client, token)...)
	cmd.Env = env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", client, err, out.String())
	}
	s.WaitFor(t, fmt.Sprintf("%q", token), 2)
	for word, severity := range map[string]string{"first": "info", "second": "error"} {
		row := s.WaitFor(t, fmt.Sprintf(`"%s %s"`, word, token), 1)[0]
		recent(t, row)
		if row["_severity"] != severity {
			t.Errorf("_severity of %s is %q, want %q: %v", word, row["_severity"], severity, row)
		}
		if client == "winstonElasticsearch" {
			continue // it sends no service
		}
		if found := s.Query(t, fmt.Sprintf(`"%s %s" service:=pay`, word, token)); len(found) != 1 {
			t.Errorf("service:=pay finds %d rows, want 1; the row is %v", len(found), row)
		}
	}
}
