package model

// Principal is whoever makes a request. Until accounts exist every request from loopback is Local.
type Principal struct {
	ID   string // stable id; "local" until accounts exist
	Name string
}

// Local is the principal of requests from the machine itself.
var Local = Principal{ID: "local", Name: "local"}

// Scope says which records a principal may see. It is part of every store call and of any cache's key.
// The zero Scope sees nothing; Everything sees all.
type Scope struct {
	all bool
}

// Everything is the scope without limits.
var Everything = Scope{all: true}

// All reports whether the scope has no limits.
func (s Scope) All() bool { return s.all }
