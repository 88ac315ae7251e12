package logsql

import "time"

// dayRange matches times of day, in ns since midnight UTC after adding offset; both bounds are included.
type dayRange struct {
	lo, hi, offset int64
	text           string
}

const dayNS = int64(24 * time.Hour)

func (m dayRange) Match(v string) bool {
	ns, ok := ParseTimeText(v)
	if !ok {
		return false
	}
	at := floorMod(ns+m.offset, dayNS)
	return m.lo <= at && at <= m.hi
}
func (m dayRange) Words() []string { return nil }
func (m dayRange) String() string  { return m.text }

// weekRange matches days of the week, Sunday 0 to Saturday 6, after adding offset; both bounds are included.
type weekRange struct {
	lo, hi time.Weekday
	offset int64
	text   string
}

func (m weekRange) Match(v string) bool {
	ns, ok := ParseTimeText(v)
	if !ok {
		return false
	}
	day := time.Unix(0, ns+m.offset).UTC().Weekday()
	return m.lo <= day && day <= m.hi
}
func (m weekRange) Words() []string { return nil }
func (m weekRange) String() string  { return m.text }

func floorMod(a, b int64) int64 {
	m := a % b
	if m < 0 {
		m += b
	}
	return m
}
