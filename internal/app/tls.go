package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/tlsfiles"
)

type tlsConfig struct {
	Cert       string `yaml:"cert" doc:"file with the certificate chain (PEM); read anew when it changes"`
	Key        string `yaml:"key" doc:"file with the private key (PEM); read anew when it changes"`
	SelfSigned bool   `yaml:"self_signed" doc:"uses a certificate that this server makes and keeps in the data folder; clients know it by its fingerprint, which the start prints"`
	ClientCA   string `yaml:"client_ca" doc:"file with authorities (PEM); clients may show a certificate of one of them"`
}

func (c *tlsConfig) on() bool { return c.SelfSigned || c.Cert != "" || c.Key != "" }

// exposure says what keeps the server from being reached from other machines, as far as the configuration alone tells.
func (c *Config) exposure() error {
	t := &c.HTTP.TLS
	switch {
	case t.SelfSigned && (t.Cert != "" || t.Key != ""):
		return c.tree.Wrong("http.tls.self_signed", errors.New("makes a certificate; leave out http.tls.cert and http.tls.key, or this"))
	case t.ClientCA != "" && !t.on():
		return c.tree.Wrong("http.tls.client_ca", errors.New("is of TLS; set http.tls.cert and http.tls.key, or http.tls.self_signed, too"))
	}
	beyond, err := input.Beyond(c.HTTP.Listen)
	if err == nil && beyond && !t.on() {
		err = fmt.Errorf("%s is reached from other machines, which needs TLS: set http.tls.cert and http.tls.key, or http.tls.self_signed: true", c.HTTP.Listen)
	}
	if err != nil {
		return c.tree.Wrong("http.listen", err)
	}
	return nil
}

// openTLS reads the certificate of the main port, and makes it first when it is to be self-made.
func (a *app) openTLS() error {
	t := &a.cfg.HTTP.TLS
	if !t.on() {
		return nil
	}
	o := tlsfiles.Options{
		Cert: t.Cert, Key: t.Key, ClientCA: t.ClientCA, ClientOptional: true, Protocols: []string{"h2", "http/1.1"},
		Log: a.log.With("component", "http"),
	}
	if t.SelfSigned {
		var err error
		if o.Cert, o.Key, err = tlsfiles.SelfMade(a.cfg.Data); err != nil {
			return a.cfg.tree.Wrong("http.tls.self_signed", err)
		}
	}
	files, err := tlsfiles.Open(o)
	if wrong := new(tlsfiles.Error); errors.As(err, &wrong) {
		return a.cfg.tree.Wrong("http.tls."+wrong.Key, wrong.Err)
	}
	a.tls = files
	return err
}

// listenerTLS is the configuration of ports that speak TLS; nil when there is none.
func (a *app) listenerTLS() *tls.Config {
	if a.tls == nil {
		return nil
	}
	return a.tls.Listener()
}

// admit says whom the ports let in.
func (a *app) admit(context.Context) error {
	if err := a.checkExposed(); err != nil {
		return err
	}
	proxies, err := a.cfg.proxies()
	if err != nil {
		return err // it was checked when the configuration was read
	}
	a.wrap.Admit(api.Admission{
		Authenticator: a.access, OpenIngest: a.cfg.Access.OpenIngest, Member: a.secret, Audit: a.trail.Write,
		Proxies: proxies, ProxyHeader: a.cfg.proxyHeader(),
	})
	return nil
}

// checkExposed refuses to be reached from other machines as long as nobody has to sign in.
func (a *app) checkExposed() error {
	key, addr := "", a.cfg.HTTP.Listen
	if beyond, _ := input.Beyond(addr); beyond { // it was checked when the configuration was read
		key = "http.listen"
	}
	for _, in := range a.inputs {
		if b, ok := in.input.(interface{ Beyond() string }); ok && b.Beyond() != "" && key == "" {
			key = "inputs." + in.name + "." + b.Beyond()
			addr = a.cfg.tree.Values()[key]
		}
	}
	if key == "" || a.access.HasAdmin() {
		return nil
	}
	return a.cfg.tree.Wrong(key, fmt.Errorf("%s is reached from other machines, and there is no administrator yet: "+
		"make one with \"haetae user add NAME --role admin --data %s\", or start once with --set http.listen=%s and open the link that it prints",
		addr, quoteArg(a.cfg.Data), defaultListen))
}

// quoteArg writes a word as a shell takes it.
func quoteArg(s string) string {
	if s != "" && !strings.ContainsAny(s, " '\"\\$`*?[]{}()<>|&;#~!\t\n") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// scheme is that of the main port.
func (a *app) scheme() string {
	if a.tls != nil {
		return "https"
	}
	return "http"
}

// memberTLS is how the other processes that share the segments are asked when this one speaks TLS, as they then all do: their certificate is this
// one's own, or signed by an authority of http.tls.client_ca or of the system. nil without TLS.
func (a *app) memberTLS() *tls.Config {
	if a.tls == nil {
		return nil
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, // VerifyConnection does it
		VerifyConnection: func(state tls.ConnectionState) error {
			own := a.tls.Current()
			cert := state.PeerCertificates[0]
			if bytes.Equal(cert.Raw, own.Certificates[0].Certificate[0]) {
				return nil
			}
			o := x509.VerifyOptions{DNSName: state.ServerName, Intermediates: x509.NewCertPool()}
			for _, c := range state.PeerCertificates[1:] {
				o.Intermediates.AddCert(c)
			}
			_, err := cert.Verify(o)
			if err != nil && own.ClientCAs != nil {
				o.Roots = own.ClientCAs
				_, err = cert.Verify(o)
			}
			return err
		},
	}
}
