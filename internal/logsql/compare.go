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
		if x < y {
			return -1
		}
		if x > y {
			return 1
		}
		return strings.Compare(a, b)
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
