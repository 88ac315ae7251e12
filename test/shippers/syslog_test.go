package shippers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

func TestLogger(t *testing.T) {
	logger := need(t, "logger")
	s := server.Start(t)
	for name, args := range map[string][]string{
		"udp 5424":       {"-d", "-P", port(t, s.Addr["syslog.udp"])},
		"udp 3164":       {"-d", "--rfc3164", "-P", port(t, s.Addr["syslog.udp"])},
		"tcp newline":    {"-T", "-P", port(t, s.Addr["syslog.tcp"])},
		"tcp octets":     {"-T", "--octet-count", "-P", port(t, s.Addr["syslog.tcp"])},
		"tcp 3164 octet": {"-T", "--rfc3164", "--octet-count", "-P", port(t, s.Addr["syslog.tcp"])},
	} {
		t.Run(name, func(t *testing.T) {
			token := unique("logger")
			run(t, logger, append([]string{"-n", "127.0.0.1", "-t", "myapp", "-p", "auth.warning"}, append(args, "disk is full "+token)...)...)
			row := s.WaitFor(t, token, 1)[0]
			host, err := os.Hostname()
			if err != nil {
				t.Fatal(err)
			}
			fields(t, row, map[string]string{
				"_msg": "disk is full " + token, "_severity": "warn", "service.name": "myapp", "host.name": host,
				"log.syslog.facility.name": "auth", "_source": "syslog/127.0.0.1",
			})
			recent(t, row)
		})
	}
}

// certificate writes a key and a self-signed certificate for loopback.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, priv.Public(), priv)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert = write(t, filepath.Join(dir, "cert.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	key = write(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	return cert, key
}

func startWithTLS(t *testing.T) (s *server.Server, cert string) {
	t.Helper()
	cert, key := certificate(t)
	return server.Start(t, "inputs.syslog.tls.listen=127.0.0.1:0", "inputs.syslog.tls.cert="+cert, "inputs.syslog.tls.key="+key), cert
}

// shipSocket feeds a shipper through the local log socket that it opens, as a program on its machine would.
func shipSocket(t *testing.T, s *server.Server, socket string) {
	t.Helper()
	waitFile(t, socket)
	token := unique("shipped")
	run(t, need(t, "logger"), "-u", socket, "-t", "backup", "-p", "daemon.err", "nightly run failed "+token)
	row := s.WaitFor(t, token, 1)[0]
	row["_msg"] = strings.TrimPrefix(row["_msg"], " ") // rsyslog's 5424 template writes the blank before a 3164 message twice
	fields(t, row, map[string]string{
		"_msg": "nightly run failed " + token, "_severity": "error", "service.name": "backup",
		"log.syslog.facility.name": "daemon", "_source": "syslog/127.0.0.1",
	})
	if row["host.name"] == "" {
		t.Errorf("no host.name: %v", row)
	}
	recent(t, row)
}

func TestRsyslog(t *testing.T) {
	s, cert := startWithTLS(t)
	tests := map[string]string{
		"tcp 5424":        fmt.Sprintf(`*.* action(type="omfwd" target="127.0.0.1" port="%s" protocol="tcp" template="RSYSLOG_SyslogProtocol23Format")`, port(t, s.Addr["syslog.tcp"])),
		"tcp octets":      fmt.Sprintf(`*.* action(type="omfwd" target="127.0.0.1" port="%s" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")`, port(t, s.Addr["syslog.tcp"])),
		"tcp 3164":        fmt.Sprintf(`*.* action(type="omfwd" target="127.0.0.1" port="%s" protocol="tcp" template="RSYSLOG_TraditionalForwardFormat")`, port(t, s.Addr["syslog.tcp"])),
		"tcp forward":     fmt.Sprintf(`*.* action(type="omfwd" target="127.0.0.1" port="%s" protocol="tcp" template="RSYSLOG_ForwardFormat")`, port(t, s.Addr["syslog.tcp"])),
		"udp":             fmt.Sprintf(`*.* action(type="omfwd" target="127.0.0.1" port="%s" protocol="udp" template="RSYSLOG_SyslogProtocol23Format")`, port(t, s.Addr["syslog.udp"])),
		"tls 1.2, gnutls": tlsForward(t, s, cert, "gtls"),
		"tls, openssl":    tlsForward(t, s, cert, "ossl"),
	}
	for name, action := range tests {
		t.Run(name, func(t *testing.T) { runRsyslogd(t, s, action) })
	}
}

