package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Explain adds to an error of the client which settings to look at, where brokers let Haetae not in for them.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	if hint := hintFor(err); hint != "" {
		return fmt.Errorf("%w; %s", err, hint)
	}
	return err
}

func hintFor(err error) string {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		header    tls.RecordHeaderError
		closed    *kgo.ErrFirstReadEOF
		text      = err.Error()
	)
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed):
		return "look at sasl.username and sasl.password, or at sasl.oauthbearer"
	case errors.Is(err, kerr.UnsupportedSaslMechanism):
		return "look at sasl.mechanism"
	case errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.GroupAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed):
		return "the brokers' access control does not let this user: grant it, or change sasl.username"
	case errors.As(err, &authority):
		return "look at tls.ca: it wants the authority that has signed the brokers' certificates"
	case errors.As(err, &name):
		return "brokers wants the names that their certificates have"
	case errors.As(err, &invalid):
		return "the brokers' certificate is not valid; look at their clock and this machine's"
	case strings.Contains(text, "remote error: tls:"): // crypto/tls has no type for a peer's alert
		return "the brokers refuse the certificate that Haetae shows, or want one; look at tls.cert and tls.key"
	case errors.As(err, &header), strings.Contains(text, "misconfigured"):
		return "the brokers do not speak TLS on this port; look at tls.enabled"
	case strings.Contains(text, "tls alert record"), strings.Contains(text, "is TLS missing"): // so the client says
		return "the brokers speak TLS on this port; set tls.enabled"
	case errors.Is(err, kerr.IllegalSaslState):
		return "the brokers want no SASL on this port: take the port that does, or sasl.mechanism out"
	case strings.Contains(text, "invalid large response size"):
		return "what answers there does not speak Kafka, or wants TLS: look at the ports of brokers, and at tls.enabled"
	case errors.As(err, &closed):
		return "when the brokers want to know who Haetae is, set sasl.mechanism"
	}
	return ""
}
