package api

import (
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Bounds of shared answers: how long one serves all who ask, and how many different ones are held.
const (
	groupsFresh = 10 * time.Second
	maxShared   = 16
)

// sharedGroups holds the last groups of dead letters, so that many open pages read a day of letters once. The zero value is
// ready.
type sharedGroups struct {
	mu   sync.Mutex // held while groups are made: who asks meanwhile gets the same answer
	made map[groupsAsked]madeGroups
}

// groupsAsked is what an answer depends on.
type groupsAsked struct {
	since string // as asked: a duration before now, or a time
	scope model.Scope
}

type madeGroups struct {
	at     time.Time
	answer *letterGroupsOutput
}

// get returns an answer that is at most groupsFresh old. One that fails is not held.
func (s *sharedGroups) get(asked groupsAsked, ask func() (*letterGroupsOutput, error)) (*letterGroupsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if made, ok := s.made[asked]; ok && now.Sub(made.at) < groupsFresh {
		return made.answer, nil
	}
	answer, err := ask()
	if err != nil {
		return nil, err
	}
	if s.made == nil || len(s.made) == maxShared {
		s.made = map[groupsAsked]madeGroups{}
	}
	s.made[asked] = madeGroups{now, answer}
	return answer, nil
}

// forget lets the next who asks see what has changed.
func (s *sharedGroups) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = nil
}