// runRsyslogd starts rsyslog with actions on what its own log socket takes, and sends a line there.
func runRsyslogd(t *testing.T, s *server.Server, actions string) {
	t.Helper()
	rsyslogd := need(t, "rsyslogd", "build/peers/rsyslog/usr/sbin/rsyslogd")
	root := filepath.Dir(filepath.Dir(filepath.Dir(rsyslogd))) // "/" or the folder where it was unpacked
	libs := filepath.Join(root, "usr/lib/x86_64-linux-gnu")
	dir := t.TempDir()
	socket := filepath.Join(dir, "log")
	conf := write(t, filepath.Join(dir, "rsyslog.conf"), fmt.Sprintf("module(load=\"imuxsock\" SysSock.Use=\"off\")\ninput(type=\"imuxsock\" Socket=%q CreatePath=\"on\")\n%s\n", socket, actions))
	daemon(t, []string{"LD_LIBRARY_PATH=" + libs}, rsyslogd, "-n", "-f", conf, "-i", filepath.Join(dir, "pid"), "-M", filepath.Join(libs, "rsyslog"))
	shipSocket(t, s, socket)
}

func tlsForward(t *testing.T, s *server.Server, ca, driver string) string {
	return fmt.Sprintf("global(DefaultNetstreamDriverCAFile=%q)\n", ca) +
		fmt.Sprintf(`*.* action(type="omfwd" target="127.0.0.1" port="%s" protocol="tcp" StreamDriver=%q StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid" template="RSYSLOG_SyslogProtocol23Format")`, port(t, s.Addr["syslog.tls"]), driver)
}

func TestSyslogNG(t *testing.T) {
	s, cert := startWithTLS(t)
	tests := map[string]string{
		"syslog tcp":  fmt.Sprintf(`syslog("127.0.0.1" transport("tcp") port(%s));`, port(t, s.Addr["syslog.tcp"])),
		"network tcp": fmt.Sprintf(`network("127.0.0.1" transport("tcp") port(%s));`, port(t, s.Addr["syslog.tcp"])),
		"syslog udp":  fmt.Sprintf(`syslog("127.0.0.1" transport("udp") port(%s));`, port(t, s.Addr["syslog.udp"])),
		"syslog tls":  fmt.Sprintf(`syslog("127.0.0.1" transport("tls") port(%s) tls(ca-file(%q) peer-verify(required-trusted)));`, port(t, s.Addr["syslog.tls"]), cert),
	}
	for name, destination := range tests {
		t.Run(name, func(t *testing.T) {
			runSyslogNGd(t, s, "s", fmt.Sprintf("destination d { %s };\nlog { source(s); destination(d); };", destination))
		})
	}
}

// runSyslogNGd starts syslog-ng with statements on a source that it opens as a log socket, and sends a line there.
func runSyslogNGd(t *testing.T, s *server.Server, source, statements string) {
	t.Helper()
	syslogNG := need(t, "syslog-ng", "/usr/sbin/syslog-ng")
	dir := t.TempDir()
	socket := filepath.Join(dir, "log")
	conf := write(t, filepath.Join(dir, "syslog-ng.conf"), fmt.Sprintf("@version: 3.38\noptions { time-reopen(1); };\n"+
		"source %s { unix-dgram(%q); };\n%s\n", source, socket, statements))
	daemon(t, nil, syslogNG, "-F", "-f", conf, "-R", filepath.Join(dir, "persist"), "-p", filepath.Join(dir, "pid"), "-c", filepath.Join(dir, "ctl"), "--no-caps")
	shipSocket(t, s, socket)
}
