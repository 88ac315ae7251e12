package syslog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// loopback returns settings that listen on free ports.
func loopback() *Settings {
	s := Defaults()
	s.UDP, s.TCP = "127.0.0.1:0", "127.0.0.1:0"
	return s
}

func startInput(t *testing.T, s *Settings, env input.Env) *Input {
	t.Helper()
	in, err := New(s, env)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopInput(t, in) })
	return in
}

// stopInput stops an input that was not stopped yet.
func stopInput(t *testing.T, in *Input) {
	t.Helper()
	if in.addrs == nil {
		return
	}
	in.addrs = nil
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := in.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func dial(t *testing.T, network, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func messages(records []testRecord) []string {
	var out []string
	for _, r := range records {
		out = append(out, r.Msg)
	}
	return out
}

// A line is seen while its connection stays open; one connection's lines keep their order.
func TestTCPKeepsOrder(t *testing.T) {
	sink := newFakeSink()
	in := startInput(t, loopback(), testEnv(sink))
	conn := dial(t, "tcp", in.Addrs()["tcp"])
	const lines = 5000
	for i := range lines {
		send(t, conn, fmt.Sprintf("<13>app: line %d\n", i))
	}
	for i, m := range messages(sink.wait(t, lines)) {
		if want := fmt.Sprintf("line %d", i); m != want {
			t.Fatalf("record %d is %q, want %q", i, m, want)
		}
	}
	if got := sink.all()[0].Source; got != "syslog/127.0.0.1" {
		t.Errorf("source is %q", got)
	}
}

// Lines must not be lost while the queue is full: the same records are written again, once.
func TestTCPWaitsForBusySink(t *testing.T) {
	sink := newFakeSink()
	var mu sync.Mutex
	refusals := 5
	sink.gate = func(context.Context, []model.Record) error {
		mu.Lock()
		defer mu.Unlock()
		if refusals--; refusals >= 0 {
			return &model.BusyError{Bound: "queue.max_size", RetryAfter: time.Millisecond}
		}
		return nil
	}
	in := startInput(t, loopback(), testEnv(sink))
	conn := dial(t, "tcp", in.Addrs()["tcp"])
	send(t, conn, "<13>a: one\n<13>a: two\n")
	_ = conn.Close()
	sink.wait(t, 2)
	stopInput(t, in)
	if got := strings.Join(messages(sink.all()), ","); got != "one,two" {
		t.Errorf("stored %s", got)
	}
}

// A blocked sink must stop the reading, so that the sender's writes block instead of filling our memory.
func TestTCPBackPressure(t *testing.T) {
	sink := newFakeSink()
	open := make(chan struct{})
	sink.gate = func(ctx context.Context, _ []model.Record) error {
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	in := startInput(t, loopback(), testEnv(sink))
	conn := dial(t, "tcp", in.Addrs()["tcp"]).(*net.TCPConn)
	_ = conn.SetWriteBuffer(64 << 10)
	line := "<13>a: " + strings.Repeat("x", 1000) + "\n"
	sent := 0
	for ; sent < 64<<20; sent += len(line) {
		_ = conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
		if _, err := conn.Write([]byte(line)); err != nil {
			break
		}
	}
	if sent >= 64<<20 {
		t.Error("64 MiB were taken from the sender while nothing could be stored")
	}
	close(open)
	sink.wait(t, sent/len(line))
}

// What was on the way when the input stops is stored: a sender gets no acknowledgement and will not repeat it.
func TestStopWritesWhatWasRead(t *testing.T) {
	sink := newFakeSink()
	in := startInput(t, loopback(), testEnv(sink))
	tcp := dial(t, "tcp", in.Addrs()["tcp"])
	send(t, tcp, "<13>a: by tcp\n")
	sink.wait(t, 1) // the connection is served
	send(t, tcp, "<13>a: tcp, unfinished")
	send(t, dial(t, "udp", in.Addrs()["udp"]), "<13>a: by udp")
	stopInput(t, in)
	got := strings.Join(messages(sink.all()), ",")
	for _, want := range []string{"by tcp", "tcp, unfinished", "by udp"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q was lost, stored %s", want, got)
		}
	}
}

// With a sink that never takes anything, Stop ends with its context and the loss is counted.
func TestStopGivesUpWithItsContext(t *testing.T) {
	sink := newFakeSink()
	asked := make(chan struct{}, 100)
	sink.gate = func(context.Context, []model.Record) error {
		asked <- struct{}{}
		return &model.BusyError{Bound: "disk", RetryAfter: time.Hour}
	}
	env := testEnv(sink)
	in := startInput(t, loopback(), env)
	send(t, dial(t, "tcp", in.Addrs()["tcp"]), "<13>a: by tcp\n")
	send(t, dial(t, "udp", in.Addrs()["udp"]), "<13>a: by udp")
	<-asked
	<-asked
	in.addrs = nil
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := in.Stop(ctx); err == nil {
		t.Error("Stop says that everything was stored")
	}
	if got := rejected(env.Sources)[reasonStopped]; got != 2 {
		t.Errorf("%d lost records were counted, want 2", got)
	}
}

// Who is not allowed is dropped and counted, by UDP and TCP.
func TestAllowList(t *testing.T) {
	sink := newFakeSink()
	env := testEnv(sink)
	s := loopback()
	s.Allow = []string{"192.0.2.0/24"}
	in := startInput(t, s, env)
	send(t, dial(t, "udp", in.Addrs()["udp"]), "<13>a: by udp")
	tcp := dial(t, "tcp", in.Addrs()["tcp"])
	_ = tcp.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := tcp.Read(make([]byte, 1)); err == nil {
		t.Error("the connection answers")
	}
	stopInput(t, in)
	if n := len(sink.all()); n != 0 {
		t.Errorf("%d records of a sender that is not allowed were stored", n)
	}
	if got := rejected(env.Sources)[reasonNotAllowed]; got != 2 {
		t.Errorf("%d were counted, want 2", got)
	}
}

// A record that the queue calls too large must not keep its neighbours out.
func TestTooLargeRecordAlone(t *testing.T) {
	sink := newFakeSink()
	sink.gate = func(_ context.Context, records []model.Record) error {
		for i := range records {
			if strings.Contains(records[i].Msg, "large") {
				return model.ErrTooLarge
			}
		}
		return nil
	}
	env := testEnv(sink)
	in := startInput(t, loopback(), env)
	send(t, dial(t, "tcp", in.Addrs()["tcp"]), "<13>a: 1\n<13>a: 2\n<13>a: large\n<13>a: 3\n")
	sink.wait(t, 3)
	stopInput(t, in)
	if got := strings.Join(messages(sink.all()), ","); got != "1,2,3" {
		t.Errorf("stored %s", got)
	}
	if got := rejected(env.Sources)["line too long"]; got != 1 {
		t.Errorf("%d were counted, want 1", got)
	}
}

// A message as long as limits.line comes whole, beyond the buffer of a connection.
func TestTCPLongMessages(t *testing.T) {
	sink := newFakeSink()
	env := testEnv(sink)
	env.MaxLine = 3 << 20
	in := startInput(t, loopback(), env)
	conn := dial(t, "tcp", in.Addrs()["tcp"])
	fit, long := strings.Repeat("x", env.MaxLine-len("<13>a: ")), strings.Repeat("y", env.MaxLine)
	go func() {
		for _, m := range []string{"<13>a: " + fit, "<13>a: " + long, "<13>a: end"} {
			_, _ = fmt.Fprintf(conn, "%s\n%d %s", m, len(m), m)
		}
		_ = conn.Close()
	}()
	got := messages(sink.wait(t, 4))
	for i, want := range []string{fit, fit, "end", "end"} {
		if got[i] != want {
			t.Errorf("message %d has %d bytes, want %d", i, len(got[i]), len(want))
		}
	}
	stopInput(t, in)
	if n := rejected(env.Sources)["line too long"]; n != 2 {
		t.Errorf("%d messages were counted as too long, want 2", n)
	}
}

// More connections than max_connections wait for their turn; none is refused.
func TestConnectionsWait(t *testing.T) {
	sink := newFakeSink()
	s := loopback()
	s.MaxConnections = 2
	in := startInput(t, s, testEnv(sink))
	const senders = 10
	for i := range senders {
		conn := dial(t, "tcp", in.Addrs()["tcp"])
		send(t, conn, fmt.Sprintf("<13>a: %d\n", i))
		_ = conn.Close()
	}
	sink.wait(t, senders)
}

func TestPortInUseNamesTheKey(t *testing.T) {
	in := startInput(t, loopback(), testEnv(newFakeSink()))
	s := loopback()
	s.TCP = in.Addrs()["tcp"]
	second, err := New(s, testEnv(newFakeSink()))
	if err != nil {
		t.Fatal(err)
	}
	err = second.Start(t.Context())
	var wrong *input.SettingError
	if !errors.As(err, &wrong) || wrong.Key != "tcp" {
		t.Errorf("error is %v, want one of the key tcp", err)
	}
}

// TLS without one of its files must say which setting is missing, not that the file "" cannot be opened.
func TestMissingTLSFiles(t *testing.T) {
	cert := filepath.Join(t.TempDir(), "c.pem")
	if err := os.WriteFile(cert, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, set := range map[string]TLSSettings{
		"tls.cert: is missing; TLS needs the file with the certificate chain (PEM)": {Listen: "127.0.0.1:0", Key: "k.pem"},
		"tls.cert: stat " + cert + "x: no such file or directory":                   {Listen: "127.0.0.1:0", Cert: cert + "x"},
		"tls.key: is missing; TLS needs the file with the private key (PEM)":        {Listen: "127.0.0.1:0", Cert: cert},
	} {
		s := loopback()
		s.TLS = set
		if _, err := New(s, testEnv(newFakeSink())); err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for key, change := range map[string]func(*Settings){
		"udp":             func(s *Settings) { s.UDP = "5514" },
		"timezone":        func(s *Settings) { s.Timezone = "Mars/Base" },
		"charset":         func(s *Settings) { s.Charset = "klingon" },
		"allow":           func(s *Settings) { s.Allow = []string{"10.0.0.0/99"} },
		"socket_buffer":   func(s *Settings) { s.SocketBuffer = -1 },
		"max_connections": func(s *Settings) { s.MaxConnections = 0 },
		"idle_timeout":    func(s *Settings) { s.IdleTimeout = -1 },
		"tls.cert":        func(s *Settings) { s.TLS = TLSSettings{Listen: ":0", Cert: "missing.pem", Key: "missing.key"} },
		"tls.min_version": func(s *Settings) { s.TLS = TLSSettings{Listen: ":0", MinVersion: "1.0"} },
	} {
		s := loopback()
		change(s)
		_, err := New(s, testEnv(newFakeSink()))
		var wrong *input.SettingError
		if !errors.As(err, &wrong) || wrong.Key != key {
			t.Errorf("error is %v, want one of the key %s", err, key)
		}
	}
}
