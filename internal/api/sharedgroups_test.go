package api

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Pages that are open side by side must not each read a day of letters; what a replay has changed is seen at once.
func TestGroupsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sharedGroups
		made, fails := 0, errors.New("the store is away")
		var fault error
		ask := func(since string, want int) {
			t.Helper()
			_, err := s.get(groupsAsked{since: since}, func() (*letterGroupsOutput, error) { made++; return &letterGroupsOutput{}, fault })
			if made != want || !errors.Is(err, fault) {
				t.Errorf("made %d times, want %d; %v", made, want, err)
			}
		}
		fault = fails
		ask("24h", 1)
		fault = nil
		ask("24h", 2) // what failed is asked again
		ask("24h", 2)
		ask("1h", 3)
		time.Sleep(groupsFresh - time.Millisecond)
		ask("24h", 3)
		time.Sleep(time.Millisecond)
		ask("24h", 4)
		s.forget()
		ask("24h", 5)
		for i := range 3 * maxShared {
			ask(fmt.Sprint(i, "m"), 6+i)
		}
		if len(s.made) > maxShared {
			t.Errorf("%d answers are held", len(s.made))
		}
	})
}
