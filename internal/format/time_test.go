package format

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	for _, b := range readBlocks(t, "testdata/time/fields.txt") {
		got := "refused"
		if ns, ok := ParseTime(b.line, receipt); ok {
			got = timeText(ns)
		}
		if got+"\n" != b.want {
			t.Errorf("%s: ParseTime(%q) = %s, want %s", b.at, b.line, got, b.want)
		}
	}
}

// Times of every zone rule must agree with package time, over the changes of the clocks too.
func TestClockAgreesWithPackageTime(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Skipf("no time zones on this machine: %v", err)
		}
		z := Zone{Location: loc}
		start := time.Date(2025, 12, 30, 0, 30, 0, 0, time.UTC)
		for h := range 500 * 24 {
			want := start.Add(time.Duration(h) * time.Hour)
			text := want.In(loc).Format("2006-01-02 15:04:05")
			got, ok := ParseTime(text, z)
			if !ok || time.Unix(0, got).In(loc).Format("2006-01-02 15:04:05") != text {
				t.Fatalf("%s: %s is read as %s", name, text, time.Unix(0, got).In(loc))
			}
		}
	}
}

func TestDaysAgreeWithPackageTime(t *testing.T) {
	for day := int64(-106_000); day < 106_000; day += 13 {
		d := time.Unix(day*secondsPerDay, 0).UTC()
		if got := daysSinceEpoch(d.Year(), int(d.Month()), d.Day()); got != day {
			t.Fatalf("%s is day %d, want %d", d, got, day)
		}
		if got := yearOf(day * secondsPerDay); got != d.Year() {
			t.Fatalf("day %d is in year %d, want %d", day, got, d.Year())
		}
	}
}

func TestMissingDateIsNearest(t *testing.T) {
	for _, c := range []struct{ text, now, want string }{
		{"23:59:50", "2026-11-20T00:00:10Z", "2026-11-19T23:59:50Z"},
		{"00:00:10", "2026-11-19T23:59:50Z", "2026-11-20T00:00:10Z"},
		{"Dec 31 23:59:50", "2027-01-01T00:00:10Z", "2026-12-31T23:59:50Z"},
		{"Jan  1 00:00:10", "2026-12-31T23:59:50Z", "2027-01-01T00:00:10Z"},
		{"Feb 29 12:00:00", "2024-03-05T00:00:00Z", "2024-02-29T12:00:00Z"},
		{"Feb 29 12:00:00", "2103-03-05T00:00:00Z", "2104-02-29T12:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got, n, ok := scanLeadingTime(c.text, Zone{Location: time.UTC, Now: now.UnixNano()})
		if !ok || n != len(c.text) || timeText(got) != c.want {
			t.Errorf("%q received at %s is %s (%d, %v), want %s", c.text, c.now, timeText(got), n, ok, c.want)
		}
	}
}

// A zone's own abbreviation wins over the table: CST is China's in Shanghai.
func TestOwnAbbreviation(t *testing.T) {
	z := Zone{Location: time.FixedZone("CST", 8*3600)}
	got, ok := ParseTime("2026-11-20 12:00:00 CST", z)
	if want := "2026-11-20T04:00:00Z"; !ok || timeText(got) != want {
		t.Errorf("got %s, want %s", timeText(got), want)
	}
}

func FuzzParseTime(f *testing.F) {
	for _, b := range readBlocks(f, "testdata/time/fields.txt") {
		f.Add(b.line)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ns, ok := ParseTime(s, receipt); ok {
			// What was read must be read again from its plain form.
			text := time.Unix(0, ns).UTC().Format(time.RFC3339Nano)
			if again, ok := ParseTime(text, receipt); !ok || again != ns {
				t.Fatalf("%q is %s, which is read as %d, %v", s, text, again, ok)
			}
		}
		if _, n, ok := scanLeadingTime(s, receipt); ok && (n <= 0 || n > len(s)) {
			t.Fatalf("%q: length %d", s, n)
		}
	})
}

// The quick look must find what the slow one finds, or nothing.
func FuzzScanUsual(f *testing.F) {
	for _, text := range []string{
		"2026-11-20T03:12:34.118Z", "2026-11-20 03:12:34 PM", "2026-11-20T03:12:34", "2026-13-40T25:61:61Z",
		"20/Nov/2026:03:12:34 +0900", "20/nOV/2026:03:12:34", "20/Nom/2026:03:12:34 ", "99/Dec/0000:99:99:99 AM",
		"2026-11-2:T03:12:34Z", "2026\xad11-20T03:12:34Z", "20/Nov/20260:3:12:345",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var quick, slow clock
		n := quick.scanUsual(s)
		if n == 0 {
			if quick != slow {
				t.Fatalf("%q: nothing was found, and yet %+v", s, quick)
			}
			return
		}
		if want := slow.scanDigits(s); n != want || quick != slow {
			t.Fatalf("%q is %+v up to %d, want %+v up to %d", s, quick, n, slow, want)
		}
	})
}

func BenchmarkParseTime(b *testing.B) {
	for _, text := range []string{"2026-11-20T03:12:34.118123Z", "2026-11-20T03:12:34.118+09:00", "1795143600118", "20/Nov/2026:12:00:00 +0900", "Nov 20 12:00:00"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseTime(text, receipt)
			}
		})
	}
}
