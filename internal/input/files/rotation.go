package files

import "strings"

// logrotate, logback, kubelet and their like name a rotated file after the original:
// app.log.1, app.log-20261120, app.log.2026-11-20-13.gz, app-2026-11-20.0.log.gz, 0.log.20261120-101010.

const gzipSuffix = ".gz"

// rotatedFrom reports whether name may be what rotation made of the file original.
func rotatedFrom(name, original string) bool {
	if name == original {
		return false
	}
	name = strings.TrimSuffix(name, gzipSuffix)
	for {
		if name == original {
			return true
		}
		next, ok := cutNumber(name)
		if !ok {
			return false
		}
		name = next
	}
}

// family returns what all rotations of a file have in common: the name without numbers and compression.
func family(name string) string {
	name = strings.TrimSuffix(name, gzipSuffix)
	for {
		next, ok := cutNumber(name)
		if !ok {
			return name
		}
		name = next
	}
}

// cutNumber removes the last run of digits that a dot, minus or underscore precedes and that ends the name or
// stands before the next such sign.
func cutNumber(name string) (string, bool) {
	end := len(name)
	for i := len(name) - 1; i > 0; i-- {
		switch c := name[i]; {
		case c == '.' || c == '-' || c == '_':
			if i+1 < end && digits(name[i+1:end]) {
				return name[:i] + name[end:], true
			}
			end = i
		}
	}
	return name, false
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
