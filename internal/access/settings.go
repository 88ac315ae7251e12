package access

import (
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/config"
)

// Settings are the section access of the configuration.
type Settings struct {
	OpenIngest  bool            `yaml:"open_ingest" doc:"records are taken from this machine itself without a token; those of other machines always need one"`
	SessionIdle config.Duration `yaml:"session_idle" doc:"a session that is not used for so long is over"`
	SessionMax  config.Duration `yaml:"session_max" doc:"after so long everybody signs in again"`
	KeyFile     string          `yaml:"key_file" doc:"keys that secrets are sealed with; empty means secret.key in the data folder"`
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
	return "", nil
}
