package pattern

import (
	"fmt"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// What others' lines have taught, and since when a pattern is known, is not told to who does not see them.
func TestBooksOfScopesLearnApart(t *testing.T) {
	b := openBook(t, memory{})
	a := model.NewScope([]model.Grant{{Stream: `{team="a"}`}}, nil)
	for range 3 {
		learn(b, 10, logins("root", "alice", "carol", "dave", "bob", "erin")...)
	}
	line := logins("kim")
	all, own := learn(b, 20, line...)[0], learn(b.Of(a), 20, line...)[0]
	if all.Since != 10 || all.Text() == own.Text() {
		t.Fatalf("the book of all has not learned: %q", all.Text())
	}
	if own.Since != 20 || own.Text() != "Accepted password for kim from <ip> port <num>" {
		t.Errorf("team a reads %q, known since %d", own.Text(), own.Since)
	}
	if b.Of(a).Pattern(all.ID) != nil || b.Of(a).Tally(all.ID) != nil {
		t.Error("team a knows a pattern that it has not seen")
	}
	if again := b.Within(a).(*Book); again != b.Of(a) {
		t.Error("a scope has two books")
	}
	if b.Of(model.NewScope([]model.Grant{{}}, nil)) != b || b.Of(model.Everything) != b {
		t.Error("who sees everything has another book")
	}
}

// Scopes are many over time; those that are asked for stay.
func TestBooksOfScopesAreBounded(t *testing.T) {
	b := openBook(t, memory{})
	of := func(i int) model.Scope {
		return model.NewScope([]model.Grant{{Stream: fmt.Sprintf("{team=%q}", fmt.Sprint(i))}}, nil)
	}
	kept := b.Of(of(0))
	for i := range 5 * maxBooks {
		b.Of(of(i))
		if b.Of(of(0)) != kept {
			t.Fatalf("the book in use is gone after %d others", i)
		}
	}
	if n := len(b.within.byScope); n != maxBooks {
		t.Errorf("%d books, want %d", n, maxBooks)
	}
}
