package kafka

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connection "github.com/haetae/haetae/internal/kafka"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/record"
)

// secure is a broker that wants TLS: with a name by SASL on one port, with a client's certificate on the other.
type secure struct {
	ca, stranger         string // files of authorities: that of the broker, another
	cert, key            string // of a client whom the broker trusts
	named, certificates  string // addresses
	tokens               *httptest.Server
	strangerCert, strKey string
}

// notThis is a password that no error may hold.
const notThis = "no-password-4711"

// Every way to be let in works with a real broker, and what is wrong is said so that it can be mended.
func TestSecureBroker(t *testing.T) {
	t.Parallel()
	b := startSecure(t)
	who := func(mechanism string) connection.Connection {
		c := connection.Connection{Brokers: []string{b.named}, TLS: connection.TLS{CA: b.ca}, SASL: connection.SASL{Mechanism: mechanism}}
		if mechanism == "OAUTHBEARER" {
			c.SASL.OAuth = connection.OAuth{TokenURL: b.tokens.URL, ClientID: "haetae", ClientSecret: "right"}
			return c
		}
		c.SASL.Username, c.SASL.Password = "haetae", "right"
		return c
	}
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"} {
		if err := b.use(t, who(mechanism)); err != nil {
			t.Errorf("%s: %v", mechanism, err)
		}
		wrong := who(mechanism)
		wrong.SASL.Password, wrong.SASL.OAuth.ClientSecret = notThis, notThis
		want := "queue.sasl.username and queue.sasl.password"
		if mechanism == "OAUTHBEARER" {
			want = "the endpoint " + b.tokens.URL + " answers 401"
		}
		b.refuses(t, mechanism+" with a wrong password", wrong, want)
	}
	certificate := connection.Connection{Brokers: []string{b.certificates}, TLS: connection.TLS{CA: b.ca, Cert: b.cert, Key: b.key}}
	if err := b.use(t, certificate); err != nil {
		t.Errorf("with a certificate: %v", err)
	}
	certificate.TLS.Cert, certificate.TLS.Key = "", ""
	b.refuses(t, "without a certificate", certificate, "tls.cert")
	certificate.TLS.Cert, certificate.TLS.Key = b.strangerCert, b.strKey
	b.refuses(t, "with another's certificate", certificate, "tls.cert")
	stranger := who("PLAIN")
	stranger.TLS.CA = b.stranger
	b.refuses(t, "another authority", stranger, "tls.ca")
	plain := who("PLAIN")
	plain.TLS = connection.TLS{}
	b.refuses(t, "without TLS", plain, "tls.enabled")
	unnamed := who("PLAIN")
	unnamed.SASL = connection.SASL{}
	b.refuses(t, "without a name", unnamed, "sasl.mechanism")
}

// use opens a queue and appends a record.
func (b *secure) use(t *testing.T, c connection.Connection) error {
	t.Helper()
	opts := queueOptions(&Cluster{}, "secure.logs", 1)
	opts.Connection, opts.Patience = c, 3*time.Second
	q, err := kafka.Open(t.Context(), opts)
	if err != nil {
		return err
	}
	defer q.Close()
	batch := &record.Batch{}
	batch.AddBytes([]byte("a record"))
	return q.Append(t.Context(), []*record.Batch{batch})
}

// refuses checks that the queue is not opened, soon, with an error that names what is to be mended.
func (b *secure) refuses(t *testing.T, what string, c connection.Connection, want string) {
	t.Helper()
	began := time.Now()
	err := b.use(t, c)
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), notThis) {
		t.Errorf("%s: %v; want a word of %s", what, err, want)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("%s: refused after %s", what, took)
	}
}

