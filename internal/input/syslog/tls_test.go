package syslog

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority signs certificates for 127.0.0.1.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
	pem  []byte
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{pool: x509.NewCertPool()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(a.cert)
	a.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return a
}

// write makes a certificate and writes it and its key as PEM files.
func (a *authority) write(t *testing.T, serial int64, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: fmt.Sprint("test ", serial)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "EC PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func tlsSettings(t *testing.T, a *authority) *Settings {
	t.Helper()
	dir := t.TempDir()
	s := loopback()
	s.TLS.Listen = "127.0.0.1:0"
	s.TLS.Cert, s.TLS.Key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	a.write(t, 2, s.TLS.Cert, s.TLS.Key)
	return s
}

// A sender that writes, closes and never reads must not lose a line, by TLS 1.2 and by 1.3, where tickets left
// unread would turn its close into a reset.
func TestTLSSenderThatNeverReads(t *testing.T) {
	a := newAuthority(t)
	sink := newFakeSink()
	in := startInput(t, tlsSettings(t, a), testEnv(sink))
	const lines = 200
	total := 0
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		conn, err := tls.Dial("tcp", in.Addrs()["tls"], &tls.Config{RootCAs: a.pool, MinVersion: version, MaxVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		for i := range lines {
			m := fmt.Sprintf("<13>1 - h a - - - line %d", i)
			send(t, conn, fmt.Sprintf("%d %s", len(m), m))
		}
		_ = conn.NetConn().Close() // without a word to the peer
		total += lines
		sink.wait(t, total)
	}
}

func TestTLSMinimumVersion(t *testing.T) {
	a := newAuthority(t)
	s := tlsSettings(t, a)
	s.TLS.MinVersion = "1.3"
	env := testEnv(newFakeSink())
	in := startInput(t, s, env)
	conn, err := tls.Dial("tcp", in.Addrs()["tls"], &tls.Config{RootCAs: a.pool, MaxVersion: tls.VersionTLS12})
	if err == nil {
		_ = conn.Close()
		t.Error("TLS 1.2 was accepted")
	}
	stopInput(t, in)
	if n := rejected(env.Sources)[reasonHandshake]; n != 1 {
		t.Errorf("%d failed handshakes were counted, want 1", n)
	}
}

// With client_ca a sender without a certificate stays outside.
func TestTLSClientCertificate(t *testing.T) {
	a := newAuthority(t)
	s := tlsSettings(t, a)
	s.TLS.ClientCA = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(s.TLS.ClientCA, a.pem, 0o600); err != nil {
		t.Fatal(err)
	}
	sink := newFakeSink()
	env := testEnv(sink)
	in := startInput(t, s, env)

	// In TLS 1.3 the client learns of the refusal by its first read.
	conn, err := tls.Dial("tcp", in.Addrs()["tls"], &tls.Config{RootCAs: a.pool})
	if err == nil {
		_, _ = conn.Write([]byte("<13>a: without\n"))
		_, err = conn.Read(make([]byte, 1))
		_ = conn.Close()
	}
	if err == nil {
		t.Error("a sender without a certificate was not refused")
	}

	dir := t.TempDir()
	a.write(t, 3, filepath.Join(dir, "c.pem"), filepath.Join(dir, "k.pem"))
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "c.pem"), filepath.Join(dir, "k.pem"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err = tls.Dial("tcp", in.Addrs()["tls"], &tls.Config{RootCAs: a.pool, Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	send(t, conn, "<13>a: with\n")
	_ = conn.Close()
	if got := sink.wait(t, 1); got[0].Msg != "with" {
		t.Errorf("stored %v", messages(got))
	}
}

// A renewed certificate is used without a restart, and a broken one does not take the port down.
func TestTLSCertificateReload(t *testing.T) {
	a := newAuthority(t)
	s := tlsSettings(t, a)
	in := startInput(t, s, testEnv(newFakeSink()))
	serial := func() int64 {
		conn, err := tls.Dial("tcp", in.Addrs()["tls"], &tls.Config{RootCAs: a.pool})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 2 {
		t.Fatalf("serial number %d, want 2", got)
	}
	if err := os.WriteFile(s.TLS.Cert, []byte("half a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("with a broken file serial number %d, want 2", got)
	}
	a.write(t, 1000, s.TLS.Cert, s.TLS.Key)
	if got := serial(); got != 1000 {
		t.Errorf("after the renewal serial number %d, want 1000", got)
	}
}

// A sender that speaks TLS to the plain port is told apart from text.
func TestTLSOnPlainPort(t *testing.T) {
	sink := newFakeSink()
	env := testEnv(sink)
	in := startInput(t, loopback(), env)
	if conn, err := tls.Dial("tcp", in.Addrs()["tcp"], &tls.Config{InsecureSkipVerify: true}); err == nil {
		_ = conn.Close()
		t.Error("the plain port speaks TLS")
	}
	stopInput(t, in)
	if n := rejected(env.Sources)[reasonTLSOnPlain]; n != 1 || len(sink.all()) != 0 {
		t.Errorf("%d were counted, %d records stored", n, len(sink.all()))
	}
}
