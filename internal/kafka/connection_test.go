package kafka

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

func ping(t *testing.T, c *Connection) error {
	t.Helper()
	opts, err := c.Options(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(append(opts, kgo.RetryTimeout(5*time.Second))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return client.Ping(ctx)
}

// Whoever has the password is let in, by TLS whose authority is named; nobody else is.
func TestPasswordAndTLS(t *testing.T) {
	certificate, ca := selfSigned(t)
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser(mechanism, "haetae", "right"),
			kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate}}))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		good := Connection{
			Brokers: c.ListenAddrs(), TLS: TLS{CA: ca}, SASL: SASL{Mechanism: mechanism, Username: "haetae", Password: "right"},
		}
		if err := ping(t, &good); err != nil {
			t.Errorf("%s: %v", mechanism, err)
		}
		wrong := good
		wrong.SASL.Password = "wrong"
		if err := ping(t, &wrong); err == nil {
			t.Errorf("%s: let in with a wrong password", mechanism)
		}
		untrusted := good
		untrusted.TLS = TLS{Enabled: true}
		if err := ping(t, &untrusted); err == nil {
			t.Errorf("%s: a certificate of an unknown authority was trusted", mechanism)
		}
	}
}

// The token endpoint gets the credentials as RFC 6749 says, and what it refuses is an error.
func TestToken(t *testing.T) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if r.FormValue("grant_type") != "client_credentials" || r.FormValue("scope") != "kafka" || id != "me" || secret != "s%26t" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"access_token":"abc","token_type":"Bearer"}`))
	}))
	defer endpoint.Close()
	o := OAuth{TokenURL: endpoint.URL, ClientID: "me", ClientSecret: "s&t", Scope: "kafka"}
	if got, err := o.token(t.Context()); err != nil || got.Token != "abc" {
		t.Errorf("token %q, %v", got.Token, err)
	}
	o.ClientSecret = "wrong"
	if got, err := o.token(t.Context()); err == nil {
		t.Errorf("token %q with a wrong secret", got.Token)
	}
}

// selfSigned returns a certificate of 127.0.0.1, and the file that holds its authority.
func selfSigned(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, path
}
