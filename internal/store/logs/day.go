package logs

import "time"

const (
	dayForm = "2006-01-02"
	dayNs   = int64(24 * time.Hour)
)

// Events much older than their receipt share segments by month or year, so that records with random times do
// not make a file for each day of a century. Times before 1970 share one.
const (
	daysApart   = 60
	monthsApart = 2 * 365
)

// eventDay returns the day of the segment that holds an event, in days since the epoch.
func eventDay(eventNs, receivedNs int64) int64 {
	day, received := floorDay(eventNs), floorDay(receivedNs)
	if day < 0 {
		return -1
	}
	switch old := received - day; {
	case old <= daysApart:
		return day
	case old <= monthsApart:
		y, m, _ := dayTime(day).Date()
		return floorDay(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	}
	return floorDay(time.Date(dayTime(day).Year(), 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())
}

func floorDay(ns int64) int64 {
	day := ns / dayNs
	if ns%dayNs < 0 {
		day--
	}
	return day
}

func dayTime(day int64) time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, int(day)) }

func dayText(day int64) string { return dayTime(day).Format(dayForm) }
