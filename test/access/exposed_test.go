package access

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

func read(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// With the settings of a first start every socket of the process is on loopback.
func TestNothingListensBeyondLoopback(t *testing.T) {
	cmd := withFreePorts(server.Binary(t), "server", "--set", "data="+t.TempDir())
	var said strings.Builder
	cmd.Stderr = &said
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()
	})
	line := make([]byte, 4096)
	if n, err := stdout.Read(line); n == 0 {
		_ = cmd.Wait()
		if strings.Contains(said.String(), "is in use by another program") && os.Getenv("CI") != "true" {
			t.Skipf("a port of the defaults is taken on this machine: %s", said.String())
		}
		t.Fatalf("the server did not start: %v\n%s", err, said.String())
	}
	sockets := listening(t, cmd.Process.Pid)
	if len(sockets) < 5 { // the console, syslog twice, OTLP twice
		t.Errorf("only %d sockets were found: %v", len(sockets), sockets)
	}
	for _, s := range sockets {
		if !s.Addr().IsLoopback() {
			t.Errorf("the process listens on %s", s)
		}
	}
}

// withFreePorts is a command that has the ports of this machine to itself: in a network of its own, where that can be made.
func withFreePorts(name string, args ...string) *exec.Cmd {
	if ip, err := exec.LookPath("ip"); err == nil && os.Getuid() == 0 {
		cmd := exec.Command("sh", append([]string{"-c", `"$0" link set lo up && exec "$@"`, ip, name}, args...)...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		return cmd
	}
	return exec.Command(name, args...)
}

// listening lists the addresses on which a process takes TCP connections or datagrams, as the kernel tells (proc_pid_net(5)).
func listening(t *testing.T, pid int) (list []netip.AddrPort) {
	t.Helper()
	own := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
			own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	for file, state := range map[string]string{"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, file))
		if err != nil {
			continue // no IPv6 here
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != state || !own[f[9]] {
				continue
			}
			host, port, _ := strings.Cut(f[1], ":")
			raw, err := hex.DecodeString(host)
			if err != nil {
				t.Fatalf("%s has %q", file, line)
			}
			for i := 0; i < len(raw); i += 4 { // words in the order of the machine
				raw[i], raw[i+1], raw[i+2], raw[i+3] = raw[i+3], raw[i+2], raw[i+1], raw[i]
			}
			addr, _ := netip.AddrFromSlice(raw)
			var n uint16
			if _, err := fmt.Sscanf(port, "%X", &n); err != nil {
				t.Fatalf("%s has %q", file, line)
			}
			list = append(list, netip.AddrPortFrom(addr.Unmap(), n))
		}
	}
	return list
}

// Beyond this machine the server wants TLS and an administrator, and says how to come to both.
func TestBeyondThisMachineItWantsTLSAndAnAdministrator(t *testing.T) {
	data := t.TempDir()
	run := func(settings ...string) string {
		args := []string{
			"server", "--data", data, "--set", "inputs.syslog.enabled=false", "--set", "inputs.otlp.grpc=", "--set", "inputs.otlp.http=",
			"--set", "inputs.files.enabled=false", "--set", "inputs.journald.local=false",
		}
		for _, s := range settings {
			args = append(args, "--set", s)
		}
		cmd := exec.CommandContext(t.Context(), server.Binary(t), args...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("a server with %v started", settings)
		}
		return string(out)
	}
	for want, settings := range map[string][]string{
		"needs TLS":                     {"http.listen=0.0.0.0:0"},
		"0.0.0.0:0 is reached":          {"http.listen=0.0.0.0:0", "http.tls.self_signed=true"},
		"haetae user add":               {"http.listen=0.0.0.0:0", "http.tls.self_signed=true"},
		"inputs.otlp.grpc":              {"http.listen=127.0.0.1:0", "inputs.otlp.grpc=0.0.0.0:0"},
		"there is no administrator yet": {"http.listen=127.0.0.1:0", "http.tls.self_signed=true", "inputs.otlp.http=0.0.0.0:0"},
	} {
		if said := run(settings...); !strings.Contains(said, want) {
			t.Errorf("with %v the server says %s\nwant %q", settings, said, want)
		}
	}
}

// By TLS with a certificate that the server has made: its fingerprint is the one that was announced, the cookie goes by TLS alone,
// old versions of TLS are refused, and everything but ingest of this machine wants somebody who is known.
func TestTLS(t *testing.T) {
	s := server.New(t, "http.tls.self_signed=true")
	s.Run(t)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	g := &ground{Server: s, client: &http.Client{Transport: transport, Timeout: 20 * time.Second}, base: "https://" + s.Addr["http"]}
	conn, err := tls.Dial("tcp", s.Addr["http"], transport.TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(conn.ConnectionState().PeerCertificates[0].Raw)
	conn.Close()
	if got := strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":"); got != s.Addr["fingerprint"] {
		t.Errorf("the certificate has the fingerprint %s, and %q was announced", got, s.Addr["fingerprint"])
	}
	if _, err := tls.Dial("tcp", s.Addr["http"], &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	_, token, _ := strings.Cut(s.Setup, "token=")
	resp := (&person{g: g}).send(t, "POST", "/api/v1/setup", map[string]string{"token": token, "name": "root", "password": password})
	if resp.ProtoMajor != 2 || resp.Header.Get("Strict-Transport-Security") != "" { // its port is not that of https
		t.Errorf("the answer comes by %s, with Strict-Transport-Security %q", resp.Proto, resp.Header.Get("Strict-Transport-Security"))
	}
	admin := g.signed(t, resp)
	if admin.cookie.Name != "__Host-haetae_session" || !admin.cookie.Secure {
		t.Errorf("the cookie is %s", admin.cookie.Raw)
	}
	admin.call(t, "GET", "/api/v1/users", nil, nil)

	key, err := os.Stat(filepath.Join(s.Data, "tls.key"))
	if err != nil || key.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v, %v", key, err)
	}
	before := s.Addr["fingerprint"]
	s.Stop(t)
	s.Run(t)
	if s.Addr["fingerprint"] != before {
		t.Error("another start makes another certificate")
	}
	out, err := exec.Command(server.Binary(t), "query", "*", "--url", "https://"+s.Addr["http"], "--ca", filepath.Join(s.Data, "tls.crt")).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "sign in, or send a token") {
		t.Errorf("the command line without a token says %s, %v", out, err)
	}
}

// With an administrator and TLS the server is reached from other machines, where records want a token too.
func TestReachedFromOtherMachines(t *testing.T) {
	own := ""
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			own = n.IP.String()
		}
	}
	if own == "" {
		t.Skip("this machine has no address beyond loopback")
	}
	g := begin(t)
	g.Stop(t)
	next := server.New(t, "data="+g.Data, "http.listen=0.0.0.0:0", "http.tls.self_signed=true", "inputs.otlp.http=0.0.0.0:0")
	next.Run(t)
	insecure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: 20 * time.Second}
	for name, path := range map[string]string{"http": "/insert/jsonline", "otlp.http": "/v1/logs"} {
		_, port, err := net.SplitHostPort(next.Addr[name])
		if err != nil {
			t.Fatal(err)
		}
		resp, err := insecure.Post("https://"+net.JoinHostPort(own, port)+path, "application/json", strings.NewReader(`{}`))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s from another address without a token is answered %s", name, resp.Status)
		}
	}
}
