package logsql

import (
	"math"
	"strconv"
	"strings"
)

// ParseNumber reads a number as filters, sorting and statistics understand it: a plain decimal number, a
// duration ("1h5m", "2.5ms") in nanoseconds, or a size ("10KB", "1.5GiB") in bytes. It does not allocate.
// Store and language share it, so that a column's min and max rule out what a matcher would.
func ParseNumber(s string) (float64, bool) {
	if len(s) == 0 || len(s) > 64 {
		return 0, false
	}
	c := s[0]
	if c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return 0, false
	}
	if f, ok := parsePlain(s); ok {
		return f, true
	}
	if ns, ok := ParseDuration(s); ok {
		return float64(ns), true
	}
	return ParseSize(s)
}

// parsePlain reads a decimal number.
func parsePlain(s string) (float64, bool) {
	i, neg := 0, false
	if s[0] == '-' {
		i, neg = 1, true
	}
	if n := len(s) - i; n > 0 && n <= 15 {
		var v int64
		for ; i < len(s); i++ {
			d := s[i] - '0'
			if d > 9 {
				break
			}
			v = v*10 + int64(d)
		}
		if i == len(s) {
			if neg {
				v = -v
			}
			return float64(v), true
		}
	}
	// strconv allocates its error, so it sees only what is a number.
	if !isDecimal(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// isDecimal reports whether s is a decimal number, with a sign, a fraction or an exponent where there are any.
func isDecimal(s string) bool {
	if s[0] == '-' || s[0] == '+' {
		s = s[1:]
	}
	digits := func() int {
		n := 0
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		s = s[n:]
		return n
	}
	n := digits()
	if s != "" && s[0] == '.' {
		s = s[1:]
		n += digits()
	}
	if n == 0 {
		return false
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '-' || s[0] == '+') {
			s = s[1:]
		}
		if digits() == 0 {
			return false
		}
	}
	return s == ""
}

var durationUnits = []struct {
	name string
	ns   float64
}{
	{"ns", 1},
	{"us", 1e3},
	{"µs", 1e3},
	{"μs", 1e3},
	{"ms", 1e6},
	{"s", 1e9},
	{"m", 60e9},
	{"h", 3600e9},
	{"d", 86400e9},
	{"w", 7 * 86400e9},
	{"y", 365 * 86400e9},
}

// ParseDuration reads a duration of one or more numbers with units ns, us, µs, ms, s, m, h, d, w, y (365 days),
// such as "1h30m", "-2.5d" or "300ms", and returns nanoseconds. It does not allocate.
func ParseDuration(s string) (int64, bool) {
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if s == "" {
		return 0, false
	}
	var sum float64
	for s != "" {
		f, rest, ok := leadingNumber(s)
		if !ok {
			return 0, false
		}
		unit, n := 0.0, 0
		for _, u := range durationUnits {
			if len(u.name) > n && strings.HasPrefix(rest, u.name) {
				unit, n = u.ns, len(u.name)
			}
		}
		if n == 0 {
			return 0, false
		}
		sum += f * unit
		s = rest[n:]
	}
	if sum >= math.MaxInt64 {
		return 0, false
	}
	if neg {
		sum = -sum
	}
	return int64(math.Round(sum)), true
}

// leadingNumber reads the digits and the fraction that s begins with.
func leadingNumber(s string) (f float64, rest string, ok bool) {
	i, digits := 0, 0
	var v, scale float64 = 0, 1
	dot := false
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && !dot {
			dot = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		digits++
		v = v*10 + float64(c-'0')
		if dot {
			scale *= 10
		}
	}
	return v / scale, s[i:], digits > 0
}

// ParseSize reads a size such as "10KB", "1.5GiB" or "3M" and returns bytes: K, M, G, T, P are powers of 1000
// and Ki, Mi, Gi, Ti, Pi powers of 1024, each with or without a final B.
func ParseSize(s string) (float64, bool) {
	neg := false
	if s != "" && s[0] == '-' {
		neg = true
		s = s[1:]
	}
	f, rest, ok := leadingNumber(s)
	if !ok || rest == "" {
		return 0, false
	}
	if rest != "B" {
		exp := strings.IndexByte("KMGTP", rest[0]) + 1
		if exp == 0 {
			return 0, false
		}
		base := 1000.0
		rest = rest[1:]
		if strings.HasPrefix(rest, "i") {
			base = 1024
			rest = rest[1:]
		}
		if rest != "" && rest != "B" {
			return 0, false
		}
		for range exp {
			f *= base
		}
	}
	if neg {
		f = -f
	}
	return f, true
}

// ParseIPv4 reads a dotted IPv4 address into its 32-bit number. It does not allocate.
func ParseIPv4(s string) (uint32, bool) {
	var ip uint32
	for part := range 4 {
		n, digits := 0, 0
		for len(s) > 0 && s[0] >= '0' && s[0] <= '9' && digits < 4 {
			n = n*10 + int(s[0]-'0')
			s = s[1:]
			digits++
		}
		if digits == 0 || digits > 3 || n > 255 {
			return 0, false
		}
		ip = ip<<8 | uint32(n)
		if part < 3 {
			if s == "" || s[0] != '.' {
				return 0, false
			}
			s = s[1:]
		}
	}
	return ip, s == ""
}

// FormatDuration writes nanoseconds as ParseDuration reads them, with the largest units first: "1h30m", "2m3.5s" and
// below a second "1ms500µs".
func FormatDuration(ns int64) string {
	if ns == 0 {
		return "0s"
	}
	var b []byte
	u := uint64(ns)
	if ns < 0 {
		b = append(b, '-')
		u = -u
	}
	small := u < 1e9
	for _, unit := range []struct {
		name string
		ns   uint64
	}{
		{"w", 7 * 86400e9}, {"d", 86400e9}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1},
	} {
		n := u / unit.ns
		rest := u - n*unit.ns
		if n == 0 && (unit.name != "s" || small || rest == 0) {
			continue
		}
		b = strconv.AppendUint(b, n, 10)
		if unit.name == "s" && rest > 0 {
			fraction := strconv.FormatUint(1e9+rest, 10)[1:]
			b = append(append(b, '.'), strings.TrimRight(fraction, "0")...)
			rest = 0
		}
		b = append(b, unit.name...)
		u = rest
	}
	return string(b)
}
