package logsql

import (
	"cmp"
	"strings"
)

// CompareValues orders two values as sort, min and max do: numbers by size, then all other text in natural
// order, in which runs of digits compare as numbers ("host-9" before "host-10"). Numbers come before text,
// RFC 3339 times compare as times, and "", a missing value, comes last.
func CompareValues(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	x, xok := ParseNumber(a)
	y, yok := ParseNumber(b)
	switch {
	case xok && yok:
		return cmp.Or(CompareNumbers(x, y, a, b), strings.Compare(a, b))
	case xok:
		return -1
	case yok:
		return 1
	}
	if looksLikeTime(a) && looksLikeTime(b) {
		x, xok := ParseTimeText(a)
		y, yok := ParseTimeText(b)
		if xok && yok && x != y {
			return cmp.Compare(x, y)
		}
	}
	return compareNatural(a, b)
}

// CompareNumbers orders the numbers x and y that ParseNumber has read from a and b. Whole numbers from ManyTexts on are
// told apart by their digits, and come before others that are as large.
func CompareNumbers(x, y float64, a, b string) int {
	if x != y || x < ManyTexts && -x < ManyTexts {
		return cmp.Compare(x, y)
	}
	p, pok := wholeDigits(a)
	q, qok := wholeDigits(b)
	switch {
	case pok && qok:
		d := cmp.Or(cmp.Compare(len(p), len(q)), strings.Compare(p, q))
		if x < 0 {
			return -d
		}
		return d
	case pok:
		return -1
	case qok:
		return 1
	}
	return 0
}

// ManyTexts is the number from which on several whole numbers are one float64.
const ManyTexts = 1 << 53

// wholeDigits returns a whole number without its sign and leading zeros.
func wholeDigits(s string) (digits string, ok bool) {
	if s[0] == '-' || s[0] == '+' {
		s = s[1:]
	}
	for i := range len(s) {
		if !isDigit(s[i]) {
			return "", false
		}
	}
	return strings.TrimLeft(s, "0"), true
}

func compareNatural(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if !isDigit(a[i]) || !isDigit(b[j]) {
			if a[i] != b[j] {
				return int(a[i]) - int(b[j])
			}
			i++
			j++
			continue
		}
		for i < len(a) && a[i] == '0' {
			i++
		}
		for j < len(b) && b[j] == '0' {
			j++
		}
		x, y := i, j
		for i < len(a) && isDigit(a[i]) {
			i++
		}
		for j < len(b) && isDigit(b[j]) {
			j++
		}
		if d := (i - x) - (j - y); d != 0 {
			return d
		}
		if d := strings.Compare(a[x:i], b[y:j]); d != 0 {
			return d
		}
	}
	if d := (len(a) - i) - (len(b) - j); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
