package files

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// A file over its quota waits, and is then stored whole and once; the others are read on meanwhile.
func TestFileOverItsQuotaWaitsAlone(t *testing.T) {
	r := newRig(t, "*.log")
	loud := r.path("loud.log")
	until := r.now.Add(10 * time.Second)
	r.sink.before = func(records []model.Record) error {
		of := func(rec model.Record) bool { return rec.Peer == loud }
		if r.now.Before(until) && slices.ContainsFunc(records, of) {
			return &model.QuotaError{
				BusyError: model.BusyError{Bound: "limits.sources of x", RetryAfter: until.Sub(r.now)}, Input: "files", Peer: loud,
			}
		}
		return nil
	}
	r.write("loud.log", numbered("loud", 0, 500))
	r.write("quiet.log", numbered("quiet", 0, 3))
	r.start()
	stored := func(prefix string) (n int) {
		for _, m := range r.messages() {
			if strings.HasPrefix(m, prefix) {
				n++
			}
		}
		return n
	}
	for stored("quiet") < 3 {
		if !r.now.Before(until) {
			t.Fatal("the quiet file had to wait for the loud one")
		}
		r.step(1)
	}
	r.write("quiet.log", numbered("quiet", 3, 6))
	for stored("quiet") < 6 {
		if !r.now.Before(until) {
			t.Fatal("what the quiet file got later had to wait for the loud one")
		}
		r.step(1)
	}
	for r.now.Before(until) {
		r.step(1)
	}
	r.settle()
	got := slices.DeleteFunc(r.messages(), func(m string) bool { return !strings.HasPrefix(m, "loud") })
	if diff := cmp.Diff(linesOf(numbered("loud", 0, 500)), got); diff != "" {
		t.Error(diff)
	}
	if r.sink.skipped > 0 {
		t.Errorf("%d lines were given twice", r.sink.skipped)
	}
}
