package access

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/access/oidc"
	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/netguard"
)

// Settings are the section access of the configuration.
type Settings struct {
	OpenIngest  bool            `yaml:"open_ingest" doc:"records that this machine itself sends by HTTP or gRPC need no token; those of other machines always do. Plain syslog carries no token: inputs.syslog.allow says who may send it, and empty inputs.syslog.udp and .tcp turn it off"`
	SessionIdle config.Duration `yaml:"session_idle" doc:"a session that is not used for so long is over"`
	SessionMax  config.Duration `yaml:"session_max" doc:"after so long everybody signs in again"`
	KeyFile     string          `yaml:"key_file" doc:"keys that secrets are sealed with; empty means secret.key in the data folder"`
	// AllowAddresses are those of the network around that may be asked on somebody's behalf.
	AllowAddresses []string                 `yaml:"allow_addresses" doc:"addresses that are not public and may be asked all the same, such as that of a provider of OpenID Connect: 10.1.2.3, 10.1.0.0/16 or 10.1.2.3:8443"`
	OIDC           map[string]oidc.Settings `yaml:"oidc" doc:"providers of OpenID Connect to sign in with, by name"`
}

// Defaults of the section.
func Defaults() Settings {
	return Settings{OpenIngest: true, SessionIdle: config.Duration(12 * time.Hour), SessionMax: config.Duration(7 * 24 * time.Hour)}
}

// Validate checks the settings and returns the key that is wrong.
func (s Settings) Validate() (key string, err error) {
	switch {
	case time.Duration(s.SessionIdle) < time.Minute:
		return "session_idle", errors.New("wants a minute at least")
	case s.SessionMax < s.SessionIdle:
		return "session_max", fmt.Errorf("wants session_idle (%s) at least", s.SessionIdle)
	}
	if _, err := netguard.New(s.AllowAddresses); err != nil {
		return "allow_addresses", err
	}
	for _, name := range slices.Sorted(maps.Keys(s.OIDC)) {
		provider := s.OIDC[name]
		if key, err := provider.Validate(name); err != nil {
			return strings.TrimSuffix("oidc."+name+"."+key, "."), err
		}
	}
	return "", nil
}
