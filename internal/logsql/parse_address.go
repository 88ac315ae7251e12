package logsql

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// addresses reads ipv4_range(10.0.0.1, 10.0.0.9), ipv4_range("10.0.0.0/8") and ipv4_range(10.0.0.1).
func (p *parser) addresses(field string) (Filter, error) {
	p.space()
	open := p.pos
	if !p.take("(") && !p.take("[") {
		return nil, p.unexpected("(")
	}
	loText, start, end, err := p.bound("an IPv4 address or network")
	if err != nil {
		return nil, err
	}
	m := ipv4Range{text: "ipv4_range(" + quoteValue(loText) + ")"}
	if p.take(",") {
		hiText, hiStart, hiEnd, err := p.bound("an IPv4 address")
		if err != nil {
			return nil, err
		}
		var ok bool
		if m.lo, ok = ParseIPv4(loText); !ok {
			return nil, p.errorAt(badAddress, start, end, "", "%q is not an IPv4 address", loText)
		}
		if m.hi, ok = ParseIPv4(hiText); !ok {
			return nil, p.errorAt(badAddress, hiStart, hiEnd, "", "%q is not an IPv4 address", hiText)
		}
		m.text = "ipv4_range(" + quoteValue(loText) + "," + quoteValue(hiText) + ")"
	} else {
		var ok bool
		if m.lo, m.hi, ok = parseNetwork(loText); !ok {
			return nil, p.errorAt(badAddress, start, end, "", "%q is not an IPv4 address or network", loText)
		}
	}
	if !p.take(")") && !p.take("]") {
		return nil, p.close(")", open)
	}
	return &FieldFilter{field, m}, nil
}

// addresses6 reads ipv6_range(::1, ::9), ipv6_range("2001:db8::/32") and ipv6_range(::1).
func (p *parser) addresses6(field string) (Filter, error) {
	open := p.pos
	if err := p.expect("("); err != nil {
		return nil, err
	}
	loText, start, err := p.address6()
	if err != nil {
		return nil, err
	}
	m := ipv6Range{text: "ipv6_range(" + quoteValue(loText) + ")"}
	var ok bool
	if p.take(",") {
		hiText, hiStart, err := p.address6()
		if err != nil {
			return nil, err
		}
		if m.lo, ok = parseIPv6(loText); !ok {
			return nil, p.errorAt(badAddress, start, start+len(loText), "", "%q is not an IPv6 address", loText)
		}
		if m.hi, ok = parseIPv6(hiText); !ok {
			return nil, p.errorAt(badAddress, hiStart, p.pos, "", "%q is not an IPv6 address", hiText)
		}
		m.text = "ipv6_range(" + quoteValue(loText) + "," + quoteValue(hiText) + ")"
	} else if m.lo, m.hi, ok = parseNetwork6(loText); !ok {
		return nil, p.errorAt(badAddress, start, p.pos, "", "%q is not an IPv6 address or network", loText)
	}
	return &FieldFilter{field, m}, p.close(")", open)
}

// address6 takes an address, which may stand without quotes although it holds colons.
func (p *parser) address6() (text string, start int, err error) {
	p.space()
	start = p.pos
	if v, ok, err := p.quoted(); ok || err != nil {
		return v, start, err
	}
	end := p.restOfWord()
	if end == start {
		return "", start, p.unexpected("an IPv6 address or network")
	}
	p.pos = end
	return p.text[start:end], start, nil
}

// parseNetwork6 returns the first and last address of 2001:db8::/32 or of a single address.
func parseNetwork6(s string) (lo, hi netip.Addr, ok bool) {
	if !strings.Contains(s, "/") {
		lo, ok = parseIPv6(s)
		return lo, lo, ok
	}
	network, err := netip.ParsePrefix(s)
	if err != nil || !network.Addr().Is6() {
		return lo, hi, false
	}
	lo = network.Masked().Addr()
	last := lo.As16()
	for bit := network.Bits(); bit < 128; bit++ {
		last[bit/8] |= 1 << (7 - bit%8)
	}
	return lo, netip.AddrFrom16(last), true
}

// parseNetwork returns the first and last address of 10.0.0.0/8 or of a single address.
func parseNetwork(s string) (lo, hi uint32, ok bool) {
	address, length, cut := strings.Cut(s, "/")
	ip, ok := ParseIPv4(address)
	if !ok || !cut {
		return ip, ip, ok
	}
	n, err := strconv.ParseUint(length, 10, 8)
	if err != nil || n > 32 {
		return 0, 0, false
	}
	mask := uint32(math.MaxUint32) >> n
	return ip &^ mask, ip | mask, true
}
