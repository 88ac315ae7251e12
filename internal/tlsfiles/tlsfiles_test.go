package tlsfiles

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A certificate that was made stays the same, since clients know it by its fingerprint; its key is nobody else's to read.
func TestSelfMadeStays(t *testing.T) {
	dir := t.TempDir()
	open := func() *Files {
		cert, key, err := SelfMade(dir)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(Options{Cert: cert, Key: key, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first := open().Fingerprint()
	if again := open().Fingerprint(); again != first || len(first) != 95 || strings.Count(first, ":") != 31 {
		t.Errorf("the fingerprint is %s, then %s", first, again)
	}
	info, err := os.Stat(filepath.Join(dir, selfKey))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v %v", info, err)
	}
	if err := os.Remove(filepath.Join(dir, selfCert)); err != nil {
		t.Fatal(err)
	}
	if open().Fingerprint() == first {
		t.Error("another certificate has the old fingerprint")
	}
}

// Who is given a self-made certificate trusts this server by it, and nothing that its key would sign.
func TestSelfMadeIsNoAuthority(t *testing.T) {
	certFile, keyFile, err := SelfMade(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(pair.Leaf)
	if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: trusted, DNSName: "localhost"}); err != nil {
		t.Errorf("it is not trusted by itself: %v", err)
	}
	forged := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "bank"}, DNSNames: []string{"bank.example"},
		NotBefore: pair.Leaf.NotBefore, NotAfter: pair.Leaf.NotAfter, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, forged, pair.Leaf, pair.Leaf.PublicKey, pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: trusted, DNSName: "bank.example"}); err == nil {
		t.Error("what it has signed for another name is trusted")
	}
}

// A renewal holds for the next handshake; files that cannot be read meanwhile leave the old one.
func TestChangedFilesAreReadAnew(t *testing.T) {
	cert, key, err := SelfMade(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(Options{Cert: cert, Key: key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	before := f.Fingerprint()
	later := time.Now().Add(time.Minute) // also on file systems with coarse times
	if err := os.WriteFile(cert, []byte("half a file"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(cert, later, later); err != nil {
		t.Fatal(err)
	}
	if f.Fingerprint() != before {
		t.Error("a file that cannot be read took effect")
	}
	if err := makeSelf(cert, key); err != nil {
		t.Fatal(err)
	}
	config, err := f.Listener().GetConfigForClient(&tls.ClientHelloInfo{})
	if err != nil || f.Fingerprint() == before || len(config.Certificates) != 1 {
		t.Errorf("the new files do not hold: %v", err)
	}
}

// What is wrong is said of the file that is: a certificate that is not there is not the fault of the key.
func TestTheFileThatIsWrongIsNamed(t *testing.T) {
	dir := t.TempDir()
	cert, key, err := SelfMade(dir)
	if err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(dir, "gone")
	for _, c := range []struct{ cert, key, want string }{
		{"", key, "cert"}, {"", "", "cert"}, {gone, "", "cert"}, {gone, key, "cert"}, {gone, gone, "cert"}, {cert, "", "key"}, {cert, gone, "key"},
	} {
		_, err := Open(Options{Cert: c.cert, Key: c.key, Log: slog.New(slog.DiscardHandler)})
		if wrong := new(Error); !errors.As(err, &wrong) || wrong.Key != c.want {
			t.Errorf("certificate %q and key %q: %v, want the fault in %s", c.cert, c.key, err, c.want)
		}
	}
}

func TestNamesOfClients(t *testing.T) {
	for _, tt := range []struct {
		allowed []string
		common  string
		dns     []string
		want    bool
	}{
		{[]string{"web1.example.com"}, "web1.example.com", nil, true},
		{[]string{"web1.example.com"}, "WEB1.Example.com", nil, true},
		{[]string{"web1.example.com"}, "any", []string{"web1.example.com"}, true},
		{[]string{"web1.example.com"}, "web2.example.com", nil, false},
		{[]string{"*.example.com"}, "web1.example.com", nil, true},
		{[]string{"*.example.com"}, "example.com", nil, false},
		{[]string{"*.example.com"}, "a.web1.example.com", nil, false},
		{[]string{"*.example.com"}, "web1.example.com.evil.org", nil, false},
		{[]string{"a", "b"}, "b", nil, true},
	} {
		o := &Options{ClientNames: tt.allowed}
		cert := &x509.Certificate{Subject: pkix.Name{CommonName: tt.common}, DNSNames: tt.dns}
		err := o.checkName(tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}})
		if (err == nil) != tt.want {
			t.Errorf("%v takes %s %v: %v", tt.allowed, tt.common, tt.dns, err)
		}
	}
}
