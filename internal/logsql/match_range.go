package logsql

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numberRange matches numbers (ParseNumber) between two bounds.
type numberRange struct {
	lo, hi         float64
	openLo, openHi bool
	text           string // as written behind "field:"
}

func (m numberRange) Match(v string) bool {
	f, ok := ParseNumber(v)
	return ok && (f > m.lo || f == m.lo && !m.openLo) && (f < m.hi || f == m.hi && !m.openHi)
}
func (m numberRange) Words() []string          { return nil }
func (m numberRange) Bounds() (lo, hi float64) { return m.lo, m.hi }
func (m numberRange) String() string           { return m.text }

// stringRange matches lo <= v < hi in byte order; hi is without limit when unbounded, and a missing value
// never matches.
type stringRange struct {
	lo, hi    string
	unbounded bool
	text      string
}

func (m stringRange) Match(v string) bool {
	return v != "" && v >= m.lo && (m.unbounded || v < m.hi)
}
func (m stringRange) Words() []string { return nil }
func (m stringRange) String() string  { return m.text }

// lenRange matches values of lo..hi characters.
type lenRange struct {
	lo, hi uint64
	text   string
}

func (m lenRange) Match(v string) bool {
	if uint64(len(v)) < m.lo {
		return false
	}
	n := uint64(utf8.RuneCountInString(v))
	return m.lo <= n && n <= m.hi
}
func (m lenRange) Words() []string { return nil }
func (m lenRange) String() string  { return m.text }

// ipv4Range matches IPv4 addresses between two, both included.
type ipv4Range struct {
	lo, hi uint32
	text   string
}

func (m ipv4Range) Match(v string) bool {
	ip, ok := ParseIPv4(v)
	return ok && m.lo <= ip && ip <= m.hi
}
func (m ipv4Range) Words() []string { return nil }
func (m ipv4Range) String() string  { return m.text }

// addressRange makes a range of IPv4 addresses when one of the bounds is an address and the other is one too or inf.
func addressRange(lo, hi bound) (m ipv4Range, ok bool) {
	from, fromOK := ParseIPv4(lo.text)
	to, toOK := ParseIPv4(hi.text)
	if f, ok := parseBound(hi.text); ok && math.IsInf(f, 1) {
		to, hi.open = math.MaxUint32, false
	} else if f, ok := parseBound(lo.text); ok && math.IsInf(f, -1) {
		from, lo.open = 0, false
	} else if !fromOK || !toOK {
		return m, false
	}
	if !fromOK && !toOK {
		return m, false
	}
	m = ipv4Range{from, to, rangeText("range", lo, hi)}
	if lo.open && from == math.MaxUint32 || hi.open && to == 0 {
		return ipv4Range{1, 0, m.text}, true
	}
	if lo.open {
		m.lo++
	}
	if hi.open {
		m.hi--
	}
	return m, true
}

// ipv6Range matches IPv6 addresses between two, both included. IPv4 addresses count as ::ffff:a.b.c.d.
type ipv6Range struct {
	lo, hi netip.Addr
	text   string
}

func (m ipv6Range) Match(v string) bool {
	ip, ok := parseIPv6(v)
	return ok && m.lo.Compare(ip) <= 0 && ip.Compare(m.hi) <= 0
}
func (m ipv6Range) Words() []string { return nil }
func (m ipv6Range) String() string  { return m.text }

// parseIPv6 reads an address without a zone; an IPv4 address becomes ::ffff:a.b.c.d.
func parseIPv6(s string) (netip.Addr, bool) {
	if len(s) < 2 || len(s) > len("0000:0000:0000:0000:0000:ffff:255.255.255.255") {
		return netip.Addr{}, false // the errors of what is no address would cost
	}
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.Zone() != "" {
		return netip.Addr{}, false
	}
	return netip.AddrFrom16(ip.As16()), true
}

// compare builds the matcher of field:>x and the like; op is one of > >= < <=.
func compare(op, value string) Matcher {
	text := op + quoteValue(value)
	if f, ok := parseLiteral(value); ok {
		switch op {
		case ">":
			return numberRange{f, math.Inf(1), true, false, text}
		case ">=":
			return numberRange{f, math.Inf(1), false, false, text}
		case "<":
			return numberRange{math.Inf(-1), f, false, true, text}
		}
		return numberRange{math.Inf(-1), f, false, false, text}
	}
	if ip, ok := ParseIPv4(value); ok {
		switch {
		case op == ">" && ip < math.MaxUint32:
			return ipv4Range{ip + 1, math.MaxUint32, text}
		case op == ">=":
			return ipv4Range{ip, math.MaxUint32, text}
		case op == "<" && ip > 0:
			return ipv4Range{0, ip - 1, text}
		case op == "<=":
			return ipv4Range{0, ip, text}
		}
		return ipv4Range{1, 0, text}
	}
	switch op {
	case ">":
		return stringRange{lo: value + "\x00", unbounded: true, text: text}
	case ">=":
		return stringRange{lo: value, unbounded: true, text: text}
	case "<":
		return stringRange{hi: value, text: text}
	}
	return stringRange{hi: value + "\x00", text: text}
}

// parseBound reads a bound of range(): a number or inf in any case.
func parseBound(s string) (float64, bool) {
	switch strings.ToLower(s) {
	case "inf", "+inf":
		return math.Inf(1), true
	case "-inf":
		return math.Inf(-1), true
	}
	return parseLiteral(s)
}

// parseLiteral reads a number as queries write it: as ParseNumber does, with _ between digits, or as 0x1f, 0b101.
func parseLiteral(s string) (float64, bool) {
	if f, ok := ParseNumber(s); ok {
		return f, true
	}
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return float64(n), true
	}
	for i := range len(s) {
		if s[i] == '_' && (i == 0 || !isDigit(s[i-1]) || i+1 == len(s) || !isDigit(s[i+1])) {
			return 0, false
		}
	}
	return ParseNumber(strings.ReplaceAll(s, "_", ""))
}
