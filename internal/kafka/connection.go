// Package kafka is how Haetae reaches an Apache Kafka cluster: the settings that its queue and its input share, under
// Kafka's own names, and the client's log in ours.
package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Connection says where the brokers are and how to be let in.
type Connection struct {
	Brokers []string `yaml:"brokers" doc:"Kafka: brokers to begin with, as host:port; the others are learned from them"`
	SASL    SASL     `yaml:"sasl" doc:"Kafka: who Haetae is to the brokers"`
	TLS     TLS      `yaml:"tls" doc:"Kafka: encryption on the way to the brokers"`
}

// TLS settings; paths of PEM files.
type TLS struct {
	Enabled bool   `yaml:"enabled" doc:"speak TLS; a ca or cert turns it on too"`
	CA      string `yaml:"ca" doc:"file of the authorities to trust; empty trusts the system's"`
	Cert    string `yaml:"cert" doc:"file of the certificate that Haetae shows"`
	Key     string `yaml:"key" doc:"file of that certificate's key"`
}

// SettingError names the setting that is wrong, relative to the connection: "sasl.mechanism".
type SettingError struct {
	Key string
	Err error
}

func (e *SettingError) Error() string { return e.Key + ": " + e.Err.Error() }
func (e *SettingError) Unwrap() error { return e.Err }

// dialTimeout bounds how long a broker may take to accept a connection.
const dialTimeout = 5 * time.Second

// leaderAge is how soon after one look a client looks again which brokers lead, when one of them fails: the client's own five
// seconds would be added to those in which Kafka finds a new leader.
const leaderAge = 500 * time.Millisecond

// Check checks what can be checked without a broker; a wrong value is a *SettingError.
func (c *Connection) Check() error {
	if len(c.Brokers) == 0 {
		return &SettingError{"brokers", errors.New("is empty; name a broker as host:port")}
	}
	for _, b := range c.Brokers {
		if host, port, err := net.SplitHostPort(b); err != nil || host == "" || port == "" {
			return &SettingError{"brokers", fmt.Errorf("%q is not host:port", b)}
		}
	}
	if _, err := c.TLS.config(); err != nil {
		return err
	}
	_, err := c.SASL.mechanism()
	return err
}

// maxTopic is how long the name of a topic may be.
const maxTopic = 249

// CheckTopic checks the name of a topic by Kafka's rules.
func CheckTopic(name string) error {
	legal := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-'
	}
	switch i := strings.IndexFunc(name, func(r rune) bool { return !legal(r) }); {
	case name == "":
		return errors.New("a topic wants a name")
	case i >= 0:
		return fmt.Errorf("%q is no name of a topic: letters and digits of ASCII, and . _ - are possible", name)
	case len(name) > maxTopic:
		return fmt.Errorf("the name of a topic has %d characters, of %d that are possible", len(name), maxTopic)
	case name == "." || name == "..":
		return fmt.Errorf("%q is no name of a topic", name)
	}
	return nil
}

// Options returns the client's options for the connection; a wrong value is a *SettingError.
func (c *Connection) Options(log *slog.Logger) ([]kgo.Opt, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(c.Brokers...), kgo.ClientID("haetae"), kgo.DialTimeout(dialTimeout), kgo.WithLogger(logger{log}),
		kgo.MetadataMinAge(leaderAge),
	}
	config, err := c.TLS.config()
	if err != nil {
		return nil, err
	}
	if config != nil {
		opts = append(opts, kgo.DialTLSConfig(config))
	}
	mechanism, err := c.SASL.mechanism()
	if err != nil {
		return nil, err
	}
	if mechanism != nil {
		opts = append(opts, kgo.SASL(mechanism))
	}
	return opts, nil
}

// config returns nil when TLS is off.
func (t *TLS) config() (*tls.Config, error) {
	if !t.Enabled && t.CA == "" && t.Cert == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, &SettingError{"tls.ca", err}
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &SettingError{"tls.ca", fmt.Errorf("%q holds no certificate in PEM form", t.CA)}
		}
	}
	if t.Cert != "" || t.Key != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, &SettingError{"tls.cert", err}
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
