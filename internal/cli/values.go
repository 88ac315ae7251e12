package cli

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// valueText writes a number with the unit that its name ends in.
func valueText(name string, v float64) string {
	switch {
	case strings.HasSuffix(name, "_bytes_per_second"):
		return bytesText(int64(v)) + "/s"
	case strings.HasSuffix(name, "_bytes"):
		return bytesText(int64(v))
	case strings.HasSuffix(name, "_ms"):
		return durationText(time.Duration(v * float64(time.Millisecond)))
	case strings.HasSuffix(name, "_percent"):
		return numberText(v) + " %"
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

// durationText writes a duration in the unit that fits.
func durationText(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		if d < time.Second {
			return numberText(float64(d)/float64(time.Millisecond)) + " ms"
		}
		return numberText(d.Seconds()) + " s"
	case d < 3*time.Minute:
		return numberText(math.Round(d.Seconds())) + " s"
	case d < 3*time.Hour:
		return numberText(math.Round(d.Minutes())) + " min"
	case d < 72*time.Hour:
		return numberText(math.Round(d.Hours())) + " h"
	}
	return numberText(math.Round(d.Hours()/24)) + " d"
}
