package main

import (
	"testing"
	"time"
)

func TestEffectsTable(t *testing.T) {
	got := effectsTable([]effect{
		{"linger.ms", 0, 5, []figure{{"requests/s", 2000, 1500}, {"rows", 10, 25}, {"p99, ms", 8, 8.8}}},
		{"fetch.min.bytes", 1, bytesOf(64 << 10), []figure{{"fetches/s", 0, 3}}},
	})
	want := "| Setting | From → to | What followed |\n|---|---|---|\n" +
		"| `linger.ms` | 0 → 5 | requests/s 2,000 → 1,500 (−25 %); rows 10.0 → 25.0 (× 2.5); p99, ms 8.00 → 8.80 (+10 %) |\n" +
		"| `fetch.min.bytes` | 1 → 64 KiB | fetches/s 0.00 → 3.00 |\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestCount(t *testing.T) {
	for v, want := range map[float64]string{0.123: "0.12", 45.67: "45.7", 999: "999", 1000: "1,000", 1234567.8: "1,234,568"} {
		if got := count(v); got != want {
			t.Errorf("count(%v) = %q, want %q", v, got, want)
		}
	}
}

// CPU time and wall time must not be taken for each other.
func TestCost(t *testing.T) {
	c := cost{rows: 600, wall: 2 * time.Second, cpu: 3 * time.Second}
	if c.perSecond() != 300 || c.perCPUSecond() != 200 {
		t.Errorf("%v rows/s, %v rows/CPU-s", c.perSecond(), c.perCPUSecond())
	}
	quiet := cost{rows: 600, wall: time.Second, cpu: 4 * time.Second, peakRSS: 7}
	if got, want := c.best(quiet), (cost{rows: 600, wall: time.Second, cpu: 3 * time.Second, peakRSS: 7}); got != want {
		t.Errorf("best is %+v, want %+v", got, want)
	}
}
