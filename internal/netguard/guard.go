// Package netguard keeps what Haetae fetches on somebody's behalf away from places that the person could not reach: this machine,
// the network around it, and the metadata services of clouds (server-side request forgery, CWE-918). It looks at the address that
// is about to be connected, behind the resolver, so that a name which first means one address and then another gains nothing.
package netguard

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Guard decides which addresses may be connected. The zero Guard lets out to public addresses alone.
type Guard struct {
	allow []allowed
}

// allowed is an entry of the list: a network, and a port, or 0 for any.
type allowed struct {
	prefix netip.Prefix
	port   uint16
}

// ports of public addresses that may be connected: those of web servers.
var ports = []uint16{80, 443, 8080, 8443}

// RefusedError says that an address may not be connected.
type RefusedError struct {
	Address netip.AddrPort
	Why     string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s is %s, which Haetae does not ask by itself; if it is meant, list it in access.allow_addresses", e.Address, e.Why)
}

// New returns a guard that lets out to public addresses, at the ports of web servers, and to what is listed: addresses and
// networks, at every port (10.1.2.3, 10.1.0.0/16, fd00::/8) or at one (10.1.2.3:8443, [fd00::1]:8443).
func New(list []string) (*Guard, error) {
	g := &Guard{}
	for _, text := range list {
		a, err := parseAllowed(text)
		if err != nil {
			return nil, err
		}
		g.allow = append(g.allow, a)
	}
	return g, nil
}

func parseAllowed(text string) (allowed, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return ofAddress(addr, 0), nil
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		if prefix.Addr().Is4In6() {
			return allowed{}, fmt.Errorf("%q: write the network as one of IPv4", text)
		}
		return allowed{prefix.Masked(), 0}, nil
	}
	if ap, err := netip.ParseAddrPort(text); err == nil && ap.Port() > 0 {
		return ofAddress(ap.Addr(), ap.Port()), nil
	}
	return allowed{}, fmt.Errorf("%q is neither an address (10.1.2.3), nor one with a port (10.1.2.3:8443), nor a network (10.1.0.0/16)", text)
}

func ofAddress(addr netip.Addr, port uint16) allowed {
	addr = addr.Unmap().WithZone("")
	return allowed{netip.PrefixFrom(addr, addr.BitLen()), port}
}

// Check says why an address may not be connected; nil when it may. Errors: *RefusedError.
func (g *Guard) Check(at netip.AddrPort) error {
	addr := at.Addr().Unmap().WithZone("")
	for _, a := range g.allow {
		if a.prefix.Contains(addr) && (a.port == 0 || a.port == at.Port()) {
			return nil
		}
	}
	if why := special(addr); why != "" {
		return &RefusedError{netip.AddrPortFrom(addr, at.Port()), why}
	}
	for _, p := range ports {
		if p == at.Port() {
			return nil
		}
	}
	return &RefusedError{netip.AddrPortFrom(addr, at.Port()), "no port of a web server"}
}

// Control is the Control of a net.Dialer: the system is about to connect to the address.
func (g *Guard) Control(network, address string, _ syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return fmt.Errorf("a connection of type %s is not made on somebody's behalf", network)
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("cannot tell where %q is: %w", address, err)
	}
	return g.Check(at)
}

// Bounds of what is fetched.
const (
	dialTimeout  = 5 * time.Second
	maxRedirects = 3
	// MaxBody bounds the bytes of an answer's body; what is longer ends with an error.
	MaxBody = 1 << 20
)

// Client returns an HTTP client behind the guard. Each connection of a redirect is checked as the first; an answer in TLS is
// not led to one without. It takes no proxy of the environment: the proxy would choose the address.
func (g *Guard) Client(timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout, Control: g.Control}
	return &http.Client{
		Timeout: timeout,
		Transport: bounded{&http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 8, IdleConnTimeout: time.Minute,
			TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: 64 << 10,
		}},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			switch {
			case len(via) > maxRedirects:
				return errors.New("more than " + strconv.Itoa(maxRedirects) + " redirects")
			case r.URL.Scheme != "https" && via[0].URL.Scheme == "https":
				return errors.New("it leads from https to " + r.URL.Scheme)
			}
			return nil
		},
	}
}
