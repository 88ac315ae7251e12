package system

import (
	"math"
	"testing"
	"time"
)

const gb = 1_000_000_000

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// week returns 1 GB for each of the seven days before noon's, and half of it for noon's.
func week() map[string]int64 {
	days := map[string]int64{noon.Format(dayForm): gb / 2}
	for i := 1; i <= 7; i++ {
		days[noon.AddDate(0, 0, -i).Format(dayForm)] = gb
	}
	return days
}

func TestForecast(t *testing.T) {
	long := noon.AddDate(0, 0, -30)
	for _, c := range []struct {
		name            string
		disk            Disk
		perDay          float64
		heldAt          int64
		boundIn, fullIn time.Duration
	}{
		{name: "nothing keeps it below", disk: Disk{ByDay: week(), First: long, Used: 8 * gb, Free: 10 * gb}, perDay: gb, fullIn: 10 * 24 * time.Hour},
		{name: "bound", disk: Disk{ByDay: week(), First: long, Used: 8 * gb, Free: 10 * gb, Bound: 12 * gb}, perDay: gb, heldAt: 12 * gb, boundIn: 4 * 24 * time.Hour},
		{name: "bound is reached", disk: Disk{ByDay: week(), First: long, Used: 12 * gb, Free: 10 * gb, Bound: 12 * gb}, perDay: gb, heldAt: 12 * gb},
		{name: "bound beyond the disk", disk: Disk{ByDay: week(), First: long, Used: 8 * gb, Free: 2 * gb, Bound: 12 * gb}, perDay: gb, fullIn: 2 * 24 * time.Hour},
		{name: "age keeps below the bound", disk: Disk{ByDay: week(), First: long, Used: 8 * gb, Free: 10 * gb, Bound: 12 * gb, Age: 10 * 24 * time.Hour}, perDay: gb, heldAt: 10 * gb},
		{name: "age is too long for the disk", disk: Disk{ByDay: week(), First: long, Used: 8 * gb, Free: 10 * gb, Age: 365 * 24 * time.Hour}, perDay: gb, fullIn: 10 * 24 * time.Hour},
		{name: "since six hours", disk: Disk{ByDay: map[string]int64{noon.Format(dayForm): gb}, First: noon.Add(-6 * time.Hour), Used: gb, Free: 8 * gb}, perDay: 4 * gb, fullIn: 2 * 24 * time.Hour},
		{name: "since a minute", disk: Disk{ByDay: map[string]int64{noon.Format(dayForm): gb}, First: noon.Add(-time.Minute), Used: gb, Free: 8 * gb}},
		{name: "nothing comes", disk: Disk{ByDay: map[string]int64{}, First: long, Used: gb, Free: 8 * gb}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.disk.forecast(noon)
			if math.Round(f.perDay) != c.perDay || f.heldAt != c.heldAt {
				t.Errorf("%.0f a day held at %d, want %.0f held at %d", f.perDay, f.heldAt, c.perDay, c.heldAt)
			}
			until(t, "bound", f.boundAt, c.boundIn)
			until(t, "full", f.fullAt, c.fullIn)
		})
	}
}

func until(t *testing.T, what string, at time.Time, want time.Duration) {
	t.Helper()
	if at.IsZero() != (want == 0) || !at.IsZero() && at.Sub(noon).Round(time.Minute) != want {
		t.Errorf("%s at %v, want in %v", what, at, want)
	}
}

func TestGrowthAddsUpDays(t *testing.T) {
	days := growth(map[string]int64{"2026-11-18": 3, "2026-11-20": 5, "2026-11-19": 2}, noon)
	if len(days) != 3 || days[0].bytes != 3 || days[1].bytes != 5 || days[2].bytes != 10 || days[2].at != noon {
		t.Errorf("growth is %+v", days)
	}
}
