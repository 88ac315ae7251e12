package netguard

import "net/netip"

// metadata are services of clouds that hand out credentials to whoever asks from the machine.
var metadata = prefixes("169.254.169.254/32", "169.254.170.2/32", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128")

// named are networks that are not public, of the registries of special-purpose addresses of IANA (RFC 6890 and its updates).
var named = []struct {
	why  string
	nets []netip.Prefix
}{
	{"a metadata service of a cloud", metadata},
	{"loopback", prefixes("127.0.0.0/8", "::1/128")},
	{"link-local", prefixes("169.254.0.0/16", "fe80::/10", "fec0::/10")},
	{"private", prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")},
	{"multicast", prefixes("224.0.0.0/4", "ff00::/8")},
	{"a translation of an IPv4 address", prefixes("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")},
	{"no public address", prefixes("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20")},
}

// public is the only part of IPv6 from which public addresses are given out.
var public = netip.MustParsePrefix("2000::/3")

// special says what an address is that is not public; "" of one that is.
func special(addr netip.Addr) string {
	if !addr.IsValid() {
		return "no address"
	}
	if addr.IsUnspecified() {
		return "this machine" // connecting to it is connecting to loopback
	}
	for _, n := range named {
		for _, p := range n.nets {
			if p.Contains(addr) {
				return n.why
			}
		}
	}
	if addr.Is6() && !public.Contains(addr) {
		return "no public address"
	}
	return ""
}

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}
