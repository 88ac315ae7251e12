package app

import "testing"

// A replay must end: letters of records that fail again, which it makes itself, are not its own to replay.
func TestReplayLeavesNewLetters(t *testing.T) {
	run := replayRun{ends: map[string]int64{"a1b2-deadletter-0": 10, "a1b2-deadletter-1": 0}}
	for id, isNew := range map[string]bool{
		"a1b2-deadletter-0-9":  false,
		"a1b2-deadletter-0-10": true,
		"a1b2-deadletter-1-0":  true,
		"0000-deadletter-0-99": false, // of an earlier queue
		"nonsense":             false,
	} {
		if got := run.isNew(id); got != isNew {
			t.Errorf("%s is new: %v, want %v", id, got, isNew)
		}
	}
}
