package model

import (
	"slices"
	"testing"
)

// Scopes are keys of caches: what sees the same has to compare equal, and nothing else may.
func TestScopesCompare(t *testing.T) {
	a := Grant{Datasets: []string{"logs", "traps"}, Stream: `{team="a"}`}
	b := Grant{Datasets: []string{"traps", "logs", "logs"}, Stream: `{team="a"}`}
	if NewScope([]Grant{a, {}}, []string{"y", "x"}) != NewScope([]Grant{{}, b, a}, []string{"x", "y", "x"}) {
		t.Error("the same scope twice differs")
	}
	for _, other := range []Scope{{}, Everything, NewScope([]Grant{a}, nil), NewScope([]Grant{{}}, nil), NewScope([]Grant{a}, []string{"xy"}), NewScope([]Grant{a}, []string{"x", "y"})} {
		if other == NewScope([]Grant{a}, []string{"x"}) {
			t.Errorf("%v compares equal", other)
		}
	}
}

func TestScopeSaysWhatItSees(t *testing.T) {
	some := NewScope([]Grant{{Stream: `{team="a"}`}}, []string{"user"})
	for _, c := range []struct {
		name                       string
		scope                      Scope
		all, whole, records, empty bool
	}{
		{"everything", Everything, true, true, true, false},
		{"nothing", Scope{}, false, false, false, true},
		{"nothing, masked", NewScope(nil, []string{"user"}), false, false, false, true},
		{"all but audit", NewScope([]Grant{{Stream: "{a=b}"}, {}}, nil), false, true, true, false},
		{"all but audit, masked", NewScope([]Grant{{}}, []string{"user"}), false, false, true, false},
		{"some", some, false, false, false, false},
	} {
		if c.scope.All() != c.all || c.scope.Whole() != c.whole || c.scope.AllRecords() != c.records || c.scope.Empty() != c.empty {
			t.Errorf("%s: all %t, whole %t, all records %t, empty %t", c.name, c.scope.All(), c.scope.Whole(), c.scope.AllRecords(), c.scope.Empty())
		}
	}
	if got := some.Masked(); !slices.Equal(got, []string{"user"}) {
		t.Errorf("masked %q", got)
	}
	if got := some.Grants(); len(got) != 1 || got[0].Stream != `{team="a"}` || got[0].Datasets != nil {
		t.Errorf("grants %+v", got)
	}
}

func TestSending(t *testing.T) {
	free, bound := Principal{}, Principal{Send: []string{"traps"}}
	if !free.MaySend("") || !free.MaySend("flows") || free.MaySend(DatasetAudit) || free.MaySend(DatasetDeadLetter) {
		t.Error("without a bound")
	}
	if bound.MaySend("") || !bound.MaySend("traps") {
		t.Error("with a bound")
	}
}
