// Package system judges how the server itself is.
package system

import (
	"cmp"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
)

// How far back growth is looked at, and from how much of it a day's is told.
const (
	growthWindow = 7 * 24 * time.Hour
	growthLeast  = time.Hour
)

const dayForm = "2006-01-02"

// Disk is what a forecast is made of: sizes in bytes.
type Disk struct {
	ByDay map[string]int64 // segments by UTC day of receipt
	First time.Time        // first receipt that is known
	Used  int64            // by segments
	Free  int64
	Bound int64         // of all segments; 0 for none
	Age   time.Duration // of records when they go; 0 for ever
}

// Tell adds to what is shown of the disk how it has grown, and what becomes of it.
func (d *Disk) Tell(to *api.SystemDisk, now time.Time) {
	for _, day := range growth(d.ByDay, now) {
		to.History = append(to.History, api.DiskDay{At: day.at, Bytes: day.bytes})
	}
	f := d.forecast(now)
	if f.perDay > 0 {
		to.BytesPerDay = &f.perDay
	}
	if f.heldAt > 0 {
		to.HeldAt = &f.heldAt
	}
	if !f.boundAt.IsZero() {
		to.BoundAt = &f.boundAt
	}
	if !f.fullAt.IsZero() {
		to.FullAt = &f.fullAt
	}
}

// forecast is what becomes of the disk when as much comes in as lately.
type forecast struct {
	perDay  float64   // bytes; 0 when it cannot be told yet
	heldAt  int64     // size at which retention keeps the segments; 0 when it does not, or cannot in time
	boundAt time.Time // when the bound is reached; zero when age keeps below it, or it is reached already
	fullAt  time.Time // when the disk is full; zero when retention prevents it
}

func (d *Disk) forecast(now time.Time) forecast {
	window := growthWindow
	if d.Age > 0 {
		window = min(window, d.Age) // what is older is gone
	}
	from := now.Add(-window).UTC().Truncate(24 * time.Hour)
	if d.First.After(from) {
		from = d.First
	}
	span := now.Sub(from)
	if span < growthLeast {
		return forecast{}
	}
	var grown int64
	for day, bytes := range d.ByDay {
		if day >= from.UTC().Format(dayForm) {
			grown += bytes
		}
	}
	f := forecast{perDay: float64(grown) * float64(24*time.Hour) / float64(span)}
	if f.perDay == 0 {
		return f
	}
	held := d.Bound
	if d.Age > 0 {
		if byAge := int64(f.perDay * float64(d.Age) / float64(24*time.Hour)); held == 0 || byAge < held {
			held = byAge
		}
	}
	if held == 0 || held > d.Used+d.Free {
		f.fullAt = f.after(now, d.Free)
		return f
	}
	f.heldAt = held
	if held == d.Bound && d.Used < d.Bound {
		f.boundAt = f.after(now, d.Bound-d.Used)
	}
	return f
}

// after returns when so many bytes more will have come; a thousand years at most.
func (f *forecast) after(now time.Time, bytes int64) time.Time {
	days := min(float64(bytes)/f.perDay, 365_000)
	return now.AddDate(0, 0, int(days)).Add(time.Duration((days - float64(int(days))) * float64(24*time.Hour)))
}

// diskDay is the size of what was received until the end of a day.
type diskDay struct {
	at    time.Time
	bytes int64
}

// growth adds up the days, the oldest first; the last ends now.
func growth(byDay map[string]int64, now time.Time) []diskDay {
	var days []diskDay
	for day, bytes := range byDay {
		begin, err := time.Parse(dayForm, day)
		if err != nil {
			continue // written by dayForm
		}
		end := begin.AddDate(0, 0, 1)
		if end.After(now) {
			end = now
		}
		days = append(days, diskDay{end, bytes})
	}
	slices.SortFunc(days, func(a, b diskDay) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for i := 1; i < len(days); i++ {
		days[i].bytes += days[i-1].bytes
	}
	return days
}
