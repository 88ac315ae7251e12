package api

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// origin is where a request comes from, and how it came.
type origin struct {
	peer   string // host:port, or the name of a socket
	secure bool   // the browser speaks TLS, with this server or with the proxy before it
}

// originOf believes what proxies of the installation say of whom they pass on; what anybody else says of himself is no word of theirs.
func (w *Wrapper) originOf(r *http.Request) origin {
	o := origin{peer: r.RemoteAddr, secure: r.TLS != nil}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !w.trusts(at.Addr()) {
		return o
	}
	said := w.passedOn(r.Header)
	// The proxies that are believed have written from the right; what stands left of the first other address was sent by whoever has it.
	for _, text := range slices.Backward(said.addresses) {
		addr, ok := parseNode(text)
		if !ok {
			break
		}
		o.peer = netip.AddrPortFrom(addr, 0).String()
		if !w.trusts(addr) {
			break
		}
	}
	o.secure = o.secure || said.scheme == "https"
	return o
}

func (w *Wrapper) trusts(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(w.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// hops are what proxies have said: the addresses from which each has got the request, the nearest last, and by which scheme the
// nearest got it.
type hops struct {
	addresses []string
	scheme    string
}

// Headers in which proxies say whom they pass on.
const (
	HeaderForwardedFor = "X-Forwarded-For" // with X-Forwarded-Proto
	HeaderForwarded    = "Forwarded"       // RFC 7239
)

// passedOn reads the header that the proxies write. They pass the other one on as whoever sent it has made it up, so it is not looked at:
// neither in its place nor against it.
func (w *Wrapper) passedOn(h http.Header) hops {
	if w.proxyHeader == HeaderForwarded {
		return forwarded(h[HeaderForwarded])
	}
	said := hops{addresses: listOf(h[HeaderForwardedFor])}
	if schemes := listOf(h["X-Forwarded-Proto"]); len(schemes) > 0 {
		said.scheme = strings.ToLower(schemes[len(schemes)-1])
	}
	return said
}

// listOf parts the values of a header at their commas.
func listOf(lines []string) (values []string) {
	for _, line := range lines {
		for value := range strings.SplitSeq(line, ",") {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}

// forwarded reads the elements of RFC 7239, section 4. Quoted commas and semicolons, which no address has, make an element unreadable.
func forwarded(lines []string) (said hops) {
	for _, element := range listOf(lines) {
		node, scheme := "", ""
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			value = strings.Trim(value, `"`)
			switch strings.ToLower(name) {
			case "for":
				node = value
			case "proto":
				scheme = strings.ToLower(value)
			}
		}
		said.addresses, said.scheme = append(said.addresses, node), scheme
	}
	return said
}

// parseNode reads an address with or without port, as proxies write it: 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80.
func parseNode(text string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return addr.Unmap().WithZone(""), err == nil
}
