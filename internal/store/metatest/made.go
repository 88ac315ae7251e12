package metatest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// Made is what people make: saved queries, rules, and replays of dead letters.
type Made interface {
	SavedQueries(ctx context.Context, who model.Principal) ([]model.SavedQuery, error)
	AddSavedQuery(ctx context.Context, who model.Principal, text model.SavedQueryText) (model.SavedQuery, error)
	ChangeSavedQuery(ctx context.Context, who model.Principal, id string, revision int64, text model.SavedQueryText) (model.SavedQuery, error)
	DeleteSavedQuery(ctx context.Context, who model.Principal, id string) error

	Rules(ctx context.Context, scope model.Scope) ([]model.SavedRule, error)
	AddRule(ctx context.Context, scope model.Scope, r model.SavedRule) (model.SavedRule, error)
	ChangeRule(ctx context.Context, scope model.Scope, r model.SavedRule) (model.SavedRule, error)
	DeleteRule(ctx context.Context, scope model.Scope, id string) error
	OrderRules(ctx context.Context, scope model.Scope, ids []string) error

	ReserveLetters(ctx context.Context, letters []model.Replay) ([]model.Replay, error)
	PendingLetters(ctx context.Context) ([]model.Replay, error)
	FinishLetters(ctx context.Context, sent, givenUp []model.Replay) error
	ReplayedLetters(ctx context.Context, letters []string) (map[string]time.Time, error)
	HoldLetters(ctx context.Context, letters []model.Replay) error
	RetryLetters(ctx context.Context, limit int) ([]model.Replay, error)
	HeldLetters(ctx context.Context, letters []string) (map[string]string, error)
	ReplaysOf(ctx context.Context, letters []string) (map[string]bool, error)
	ForgetLetters(ctx context.Context, before time.Time) (int64, error)
}

var everything = model.Everything

// operator is somebody who sees everything, and other people's queries.
func operator(name string) model.Principal {
	return model.Principal{ID: "id of " + name, Name: name, Kind: model.KindUser, Role: model.RoleOperator, Scope: everything}
}

// wantTaken checks that err is a *model.TakenError of a reason.
func wantTaken(t *testing.T, what string, err error, reason string) {
	t.Helper()
	var taken *model.TakenError
	if !errors.As(err, &taken) || taken.Reason != reason {
		t.Errorf("%s: %v, want a conflict of the %s", what, err, reason)
	}
}

func wantMissing(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, model.ErrNotFound) {
		t.Errorf("%s: %v, want not found", what, err)
	}
}

