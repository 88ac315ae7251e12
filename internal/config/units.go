package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a time span written with s, m, h, d, w or y (also ms), such as 90s, 1h30m or 30d.
type Duration time.Duration

// UnmarshalText reads the written form.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes the shortest form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Duration) String() string {
	v := time.Duration(d)
	for _, u := range durationUnits {
		if v != 0 && v%u.size == 0 {
			return strconv.FormatInt(int64(v/u.size), 10) + u.name
		}
	}
	return v.String()
}

var durationUnits = []struct {
	name string
	size time.Duration
}{
	{"y", 365 * 24 * time.Hour},
	{"w", 7 * 24 * time.Hour},
	{"d", 24 * time.Hour},
	{"h", time.Hour},
	{"m", time.Minute},
	{"s", time.Second},
	{"ms", time.Millisecond},
}

// ParseDuration reads spans such as 30d, 1h30m or 1.5h; a day has 24 hours, a year 365 days.
func ParseDuration(text string) (time.Duration, error) {
	errForm := fmt.Errorf("%q is not a time span, write it like 90s, 15m, 12h, 30d, 4w or 1y", text)
	rest := strings.TrimSpace(text)
	if rest == "0" {
		return 0, nil
	}
	if rest == "" {
		return 0, errForm
	}
	var total float64
	for rest != "" {
		n := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if n <= 0 {
			return 0, errForm
		}
		value, err := strconv.ParseFloat(rest[:n], 64)
		if err != nil {
			return 0, errForm
		}
		rest = rest[n:]
		n = strings.IndexFunc(rest, func(r rune) bool { return r >= '0' && r <= '9' })
		if n < 0 {
			n = len(rest)
		}
		unit := time.Duration(0)
		for _, u := range durationUnits {
			if u.name == rest[:n] {
				unit = u.size
			}
		}
		if unit == 0 {
			return 0, errForm
		}
		total += value * float64(unit)
		rest = rest[n:]
	}
	if total > math.MaxInt64 {
		return 0, errForm
	}
	return time.Duration(total), nil
}

// Size is a number of bytes written like 16MiB, 1GB or 4096.
type Size int64

// UnmarshalText reads the written form.
func (s *Size) UnmarshalText(text []byte) error {
	v, err := ParseSize(string(text))
	*s = Size(v)
	return err
}

// MarshalText writes the shortest exact form in powers of 1024.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s Size) String() string {
	for i := len(sizeUnits) - 1; i > 0; i-- {
		if u := sizeUnits[i]; u.binary && s != 0 && int64(s)%u.size == 0 {
			return strconv.FormatInt(int64(s)/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

var sizeUnits = []struct {
	name   string
	size   int64
	binary bool
}{
	{"B", 1, true},
	{"KB", 1e3, false},
	{"MB", 1e6, false},
	{"GB", 1e9, false},
	{"TB", 1e12, false},
	{"KiB", 1 << 10, true},
	{"MiB", 1 << 20, true},
	{"GiB", 1 << 30, true},
	{"TiB", 1 << 40, true},
}

// ParseSize reads a number of bytes.
func ParseSize(text string) (int64, error) {
	rest := strings.TrimSpace(text)
	n := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	number, unit := rest, ""
	if n >= 0 {
		number, unit = rest[:n], strings.TrimSpace(rest[n:])
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a size, write it like 16MiB, 2GB or 4096", text)
	}
	if unit == "" {
		unit = "B"
	}
	for _, u := range sizeUnits {
		if strings.EqualFold(u.name, unit) {
			if value *= float64(u.size); value > math.MaxInt64 {
				return 0, errors.New("the size is too large")
			}
			return int64(value), nil
		}
	}
	return 0, fmt.Errorf("%q is not a size, write it like 16MiB, 2GB or 4096", text)
}

// Share is a size, or a part of the whole: 80%.
type Share struct {
	Bytes   int64
	Percent float64
}

// UnmarshalText reads "80%" or a size.
func (s *Share) UnmarshalText(text []byte) error {
	if p, ok := strings.CutSuffix(strings.TrimSpace(string(text)), "%"); ok {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || v <= 0 || v > 100 {
			return fmt.Errorf("%q is not a share, write it like 80%% or 500GiB", text)
		}
		*s = Share{Percent: v}
		return nil
	}
	v, err := ParseSize(string(text))
	*s = Share{Bytes: v}
	return err
}

// MarshalText writes the form that UnmarshalText reads.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s Share) String() string {
	if s.Percent > 0 {
		return strconv.FormatFloat(s.Percent, 'f', -1, 64) + "%"
	}
	return Size(s.Bytes).String()
}

// Of returns the bytes that the share means of a whole.
func (s Share) Of(whole uint64) int64 {
	if s.Percent > 0 {
		return int64(float64(whole) * s.Percent / 100)
	}
	return s.Bytes
}
