// Package tlsfiles makes the TLS configuration of listeners from files, and makes it anew when one of them has changed.
package tlsfiles

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options name the files, all in PEM.
type Options struct {
	Cert, Key string
	// ClientCA holds authorities; clients show a certificate of one of them, or may leave it when ClientOptional is set. ""
	// asks for none.
	ClientCA       string
	ClientOptional bool
	// ClientNames are those that a client's certificate may have as its common or one of its DNS names, *.example.com for any
	// first part (RFC 5425 section 5.2); none takes each.
	ClientNames []string
	Minimum     uint16   // version of TLS; 0 is 1.2
	NoTickets   bool     // sends none
	Protocols   []string // of ALPN
	Log         *slog.Logger
}

// Error says which of the files is wrong: cert, key or client_ca.
type Error struct {
	Key string
	Err error
}

func (e *Error) Error() string { return e.Key + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Files are the configuration of handshakes made from files.
type Files struct {
	options Options

	mu     sync.Mutex
	stamps [3]stamp
	config *tls.Config
}

type stamp struct {
	size int64
	time time.Time
}

// Open reads the files for the first time; what is wrong is a *Error.
func Open(o Options) (*Files, error) {
	if o.Minimum == 0 {
		o.Minimum = tls.VersionTLS12
	}
	switch {
	case o.Cert == "":
		return nil, missing("cert", "certificate chain")
	case o.Key == "":
		if _, err := os.Stat(o.Cert); err != nil {
			return nil, &Error{Key: "cert", Err: err}
		}
		return nil, missing("key", "private key")
	}
	f := &Files{options: o}
	f.stamps = f.stat()
	var err error
	f.config, err = f.load()
	return f, err
}

func missing(key, what string) error {
	return &Error{Key: key, Err: fmt.Errorf("is missing; TLS needs the file with the %s (PEM)", what)}
}

// Listener is what a listener takes; each handshake asks for the newest configuration.
func (f *Files) Listener() *tls.Config {
	return &tls.Config{
		MinVersion: f.options.Minimum, NextProtos: f.options.Protocols,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return f.Current(), nil },
	}
}

// Fingerprint is the SHA-256 of the certificate as browsers and openssl x509 -fingerprint -sha256 show it: A4:4D:...
func (f *Files) Fingerprint() string {
	sum := sha256.Sum256(f.Current().Certificates[0].Certificate[0])
	return strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

// Current looks whether a file has changed. When the new files cannot be read, the old ones hold on, since a renewal
// replaces two files one after the other.
func (f *Files) Current() *tls.Config {
	f.mu.Lock()
	defer f.mu.Unlock()
	stamps := f.stat()
	if stamps == f.stamps {
		return f.config
	}
	config, err := f.load()
	if err != nil {
		f.options.Log.Warn("cannot read the changed TLS files, the old ones hold on", "error", err)
	} else {
		f.options.Log.Info("TLS files were read anew", "cert", f.options.Cert)
		f.config = config
	}
	f.stamps = stamps
	return f.config
}

func (f *Files) stat() (stamps [3]stamp) {
	for i, name := range [...]string{f.options.Cert, f.options.Key, f.options.ClientCA} {
		if info, err := os.Stat(name); err == nil {
			stamps[i] = stamp{size: info.Size(), time: info.ModTime()}
		}
	}
	return stamps
}

func (f *Files) load() (*tls.Config, error) {
	o := &f.options
	cert, err := tls.LoadX509KeyPair(o.Cert, o.Key)
	if err != nil {
		key := "cert"
		if path := new(fs.PathError); errors.As(err, &path) && path.Path == o.Key && path.Path != o.Cert {
			key = "key"
		}
		return nil, &Error{Key: key, Err: err}
	}
	config := &tls.Config{
		MinVersion: o.Minimum, Certificates: []tls.Certificate{cert}, NextProtos: o.Protocols, SessionTicketsDisabled: o.NoTickets,
	}
	if o.ClientCA == "" {
		return config, nil
	}
	authorities, err := os.ReadFile(o.ClientCA)
	if err != nil {
		return nil, &Error{Key: "client_ca", Err: err}
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(authorities) {
		return nil, &Error{Key: "client_ca", Err: fmt.Errorf("%s holds no certificate", o.ClientCA)}
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	if o.ClientOptional {
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	if len(o.ClientNames) > 0 {
		config.VerifyConnection = o.checkName
	}
	return config, nil
}

// checkName refuses a client whose certificate has none of the names.
func (o *Options) checkName(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 { // optional
		return nil
	}
	cert := state.PeerCertificates[0]
	for _, name := range append([]string{cert.Subject.CommonName}, cert.DNSNames...) {
		if slices.ContainsFunc(o.ClientNames, func(pattern string) bool { return matches(pattern, name) }) {
			return nil
		}
	}
	return fmt.Errorf("the certificate of %q has none of the names that may send", cert.Subject.CommonName)
}

// matches compares without case; a first part of * stands for any one part.
func matches(pattern, name string) bool {
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		_, name, ok = strings.Cut(name, ".")
		return ok && strings.EqualFold(rest, name)
	}
	return strings.EqualFold(pattern, name)
}