func savedQueries(t *testing.T, s Store) []model.SavedQuery {
	t.Helper()
	list, err := s.SavedQueries(t.Context(), operator("park"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func testSavedQueries(t *testing.T, s Store) {
	ctx := t.Context()
	text := model.SavedQueryText{
		Name: "느린 결제", Folder: "web/pay", Description: "over a second", Query: "took:>1s", From: "now-1h", To: "now", View: "table", Cols: "a,b",
	}
	first, err := s.AddSavedQuery(ctx, operator("kim"), text)
	if err != nil {
		t.Fatal(err)
	}
	if first.ID == "" || first.Revision != 1 || first.Owner != "kim" || first.SavedQueryText != text || first.Created.IsZero() {
		t.Errorf("added: %+v", first)
	}
	_, err = s.AddSavedQuery(ctx, operator("kim"), text)
	wantTaken(t, "a second one of the name", err, model.TakenName)
	other := text
	other.Folder = ""
	second, err := s.AddSavedQuery(ctx, operator("lee"), other)
	if err != nil {
		t.Fatalf("the name in another folder: %v", err)
	}

	third, err := s.AddSavedQuery(ctx, operator("kim"), other)
	if err != nil {
		t.Fatalf("a name that somebody else has taken: %v", err)
	}
	text.Query, text.Folder = "took:>2s", ""
	_, err = s.ChangeSavedQuery(ctx, operator("park"), first.ID, 1, text)
	wantTaken(t, "moved onto another one of its owner", err, model.TakenName)
	if err := s.DeleteSavedQuery(ctx, operator("kim"), third.ID); err != nil {
		t.Fatal(err)
	}
	text.Name = "z"
	changed, err := s.ChangeSavedQuery(ctx, operator("park"), first.ID, 1, text)
	if err != nil || changed.Revision != 2 || changed.SavedQueryText != text || changed.Owner != "kim" || !changed.Created.Equal(first.Created) {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	_, err = s.ChangeSavedQuery(ctx, operator("park"), first.ID, 1, text)
	wantTaken(t, "a stale change", err, model.TakenRevision)
	_, err = s.ChangeSavedQuery(ctx, operator("park"), "none", 1, text)
	wantMissing(t, "a change of nothing", err)

	s = s.Reopen(t)
	if diff := cmp.Diff([]model.SavedQuery{changed, second}, savedQueries(t, s)); diff != "" {
		t.Errorf("after a restart, by folder and name:\n%s", diff)
	}
	nobody, team, viewer := model.Principal{}, operator("lee"), operator("lee")
	team.Scope, viewer.Role = model.NewScope([]model.Grant{{Stream: `{team="a"}`}}, nil), model.RoleViewer
	another := viewer // lee's name was given anew
	another.ID = "2"
	if list, err := s.SavedQueries(ctx, nobody); err != nil || len(list) != 0 {
		t.Errorf("nobody sees %v, %v", list, err)
	}
	for _, lee := range []model.Principal{team, viewer} {
		if list, err := s.SavedQueries(ctx, lee); err != nil || !cmp.Equal(list, []model.SavedQuery{second}) {
			t.Errorf("%s sees %v, %v; want what is lee's own", lee.Role, list, err)
		}
		wantMissing(t, "another's deleted", s.DeleteSavedQuery(ctx, lee, first.ID))
		_, err = s.ChangeSavedQuery(ctx, lee, first.ID, 2, text)
		wantMissing(t, "another's changed", err)
	}
	if list, err := s.SavedQueries(ctx, another); err != nil || len(list) != 0 {
		t.Errorf("another one of the name sees %v, %v", list, err)
	}
	wantMissing(t, "deleted by who is nobody", s.DeleteSavedQuery(ctx, nobody, first.ID))
	if second, err = s.ChangeSavedQuery(ctx, team, second.ID, 1, second.SavedQueryText); err != nil {
		t.Errorf("its owner cannot change it: %v", err)
	}
	if err := s.DeleteSavedQuery(ctx, operator("park"), first.ID); err != nil {
		t.Error(err)
	}
	wantMissing(t, "deleted again", s.DeleteSavedQuery(ctx, operator("park"), first.ID))
	if diff := cmp.Diff([]model.SavedQuery{second}, savedQueries(t, s)); diff != "" {
		t.Errorf("after deleting one:\n%s", diff)
	}
}

// Whoever may read may save: one must not be able to fill the metadata, nor another one's room.
func testSavedQueriesAreBounded(t *testing.T, s Store) {
	ctx := t.Context()
	half := model.SavedQueryText{Name: "a", Query: strings.Repeat("가", model.MaxSavedChars/2)}
	first, err := s.AddSavedQuery(ctx, operator("kim"), half)
	must(t, err)
	half.Name = "b"
	_, err = s.AddSavedQuery(ctx, operator("kim"), half)
	must(t, err)
	if _, err := s.AddSavedQuery(ctx, operator("kim"), model.SavedQueryText{Name: "c", Query: "*"}); !errors.Is(err, model.ErrSavedFull) {
		t.Errorf("saved beyond the bound: %v", err)
	}
	first.Query += "*"
	if _, err := s.ChangeSavedQuery(ctx, operator("kim"), first.ID, first.Revision, first.SavedQueryText); !errors.Is(err, model.ErrSavedFull) {
		t.Errorf("grown beyond the bound: %v", err)
	}
	if _, err := s.AddSavedQuery(ctx, operator("lee"), half); err != nil {
		t.Errorf("another has no room: %v", err)
	}
	first.Query = "*"
	if _, err := s.ChangeSavedQuery(ctx, operator("kim"), first.ID, first.Revision, first.SavedQueryText); err != nil {
		t.Errorf("made smaller: %v", err)
	}
}

// Two people who change what they have both read must not overwrite each other.
func testOneOfTwoChanges(t *testing.T, s Store) {
	q, err := s.AddSavedQuery(t.Context(), operator("kim"), model.SavedQueryText{Name: "a", Query: "*"})
	if err != nil {
		t.Fatal(err)
	}
	const writers = 8
	won := make(chan int, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			text := model.SavedQueryText{Name: fmt.Sprint("by ", i), Query: "*"}
			if _, err := s.ChangeSavedQuery(t.Context(), operator("park"), q.ID, q.Revision, text); err == nil {
				won <- i
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of %d changes of one revision were accepted", len(won), writers)
	}
	if got, want := savedQueries(t, s)[0].Name, fmt.Sprint("by ", <-won); got != want {
		t.Errorf("the name is %q, want the winner's %q", got, want)
	}
}

func ruleIDs(t *testing.T, s Store) []string {
	t.Helper()
	list, err := s.Rules(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

func testRules(t *testing.T, s Store) {
	ctx := t.Context()
	rule := model.Rule{
		If: "a:1", Extract: &model.Extract{From: "raw", Grok: "%{IP:client.address}"},
		Rename: map[string]string{"a": "b"}, Drop: []string{"c"},
	}
	var ids []string
	var first model.SavedRule
	for i := range 3 {
		r, err := s.AddRule(ctx, everything, model.SavedRule{Name: fmt.Sprint(i), Rule: rule, Enabled: i != 1, Owner: "kim"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
		if i == 0 {
			first = r
		}
	}
	if diff := cmp.Diff(ids, ruleIDs(t, s)); diff != "" {
		t.Errorf("in the order in which they were added:\n%s", diff)
	}
	moved := []string{ids[2], ids[0], ids[1]}
	if err := s.OrderRules(ctx, everything, moved); err != nil {
		t.Fatal(err)
	}
	for what, order := range map[string][]string{
		"one is missing": ids[:2], "one is twice": {ids[0], ids[0], ids[1]}, "one is not there": {ids[0], ids[1], "none"},
		"one too many": append([]string{"none"}, ids...),
	} {
		wantTaken(t, what, s.OrderRules(ctx, everything, order), model.TakenOrder)
	}
	changed := first
	changed.Name, changed.Enabled, changed.Rule = "new", false, model.Rule{DropRecord: true}
	got, err := s.ChangeRule(ctx, everything, changed)
	if err != nil || got.Revision != 2 || got.Owner != "kim" {
		t.Fatalf("changed: %+v, %v", got, err)
	}
	_, err = s.ChangeRule(ctx, everything, changed)
	wantTaken(t, "a stale change", err, model.TakenRevision)
	changed.ID = "none"
	_, err = s.ChangeRule(ctx, everything, changed)
	wantMissing(t, "a change of nothing", err)

	s = s.Reopen(t)
	if diff := cmp.Diff(moved, ruleIDs(t, s)); diff != "" {
		t.Errorf("the order after a restart:\n%s", diff)
	}
	list, err := s.Rules(ctx, everything)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, list[1]); diff != "" {
		t.Errorf("the changed rule after a restart:\n%s", diff)
	}
	if diff := cmp.Diff(rule, list[0].Rule); diff != "" || !list[0].Enabled || list[2].Enabled {
		t.Errorf("the others after a restart:\n%s", diff)
	}
	if err := s.DeleteRule(ctx, everything, ids[0]); err != nil {
		t.Error(err)
	}
	wantMissing(t, "deleted again", s.DeleteRule(ctx, everything, ids[0]))
	if diff := cmp.Diff([]string{ids[2], ids[1]}, ruleIDs(t, s)); diff != "" {
		t.Errorf("after deleting one:\n%s", diff)
	}
}

// A letter is reserved once, and what was reserved before a crash is found again with the same sequence.
func testReplays(t *testing.T, s Store) {
	ctx := t.Context()
	letters := func(names ...string) (out []model.Replay) {
		for _, name := range names {
			out = append(out, model.Replay{Letter: name, Record: []byte("record of " + name)})
		}
		return out
	}
	reserve := func(names ...string) []model.Replay {
		t.Helper()
		out, err := s.ReserveLetters(ctx, letters(names...))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	pending := func() []model.Replay {
		t.Helper()
		out, err := s.PendingLetters(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := letters("b", "a", "c")
	for i := range want {
		want[i].Sequence = uint64(i + 1)
	}
	if diff := cmp.Diff(want, reserve("b", "a", "b", "c")); diff != "" {
		t.Fatalf("reserved:\n%s", diff)
	}
	if again := reserve("a", "b"); len(again) != 0 {
		t.Errorf("reserved twice: %v", again)
	}
	s = s.Reopen(t)
	if diff := cmp.Diff(want, pending()); diff != "" {
		t.Fatalf("pending after a crash:\n%s", diff)
	}
	if err := s.FinishLetters(ctx, want[:2], want[2:]); err != nil {
		t.Fatal(err)
	}
	if left := pending(); len(left) != 0 {
		t.Errorf("pending after the end: %v", left)
	}
	at, err := s.ReplayedLetters(ctx, []string{"a", "b", "c", "none"})
	if err != nil || len(at) != 2 || time.Since(at["a"]) > time.Hour || at["b"].IsZero() {
		t.Errorf("replayed: %v, %v", at, err)
	}
	s = s.Reopen(t)
	got := reserve("a", "c", "d")
	if len(got) != 2 || got[0].Letter != "c" || got[1].Letter != "d" {
		t.Fatalf("reserved later: %v", got)
	}
	if got[0].Sequence <= want[1].Sequence || got[1].Sequence <= got[0].Sequence {
		t.Errorf("sequences do not grow: %v", got)
	}

	// c and d are pending; when a and b go, what comes next must still be above all.
	if n, err := s.ForgetLetters(ctx, time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("forgot %d that were replayed just now, %v", n, err)
	}
	if n, err := s.ForgetLetters(ctx, time.Now().Add(time.Hour)); n != 2 || err != nil {
		t.Errorf("forgot %d of a and b, %v", n, err)
	}
	if left := pending(); len(left) != 2 {
		t.Errorf("pending after others were forgotten: %v", left)
	}
	if err := s.FinishLetters(ctx, got, nil); err != nil {
		t.Fatal(err)
	}
	if n, err := s.ForgetLetters(ctx, time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("forgot %d, %v; want all but the last", n, err)
	}
	if e := reserve("e"); len(e) != 1 || e[0].Sequence <= got[1].Sequence {
		t.Errorf("reserved after others were forgotten: %v, want above %d", e, got[1].Sequence)
	}

	// A held letter is out of the way, also after a crash, until it is taken up above all that was reserved meanwhile.
	held := pending()
	if len(held) != 1 || held[0].Letter != "e" {
		t.Fatalf("pending: %v", held)
	}
	held[0].Fault = "too new"
	if err := s.HoldLetters(ctx, held); err != nil {
		t.Fatal(err)
	}
	s = s.Reopen(t)
	f := reserve("e", "f")
	if left := pending(); len(f) != 1 || len(left) != 1 || left[0].Letter != "f" {
		t.Fatalf("reserved %v, pending %v while e is held", f, left)
	}
	if faults, err := s.HeldLetters(ctx, []string{"a", "e", "f", "none"}); err != nil || len(faults) != 1 || faults["e"] != "too new" {
		t.Errorf("held: %v, %v", faults, err)
	}
	many := make([]string, 2000) // more than databases take at once
	for i := range many {
		many[i] = fmt.Sprint("none ", i)
	}
	replays, err := s.ReplaysOf(ctx, append([]string{"a", "d"}, append(many, "e", "f")...)) // f is pending, a is forgotten
	if diff := cmp.Diff(map[string]bool{"d": false, "e": true}, replays); diff != "" || err != nil {
		t.Errorf("replays: %v\n%s", err, diff)
	}
	if replays, err := s.ReplaysOf(ctx, nil); len(replays) > 0 || err != nil {
		t.Errorf("replays of nothing: %v, %v", replays, err)
	}
	if n, err := s.ForgetLetters(ctx, time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("forgot %d, %v; want d and nothing that is pending or held", n, err)
	}
	again, err := s.RetryLetters(ctx, 10)
	if err != nil || len(again) != 1 || again[0].Letter != "e" || again[0].Sequence <= f[0].Sequence || again[0].Fault != "" {
		t.Fatalf("taken up: %v, %v", again, err)
	}
	if diff := cmp.Diff(append(f, again...), pending()); diff != "" {
		t.Errorf("pending after e was taken up:\n%s", diff)
	}
	if again, err := s.RetryLetters(ctx, 10); len(again) != 0 || err != nil {
		t.Errorf("taken up twice: %v, %v", again, err)
	}
}
