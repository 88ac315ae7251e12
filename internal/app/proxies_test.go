package app

import (
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/api"
)

// The header that counts is one of two, however it is spelled; a wrong one stops the start.
func TestProxyHeader(t *testing.T) {
	for _, tt := range []struct {
		settings []string
		want     string
	}{
		{nil, api.HeaderForwardedFor},
		{[]string{"http.proxy_header=x-forwarded-for"}, api.HeaderForwardedFor},
		{[]string{"http.proxy_header=forwarded"}, api.HeaderForwarded},
	} {
		cfg, err := Load("", tt.settings)
		if err != nil || cfg.proxyHeader() != tt.want {
			t.Errorf("%q: %v, want %s", tt.settings, err, tt.want)
		}
	}
	_, err := Load("", []string{"http.proxy_header=X-Real-IP"})
	if err == nil || !strings.Contains(err.Error(), `http.proxy_header: wants X-Forwarded-For or Forwarded, not "X-Real-IP"`) {
		t.Error(err)
	}
}
