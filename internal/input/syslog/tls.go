package syslog

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/input"
)

// tlsFiles makes the configuration of handshakes from files, and makes it anew when one of them has changed.
type tlsFiles struct {
	settings TLSSettings
	minimum  uint16
	log      *slog.Logger

	mu     sync.Mutex
	stamps [3]fileStamp
	config *tls.Config
}

type fileStamp struct {
	size int64
	time time.Time
}

// newTLSFiles reads the files for the first time; what is wrong is a *input.SettingError.
func newTLSFiles(s TLSSettings, log *slog.Logger) (*tlsFiles, error) {
	t := &tlsFiles{settings: s, log: log}
	switch s.MinVersion {
	case "1.2", "":
		t.minimum = tls.VersionTLS12
	case "1.3":
		t.minimum = tls.VersionTLS13
	default:
		return nil, &input.SettingError{Key: "tls.min_version", Err: fmt.Errorf("%q is not 1.2 or 1.3", s.MinVersion)}
	}
	switch {
	case s.Cert == "":
		return nil, missing("tls.cert", "certificate chain")
	case s.Key == "":
		return nil, missing("tls.key", "private key")
	}
	var err error
	t.stamps = t.stat()
	t.config, err = t.load()
	return t, err
}

func missing(key, what string) error {
	return &input.SettingError{Key: key, Err: fmt.Errorf("is missing; TLS needs the file with the %s (PEM)", what)}
}

// listenerConfig is what a listener takes; each handshake asks for the newest configuration.
func (t *tlsFiles) listenerConfig() *tls.Config {
	return &tls.Config{
		MinVersion:         t.minimum,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return t.current(), nil },
	}
}

// current looks whether a file has changed. When the new files cannot be read, the old ones hold on, since a
// renewal replaces two files one after the other.
func (t *tlsFiles) current() *tls.Config {
	t.mu.Lock()
	defer t.mu.Unlock()
	stamps := t.stat()
	if stamps == t.stamps {
		return t.config
	}
	config, err := t.load()
	if err != nil {
		t.log.Warn("cannot read the changed TLS files, the old ones hold on", "error", err)
	} else {
		t.log.Info("TLS files were read anew")
		t.config = config
	}
	t.stamps = stamps
	return t.config
}

func (t *tlsFiles) stat() (stamps [3]fileStamp) {
	for i, name := range [...]string{t.settings.Cert, t.settings.Key, t.settings.ClientCA} {
		if info, err := os.Stat(name); err == nil {
			stamps[i] = fileStamp{size: info.Size(), time: info.ModTime()}
		}
	}
	return stamps
}

func (t *tlsFiles) load() (*tls.Config, error) {
	cert, err := tls.LoadX509KeyPair(t.settings.Cert, t.settings.Key)
	if err != nil {
		key := "tls.cert"
		if path := new(fs.PathError); errors.As(err, &path) && path.Path == t.settings.Key {
			key = "tls.key"
		}
		return nil, &input.SettingError{Key: key, Err: err}
	}
	config := &tls.Config{
		MinVersion:   t.minimum,
		Certificates: []tls.Certificate{cert},
		// A syslog sender never reads. Tickets that it leaves unread turn its close into a reset, which may
		// take lines with it that are still on the way.
		SessionTicketsDisabled: true,
	}
	if t.settings.ClientCA == "" {
		return config, nil
	}
	pem, err := os.ReadFile(t.settings.ClientCA)
	if err != nil {
		return nil, &input.SettingError{Key: "tls.client_ca", Err: err}
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, &input.SettingError{Key: "tls.client_ca", Err: fmt.Errorf("%s holds no certificate", t.settings.ClientCA)}
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	return config, nil
}
