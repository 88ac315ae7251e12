package app

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/haetae/haetae/internal/api"
)

// proxies are the networks of http.trusted_proxies.
func (c *Config) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range c.HTTP.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if addr, noNetwork := netip.ParseAddr(text); noNetwork == nil {
			network, err = addr.Prefix(addr.BitLen())
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q is no address and no network, such as 10.0.0.7 or 10.0.0.0/24", text)
		case network.Bits() == 0:
			return nil, fmt.Errorf("%q is everybody, who could then come from any address; name the proxies alone", text)
		}
		list = append(list, network.Masked())
	}
	return list, nil
}

// proxyHeader is http.proxy_header as HTTP spells it, "" for one that no proxy writes. Names of headers have no case.
func (c *Config) proxyHeader() string {
	for _, name := range []string{api.HeaderForwardedFor, api.HeaderForwarded} {
		if strings.EqualFold(c.HTTP.ProxyHeader, name) {
			return name
		}
	}
	return ""
}
