package cli

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// valueText writes a number with the unit that its name ends in.
func valueText(name string, v float64, korean bool) string {
	switch {
	case strings.HasSuffix(name, "_bytes_per_second"):
		return bytesText(int64(v)) + "/s"
	case strings.HasSuffix(name, "_bytes"):
		return bytesText(int64(v))
	case strings.HasSuffix(name, "_ms"):
		if v < 10 {
			return numberText(v) + " ms"
		}
		return durationText(time.Duration(v*float64(time.Millisecond)), korean)
	case strings.HasSuffix(name, "_percent"):
		return numberText(v) + "%"
	case strings.HasSuffix(name, "_per_second"):
		return numberText(v) + "/s"
	}
	return numberText(v)
}

// numberText keeps a digit behind the point where it tells something.
func numberText(v float64) string {
	switch abs := math.Abs(v); {
	case v == math.Trunc(v) || abs >= 10:
	case abs < .1:
		return strconv.FormatFloat(v, 'g', 1, 64)
	default:
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	}
	digits := strconv.FormatInt(int64(math.Round(v)), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// durationText writes a duration in its two largest units that are not zero, as the console does.
func durationText(d time.Duration, korean bool) string {
	left, parts := d.Round(time.Millisecond), []string{}
	for _, u := range []struct {
		size            time.Duration
		english, korean string
	}{
		{24 * time.Hour, " d", "일"},
		{time.Hour, " h", "시간"},
		{time.Minute, " m", "분"},
		{time.Second, " s", "초"},
		{time.Millisecond, " ms", " ms"},
	} {
		n := int64(left / u.size)
		left %= u.size
		if n == 0 || len(parts) == 2 {
			continue
		}
		name := u.english
		if korean {
			name = u.korean
		}
		parts = append(parts, strconv.FormatInt(n, 10)+name)
	}
	if len(parts) == 0 {
		return "0 ms"
	}
	return strings.Join(parts, " ")
}

// bytesText writes bytes in decimal units, as the console does: 812 B, 4.1 MB.
func bytesText(n int64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		switch v := float64(n) / u.size; {
		case v >= 100:
			return numberText(v) + " " + u.name
		case v >= 1:
			return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) + " " + u.name
		}
	}
	return strconv.FormatInt(n, 10) + " B"
}
