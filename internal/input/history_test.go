package input

import (
	"testing"
	"time"
)

var morning = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

func only(t *testing.T, s *Sources, now time.Time) SourceStats {
	t.Helper()
	rows := s.All(now)
	if len(rows) != 1 {
		t.Fatalf("%d sources, want 1", len(rows))
	}
	return rows[0]
}

// A minute that is an hour old must not come back when its place in the ring is read again.
func TestHistoryHoldsTheLastHour(t *testing.T) {
	s := NewSources()
	s.Received("syslog", "10.0.0.1", 7, 70, morning)
	s.Received("syslog", "10.0.0.1", 5, 50, morning.Add(30*time.Minute))
	s.Received("syslog", "10.0.0.1", 1, 10, morning.Add(30*time.Minute+59*time.Second))

	row := only(t, s, morning.Add(59*time.Minute))
	if len(row.Minutes) != 2 || row.Minutes[0].Records != 7 || row.Minutes[1].Records != 6 || row.Minutes[1].Bytes != 60 {
		t.Errorf("minutes are %+v", row.Minutes)
	}
	if row = only(t, s, morning.Add(60*time.Minute)); len(row.Minutes) != 1 || row.Minutes[0].Records != 6 {
		t.Errorf("minutes after an hour are %+v", row.Minutes)
	}
	if row.FirstSeen != morning {
		t.Errorf("first seen is %v", row.FirstSeen)
	}
}

func TestRateIsThatOfTheLastTenSeconds(t *testing.T) {
	s := NewSources()
	for i := range 60 {
		s.Received("syslog", "10.0.0.1", 20, 200, morning.Add(time.Duration(i)*time.Second))
	}
	if r := only(t, s, morning.Add(60*time.Second)).Rate; r != 20 {
		t.Errorf("rate is %v, want 20", r)
	}
	if r := only(t, s, morning.Add(75*time.Second)).Rate; r != 0 {
		t.Errorf("rate after 15 s of silence is %v, want 0", r)
	}
}

// What was usual must be known when nothing comes any more, and not be claimed of who came for a moment.
func TestUsualRateOutlivesSilence(t *testing.T) {
	s := NewSources()
	for i := range 30 {
		s.Received("syslog", "10.0.0.1", 12, 0, morning.Add(time.Duration(i)*time.Minute))
	}
	if u := only(t, s, morning.Add(2*time.Hour)).Usual; u != 12 {
		t.Errorf("usual is %v a minute, want 12", u)
	}
	short := NewSources()
	short.Received("jsonline", "10.0.0.2", 1_000_000, 0, morning)
	short.Received("jsonline", "10.0.0.2", 1_000_000, 0, morning.Add(time.Minute))
	if u := only(t, short, morning.Add(2*time.Hour)).Usual; u != 0 {
		t.Errorf("usual of two minutes is %v, want none", u)
	}
}

func TestLagIsTheMedianOfTheLastMinute(t *testing.T) {
	s := NewSources()
	s.Received("syslog", "10.0.0.1", 1, 1, morning)
	if only(t, s, morning).Lag != nil {
		t.Error("a lag is told without any event time")
	}
	s.Lagged("syslog", "10.0.0.1", time.Hour, morning)
	for _, lag := range []time.Duration{3 * time.Second, time.Second, 2 * time.Second} {
		s.Lagged("syslog", "10.0.0.1", lag, morning.Add(2*time.Minute))
	}
	if lag := only(t, s, morning.Add(2*time.Minute)).Lag; lag == nil || *lag != 2*time.Second {
		t.Errorf("lag is %v, want 2 s", lag)
	}
	if only(t, s, morning.Add(4*time.Minute)).Lag != nil {
		t.Error("the lag of minutes ago is still told")
	}
}

func TestLastRejection(t *testing.T) {
	s := NewSources()
	s.Rejected("syslog", "10.0.0.1", "line too long", 1, "aaa", morning)
	s.Rejected("syslog", "10.0.0.1", "not allowed", 3, "bbb", morning.Add(time.Second))
	got := only(t, s, morning).LastRejected
	if got == nil || *got != (Rejection{At: morning.Add(time.Second), Reason: "not allowed", Sample: "bbb"}) {
		t.Errorf("last rejection is %+v", got)
	}
	if total := s.Totals(); total.Rejected != 4 || total.Sources != 1 {
		t.Errorf("totals are %+v", total)
	}
}

// After a restart the hour before is not known; it must not be taken for one in which nothing came.
func TestUsualRateOutlivesARestart(t *testing.T) {
	s := NewSources()
	s.Restore([]SourceStats{{Input: "syslog", Peer: "10.0.0.1", Records: 900, FirstSeen: morning.Add(-time.Hour), LastSeen: morning, Usual: 12}}, morning)
	for i := range 30 {
		s.Received("syslog", "10.0.0.1", 20, 0, morning.Add(time.Duration(i)*time.Minute))
		want := 12.0
		if i >= leastMinutes {
			want = 20
		}
		if row := only(t, s, morning.Add(time.Duration(i)*time.Minute)); row.Usual != want || row.Records != int64(920+20*i) {
			t.Fatalf("after %d minutes %v are usual of %d, want %v", i, row.Usual, row.Records, want)
		}
	}
}

func TestRestoredSourceIsRejectedAgain(t *testing.T) {
	s := NewSources()
	s.Restore([]SourceStats{{Input: "syslog", Peer: "10.0.0.1", Rejected: map[string]int64{"too long": 2}, LastSeen: morning}}, morning)
	s.Rejected("syslog", "10.0.0.1", "too long", 1, "<13>", morning)
	if row := only(t, s, morning); row.Rejected["too long"] != 3 || row.Sample["too long"] != "<13>" || s.Totals().Rejected != 1 {
		t.Errorf("%+v, totals %+v", row, s.Totals())
	}
}
