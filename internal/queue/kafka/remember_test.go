package kafka

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
)

// A start that ends before the topics are kept, such as one that refuses another program's, leaves what is remembered as it was:
// neither a number of an earlier topic nor the queue before is lost.
func TestTopicsAreRememberedWhenKept(t *testing.T) {
	for _, again := range []string{"haetae.audit", "haetae.logs"} {
		opts, state := testOptions(fake(t).ListenAddrs(), 2), memory{}
		opts.Datasets, opts.Remember = apart("audit"), state
		q := closing(t, open(t, opts))
		before := maps.Clone(state)
		if _, err := q.admin.DeleteTopic(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			refused, err := Open(t.Context(), opts)
			if err != nil {
				t.Fatal(err)
			}
			if fresh := refused.Fresh(); !slices.Equal(fresh, []string{again}) {
				t.Errorf("new topics are %v", fresh)
			}
			if err := refused.Close(); err != nil {
				t.Error(err)
			}
			if now := fmt.Sprint(state); now != fmt.Sprint(before) {
				t.Errorf("%s was not kept, and remembered is %s", again, now)
			}
		}
		if kept := closing(t, open(t, opts)); again == "haetae.audit" && !slices.Equal(kept.PartitionsOf("audit"), []int{3}) {
			t.Errorf("the new topic has the numbers %v", kept.PartitionsOf("audit"))
		}
		if fresh := closing(t, open(t, opts)).Fresh(); len(fresh) > 0 {
			t.Errorf("what was kept is new again: %v", fresh)
		}
	}
}

// Of two processes that give one number to two partitions only one goes on.
func TestNumbersOfTwoProcesses(t *testing.T) {
	opts, state := testOptions(fake(t).ListenAddrs(), 1), memory{}
	opts.Remember = state
	id := closing(t, open(t, opts)).ID()
	opts.Datasets = apart("audit")
	slow, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	closing(t, slow)
	fast := opts
	fast.Datasets = apart("metrics")
	closing(t, open(t, fast))
	kept := string(state[id])
	if err := slow.Keep(t.Context()); !errors.Is(err, errNumbered) || string(state[id]) != kept {
		t.Errorf("numbers given twice: %v, remembered %s, want %s", err, state[id], kept)
	}
}

// What a version with one topic has left is read: its queue, and the numbers of its partitions.
func TestRememberedOfOneTopic(t *testing.T) {
	opts, state := testOptions(fake(t).ListenAddrs(), 2), memory{}
	opts.Remember = state
	id := closing(t, open(t, opts)).ID()
	clear(state)
	state["haetae.logs"] = fmt.Appendf(nil, `{"id":%q,"partitions":2}`, id)
	opts.Datasets = apart("audit")
	q := closing(t, open(t, opts))
	if logs, audit := q.PartitionsOf("logs"), q.PartitionsOf("audit"); q.ID() != id || !slices.Equal(logs, []int{0, 1}) || !slices.Equal(audit, []int{2}) {
		t.Errorf("queue %s, want %s; logs are %v, audit is %v", q.ID(), id, logs, audit)
	}
	if fresh := q.Fresh(); !slices.Equal(fresh, []string{"haetae.audit"}) {
		t.Errorf("new topics are %v", fresh)
	}
}
