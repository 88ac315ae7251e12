package pipe

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// appendMode appends a value as the mode of a format step writes it. What a mode cannot read is written as it is.
func appendMode(dst []byte, mode, v string) []byte {
	switch mode {
	case "q":
		return logsql.AppendJSONString(dst, v)
	case "uc":
		return append(dst, strings.ToUpper(v)...)
	case "lc":
		return append(dst, strings.ToLower(v)...)
	case "urlencode":
		return append(dst, url.QueryEscape(v)...)
	case "urldecode":
		if text, err := url.QueryUnescape(v); err == nil {
			return append(dst, text...)
		}
	case "hexencode":
		return appendUpperHex(dst, v)
	case "hexdecode":
		return appendFromHex(dst, v)
	case "base64encode":
		return base64.StdEncoding.AppendEncode(dst, []byte(v))
	case "base64decode":
		if text, err := base64.StdEncoding.DecodeString(v); err == nil {
			return append(dst, text...)
		}
	case "hexnumencode":
		if n, err := strconv.ParseUint(v, 10, 64); err == nil {
			digits := strings.ToUpper(strconv.FormatUint(n, 16))
			return append(append(dst, "0000000000000000"[len(digits):]...), digits...)
		}
	case "hexnumdecode":
		if n, err := strconv.ParseUint(v, 16, 64); err == nil && len(v) <= 16 {
			return strconv.AppendUint(dst, n, 10)
		}
	case "time":
		if ns, ok := unixTime(v); ok {
			return logsql.AppendTime(dst, ns)
		}
	case "duration":
		if v == "0" {
			break // without a unit
		}
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return append(dst, logsql.FormatDuration(n)...)
		}
	case "duration_seconds":
		if ns, ok := logsql.ParseDuration(v); ok {
			return strconv.AppendFloat(dst, float64(ns)/1e9, 'f', -1, 64)
		}
	case "ipv4":
		if n, err := strconv.ParseUint(v, 10, 32); err == nil {
			return logsql.IPv4Keys.Append(dst, int64(n))
		}
	}
	return append(dst, v...)
}

func appendUpperHex(dst []byte, v string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(v) {
		dst = append(dst, digits[v[i]>>4], digits[v[i]&15])
	}
	return dst
}

// appendFromHex appends the bytes of pairs of hexadecimal digits; a pair of other characters stays.
func appendFromHex(dst []byte, v string) []byte {
	for ; len(v) >= 2; v = v[2:] {
		if c, err := hex.DecodeString(v[:2]); err == nil {
			dst = append(dst, c...)
		} else {
			dst = append(dst, v[:2]...)
		}
	}
	return append(dst, v...)
}

// unixTime reads a Unix time in seconds, milliseconds, microseconds or nanoseconds, by its size, into ns.
func unixTime(v string) (int64, bool) {
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		return n * unixUnit(math.Abs(float64(n))), true
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) >= math.MaxInt64 {
		return 0, false
	}
	return int64(math.Round(f * float64(unixUnit(math.Abs(f))))), true
}

// unixUnit returns the nanoseconds of the unit that a Unix time of this size has. Each unit reaches to the year 2038,
// where seconds leave 31 bits.
func unixUnit(size float64) int64 {
	switch {
	case size < 1<<31:
		return 1e9
	case size < 1e3*(1<<31):
		return 1e6
	case size < 1e6*(1<<31):
		return 1e3
	}
	return 1
}
