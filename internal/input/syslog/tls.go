package syslog

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/tlsfiles"
)

// openTLS reads the files of the TLS listener; what is wrong is a *input.SettingError.
func openTLS(s TLSSettings, log *slog.Logger) (*tlsfiles.Files, error) {
	o := tlsfiles.Options{
		Cert: s.Cert, Key: s.Key, ClientCA: s.ClientCA, ClientNames: s.ClientNames, Log: log,
		// A syslog sender never reads. Tickets that it leaves unread turn its close into a reset, which may take lines with it
		// that are still on the way.
		NoTickets: true,
	}
	switch s.MinVersion {
	case "1.2", "":
	case "1.3":
		o.Minimum = tls.VersionTLS13
	default:
		return nil, &input.SettingError{Key: "tls.min_version", Err: fmt.Errorf("%q is not 1.2 or 1.3", s.MinVersion)}
	}
	if len(s.ClientNames) > 0 && s.ClientCA == "" {
		return nil, &input.SettingError{Key: "tls.client_names", Err: errors.New("are of certificates that tls.client_ca checks; set that too")}
	}
	files, err := tlsfiles.Open(o)
	if wrong := new(tlsfiles.Error); errors.As(err, &wrong) {
		return nil, &input.SettingError{Key: "tls." + wrong.Key, Err: wrong.Err}
	}
	return files, err
}