func startSecure(t *testing.T) *secure {
	t.Helper()
	dir := t.TempDir()
	b := &secure{
		ca: filepath.Join(dir, "ca.pem"), stranger: filepath.Join(dir, "stranger.pem"), cert: filepath.Join(dir, "client.pem"), key: filepath.Join(dir, "client.key"),
		strangerCert: filepath.Join(dir, "stranger-client.pem"), strKey: filepath.Join(dir, "stranger-client.key"),
	}
	ours, theirs := newAuthority(t, b.ca), newAuthority(t, b.stranger)
	ours.issue(t, b.cert, b.key)
	theirs.issue(t, b.strangerCert, b.strKey)
	brokerCert, brokerKey, store := filepath.Join(dir, "broker.pem"), filepath.Join(dir, "broker.key"), filepath.Join(dir, "broker-store.pem")
	ours.issue(t, brokerCert, brokerKey)
	join(t, store, brokerKey, brokerCert)
	for _, address := range []*string{&b.named, &b.certificates} {
		var err error
		if *address, err = freePort(); err != nil {
			t.Fatal(err)
		}
	}
	const modules = "org.apache.kafka.common.security."
	c, err := start(t.Context(), dir, 1, false, []string{"NAMED://" + b.named, "CERTIFICATE://" + b.certificates},
		"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,NAMED:SASL_SSL,CERTIFICATE:SSL",
		"ssl.keystore.type=PEM", "ssl.keystore.location="+store, "ssl.truststore.type=PEM", "ssl.truststore.location="+b.ca,
		"listener.name.certificate.ssl.client.auth=required",
		"sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
		"listener.name.named.plain.sasl.jaas.config="+modules+`plain.PlainLoginModule required user_haetae="right";`,
		"listener.name.named.scram-sha-256.sasl.jaas.config="+modules+"scram.ScramLoginModule required;",
		"listener.name.named.scram-sha-512.sasl.jaas.config="+modules+"scram.ScramLoginModule required;",
		"listener.name.named.oauthbearer.sasl.jaas.config="+modules+`oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
	)
	switch {
	case errors.Is(err, ErrMissing) && os.Getenv("CI") != "true":
		t.Skipf("SKIP: %v", err)
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers()...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, mechanism := range []kadm.ScramMechanism{kadm.ScramSha256, kadm.ScramSha512} {
		set := kadm.UpsertSCRAM{User: "haetae", Mechanism: mechanism, Iterations: 4096, Password: "right"}
		done, err := kadm.NewClient(client).AlterUserSCRAMs(t.Context(), nil, []kadm.UpsertSCRAM{set})
		if err == nil {
			err = done.Error()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b.tokens = httptest.NewServer(http.HandlerFunc(giveToken))
	t.Cleanup(b.tokens.Close)
	return b
}

// giveToken answers client credentials with a token as the broker's validator for tests takes it: JSON without a signature
// (RFC 7515 appendix A.5).
func giveToken(w http.ResponseWriter, r *http.Request) {
	if id, secret, _ := r.BasicAuth(); r.FormValue("grant_type") != "client_credentials" || id != "haetae" || secret != "right" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"sub":"haetae","iat":%d,"exp":%d}`, now-1, now+600)
	encode := base64.RawURLEncoding.EncodeToString
	_ = json.NewEncoder(w).Encode(map[string]string{ // to a test's own client
		"access_token": encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + ".", "token_type": "Bearer",
	})
}

// authority issues certificates of 127.0.0.1.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, file string) *authority {
	t.Helper()
	a := &authority{cert: &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: filepath.Base(file)}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, key: newKey(t)}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, file, "CERTIFICATE", der)
	return a
}

func (a *authority) issue(t *testing.T, certFile, keyFile string) {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: filepath.Base(certFile)}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, certFile, "CERTIFICATE", der)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, keyFile, "PRIVATE KEY", private)
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func writePEM(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// join writes files one behind the other.
func join(t *testing.T, to string, files ...string) {
	t.Helper()
	var all []byte
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	if err := os.WriteFile(to, all, 0o600); err != nil {
		t.Fatal(err)
	}
}
