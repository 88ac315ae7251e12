package app

import (
	"maps"
	"sync"
)

// addresses says what listens where. HTTP answers with it while inputs still start.
type addresses struct {
	mu     sync.Mutex
	byName map[string]string
}

func (l *addresses) set(name, addr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byName == nil {
		l.byName = map[string]string{}
	}
	l.byName[name] = addr
}

// all returns a copy.
func (l *addresses) all() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.byName)
}
