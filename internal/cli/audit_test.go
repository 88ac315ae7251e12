package cli

import (
	"strings"
	"testing"
)

// The server was asked for now-1x, and named a parameter that nobody had typed.
func TestSinceNamesItself(t *testing.T) {
	for since, want := range map[string]string{"": "", "1d": "now-1d", "90m": "now-90m", "2026-01-02T15:04:05Z": "2026-01-02T15:04:05Z"} {
		v, err := AuditFilter{Since: since}.params()
		if err != nil || v.Get("start") != want {
			t.Errorf("%q: %v, start %q", since, err, v.Get("start"))
		}
	}
	for _, since := range []string{"1x", "-1d", "yesterday", "2026-01-02"} {
		if _, err := (AuditFilter{Since: since}).params(); err == nil || !strings.Contains(err.Error(), "--since "+since+" is neither") {
			t.Errorf("%q: %v", since, err)
		}
	}
}
