package pipeline

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// A record at which the store panics, at once or only when a block of many is encoded, must not end the process, nor
// be read again at every start: exactly that one becomes a dead letter, and all others are stored once.
func TestStorePanicBecomesDeadLetter(t *testing.T) {
	for _, call := range []string{"append", "publish", "checkpoint"} {
		for culprit := range int64(9) {
			t.Run(fmt.Sprint(call, culprit), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c", "d", "e", "f", "g", "h", "i")}
					s.panics = func(at string, records map[int64]model.Record) {
						if rec, ok := records[culprit]; ok && at == call && rec.Dataset != model.DatasetDeadLetter {
							panic("cannot encode " + rec.Msg)
						}
					}
					s.dueAt = time.Now().Add(time.Second)
					_, problems := run(t, s, r, ConsumerOptions{}, time.Minute)
					if diff := cmp.Diff([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}, s.messages()); diff != "" {
						t.Error(diff)
					}
					for offset, rec := range s.records {
						if offset == culprit {
							want := []model.Field{
								{Name: "deadletter.reason", Value: "the store cannot take it: cannot encode " + rec.Msg},
								{Name: "deadletter.queue", Value: "q1"},
								{Name: "deadletter.partition", Value: "3"},
								{Name: "deadletter.offset", Value: fmt.Sprint(offset)},
							}
							if rec.Dataset != model.DatasetDeadLetter || !cmp.Equal(want, rec.Fields) {
								t.Errorf("the culprit is stored as %+v", rec)
							}
						} else if rec.Dataset != model.DatasetLogs {
							t.Errorf("offset %d became a %s as well", offset, rec.Dataset)
						}
					}
					if len(problems) != 0 {
						t.Errorf("problems %v", problems)
					}
				})
			})
		}
	}
}

// Two such records, and one whose dead letter makes the store panic as well: a bare one takes its place.
func TestStorePanicAtDeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "bad", "d", "worst", "f")}
		s.panics = func(call string, records map[int64]model.Record) {
			for _, rec := range records {
				if call == "checkpoint" && (rec.Msg == "worst" || rec.Msg == "bad" && rec.Dataset == model.DatasetLogs) {
					panic(strings.Repeat("\xff", 5000))
				}
			}
		}
		run(t, s, r, ConsumerOptions{}, time.Minute)
		if s.offset != 0 {
			t.Fatal("the last checkpoint should have failed")
		}
		s.due = true
		run(t, s, r, ConsumerOptions{}, time.Minute)
		if diff := cmp.Diff([]string{"a", "b", "bad", "d", "", "f"}, s.messages()); diff != "" {
			t.Error(diff)
		}
		bare := s.records[4]
		reason, _ := fieldValue(&bare, "deadletter.reason")
		if bare.Dataset != model.DatasetDeadLetter || len(reason) > 4096 || !strings.HasPrefix(reason, reasonStore) {
			t.Errorf("the worst is stored as %.300v", bare)
		}
	})
}

// The search must come to an end where offsets are lost, too.
func TestStorePanicAtGaps(t *testing.T) {
	for culprit := range int64(12) {
		synctest.Test(t, func(t *testing.T) {
			s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")}
			for _, lost := range []int64{0, 1, 4, 5, 6, 7, 8, 10} {
				r.records[lost] = nil
			}
			s.panics = func(at string, records map[int64]model.Record) {
				if rec, ok := records[culprit]; ok && at == "checkpoint" && rec.Dataset != model.DatasetDeadLetter {
					panic("cannot encode " + rec.Msg)
				}
			}
			s.dueAt = time.Now().Add(time.Second)
			run(t, s, r, ConsumerOptions{}, time.Minute)
			if diff := cmp.Diff([]string{"", "", "c", "d", "", "", "", "", "", "j", "", "l"}, s.messages()); diff != "" {
				t.Errorf("culprit %d: %s", culprit, diff)
			}
			for offset, rec := range s.records {
				if (rec.Dataset == model.DatasetDeadLetter) != (offset == culprit) {
					t.Errorf("culprit %d: offset %d became a %s", culprit, offset, rec.Dataset)
				}
			}
		})
	}
}

// A writer that has failed may hold half a record: it must not make the last checkpoint.
func TestStorePanicAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b")}
		c := newTestConsumers(t, ConsumerOptions{Open: s.Open})
		ctx, cancel := context.WithCancel(t.Context())
		s.panics = func(call string, _ map[int64]model.Record) {
			if call == "append" {
				cancel()
				panic("half a record")
			}
		}
		if err := c.Run(ctx, r); err != nil {
			t.Fatal(err)
		}
		if s.offset != 0 || len(s.records) != 0 {
			t.Errorf("stored up to %d: %v", s.offset, s.records)
		}
	})
}

// A store that fails at everything, for a while, is not the records' fault: none is given up.
func TestStorePanicAtEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{records: encoded("a", "b", "c")}
		s.due = true
		until, calls := time.Now().Add(10*time.Minute), 0
		s.panics = func(call string, _ map[int64]model.Record) {
			if call == "append" && time.Now().Before(until) {
				calls++
				panic("broken")
			}
		}
		_, problems := run(t, s, r, ConsumerOptions{}, time.Hour)
		for offset, msg := range []string{"a", "b", "c"} {
			if rec := s.records[int64(offset)]; rec.Msg != msg || rec.Dataset != model.DatasetLogs {
				t.Errorf("offset %d is %+v", offset, rec)
			}
		}
		if calls > 200 {
			t.Errorf("%d attempts in ten minutes", calls)
		}
		if n := len(problems); n < 2 || problems[0] != "3 store.failed true" || problems[n-1] != "3 store.failed false" {
			t.Errorf("problems %v", problems)
		}
	})
}

// A store that never recovers is not asked without pause, and nothing is passed over.
func TestStorePanicForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, r := newFakeStore(), &fakeReader{}
		s.dueAt = time.Now()
		s.offset, r.base, r.at = 5, 5, 5
		calls := 0
		s.panics = func(string, map[int64]model.Record) { calls++; panic("broken") }
		r.records = encoded("a")
		run(t, s, r, ConsumerOptions{}, time.Hour)
		if calls == 0 || calls > 500 {
			t.Errorf("%d attempts in an hour", calls)
		}
		if len(s.records) != 0 {
			t.Errorf("stored %v", s.records)
		}
	})
}
