package input

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a sink acknowledges and does not store must not be counted as stored, whatever the order of runs in which its input
// counts; the two sums are what the source has sent.
func TestLeftOutIsNotStored(t *testing.T) {
	s := NewSources()
	now := time.Unix(1_700_000_000, 0)
	s.Left("jsonline", "10.0.0.1", "chatty", ReasonQuotaDropped, 7, now)
	s.Received("jsonline", "10.0.0.1", 4, 400, now)
	s.Received("jsonline", "10.0.0.1", 8, 800, now)
	s.Received("jsonline", "10.0.0.1", 5, 500, now)
	s.Received("jsonline", "10.0.0.2", 5, 500, now)
	s.Left("jsonline", "10.0.0.2", "chatty", ReasonQuotaSampled, 3, now.Add(time.Second))
	s.Received("jsonline", "10.0.0.2", 3, 300, now)
	s.Waits("files", "/var/log/a", "all", now.Add(-time.Minute))
	s.Waits("files", "/var/log/a", "all", now.Add(-time.Minute))
	got := map[string]SourceStats{}
	for _, row := range s.All(now) {
		got[row.Peer] = row
	}
	one, two, file := got["10.0.0.1"], got["10.0.0.2"], got["/var/log/a"]
	if one.Records != 10 || one.Bytes != 1000 || one.Rejected[ReasonQuotaDropped] != 7 || one.Minutes[0].Records != 10 {
		t.Errorf("of the first: %+v", one)
	}
	if two.Records != 5 || two.Bytes != 500 || two.Rejected[ReasonQuotaSampled] != 3 {
		t.Errorf("of the second: %+v", two)
	}
	if diff := cmp.Diff(&QuotaUse{Name: "all", At: now.Add(-time.Minute), Waits: 2}, file.Quota); diff != "" || file.Rejected != nil {
		t.Errorf("of who waits: %s, rejected %v", diff, file.Rejected)
	}
	if diff := cmp.Diff([]string{"jsonline/10.0.0.1", "jsonline/10.0.0.2"}, s.OverQuota(now.Add(-time.Second))); diff != "" {
		t.Error(diff)
	}
}
