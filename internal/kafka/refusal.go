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

// RefusalError is an error of the brokers with the setting to look at, and what to do.
type RefusalError struct {
	Key  string // of the setting, relative to the connection: "sasl.password"
	Err  error
	hint string
}

func (e *RefusalError) Error() string { return fmt.Sprintf("%v; %s", e.Err, e.hint) }
func (e *RefusalError) Unwrap() error { return e.Err }

// Explain makes a *RefusalError of an error of the client where a setting can be at fault. at is where the settings of the
// connection are in the configuration, such as "queue.".
func Explain(err error, at string) error {
	if err == nil {
		return nil
	}
	key, hint := hintFor(err)
	if hint == "" {
		return err
	}
	return &RefusalError{Key: key, Err: err, hint: strings.ReplaceAll(hint, "~", at)}
}

// groupHints are by what a consumer group answers; ~ stands for where the settings are.
var groupHints = map[error]struct{ key, hint string }{
	kerr.InvalidSessionTimeout: {"session.timeout.ms", "set ~session.timeout.ms within the brokers' group.min.session.timeout.ms and group.max.session.timeout.ms, " +
		"which are 6000 and 1800000 unless somebody has changed them"},
	kerr.FencedInstanceID:          {"group.instance.id", "another process uses the same ~group.instance.id, or a copy of this one's data folder: each wants its own"},
	kerr.GroupMaxSizeReached:       {"consumers", "the brokers' group.max.size is reached: raise it, or start fewer processes"},
	kerr.InconsistentGroupProtocol: {"brokers", "a program that is not Haetae, or another version of it, is in the group: end it"},
	kerr.UnsupportedAssignor:       {"brokers", "a program that is not Haetae, or another version of it, is in the group: end it"},
	kerr.InvalidGroupID:            {"group.id", "the brokers do not take the name of the group; look at ~group.id"},
}

// hintFor returns the setting to look at first, and what to do; ~ stands for where the settings are.
func hintFor(err error) (key, hint string) {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		header    tls.RecordHeaderError
		closed    *kgo.ErrFirstReadEOF
		refused   *kerr.Error
		text      = err.Error()
	)
	if errors.As(err, &refused) {
		if h, ok := groupHints[refused]; ok {
			return h.key, h.hint
		}
	}
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed):
		return "sasl.username", "look at ~sasl.username and ~sasl.password, or at ~sasl.oauthbearer"
	case errors.Is(err, kerr.UnsupportedSaslMechanism):
		return "sasl.mechanism", "look at ~sasl.mechanism"
	case errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.GroupAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed):
		return "sasl.username", "the brokers' access control does not let this user: grant it, or change ~sasl.username"
	case errors.Is(err, kerr.InvalidReplicationFactor):
		return "replication.factor", "there are fewer brokers than ~replication.factor asks copies for"
	case errors.Is(err, kerr.PolicyViolation):
		return "topic", "a policy of the brokers does not let the topic be made: make it as they want it, or change ~topic"
	case errors.As(err, &authority):
		return "tls.ca", "look at ~tls.ca: it wants the authority that has signed the brokers' certificates"
	case errors.As(err, &name):
		return "brokers", "~brokers wants the names that their certificates have"
	case errors.As(err, &invalid):
		return "brokers", "the brokers' certificate is not valid; look at their clock and this machine's"
	case strings.Contains(text, "remote error: tls:"): // crypto/tls has no type for a peer's alert
		return "tls.cert", "the brokers refuse the certificate that Haetae shows, or want one; look at ~tls.cert and ~tls.key"
	case errors.As(err, &header), strings.Contains(text, "misconfigured"):
		return "tls.enabled", "the brokers do not speak TLS on this port; look at ~tls.enabled"
	case strings.Contains(text, "tls alert record"), strings.Contains(text, "is TLS missing"): // so the client says
		return "tls.enabled", "the brokers speak TLS on this port; set ~tls.enabled"
	case errors.Is(err, kerr.IllegalSaslState):
		return "sasl.mechanism", "the brokers want no SASL on this port: take the port that does, or ~sasl.mechanism out"
	case strings.Contains(text, "invalid large response size"):
		return "brokers", "what answers there does not speak Kafka, or wants TLS: look at the ports of ~brokers, and at ~tls.enabled"
	case errors.As(err, &closed):
		return "sasl.mechanism", "when the brokers want to know who Haetae is, set ~sasl.mechanism"
	}
	return "", ""
}
