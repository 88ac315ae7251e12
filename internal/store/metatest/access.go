package metatest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/haetae/haetae/internal/model"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)

func account(id, name string, role model.Role) model.Account {
	return model.Account{
		User:   model.User{ID: id, Name: name, Role: role, Teams: []string{}, Created: began, Revision: 1},
		Folded: name, Recovery: [][]byte{},
	}
}

func wantRefused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var refused *model.AccessError
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func testAccounts(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddTeam(ctx, model.Team{Code: "web", Name: "Web", Grants: []model.Grant{{Datasets: []string{"logs"}, Stream: `{a="b"}`}}}))
	must(t, s.AddTeam(ctx, model.Team{Code: "db", Name: "데이터베이스"}))
	a := account("1", "kim", model.RoleViewer)
	a.FullName, a.Email, a.Everything, a.MustChange, a.Password = "김해태", "kim@example.com", true, true, "hash"
	a.Teams = []string{"db", "web"}
	must(t, s.AddAccount(ctx, a, false))
	wantTaken(t, "the same name", s.AddAccount(ctx, account("2", "kim", model.RoleViewer), false), model.TakenName)
	odd := account("3", "lee", model.RoleViewer)
	odd.Teams = []string{"none"}
	wantRefused(t, "a team that is not there", s.AddAccount(ctx, odd, false), model.AccessInvalid)
	if _, err := s.Account(ctx, "3"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("who was refused is there: %v", err)
	}

	changed, err := s.ChangeAccount(ctx, "1", func(a *model.Account) error {
		a.Secret, a.Step, a.Epoch, a.Recovery, a.Teams = []byte{0, 255}, 9, 2, [][]byte{{1}, {2}}, []string{"db"}
		a.Name, a.Folded = "Kim", "kim"
		return nil
	})
	must(t, err)
	want := a
	want.Secret, want.Pending, want.Step, want.Epoch, want.Recovery, want.Teams = []byte{0, 255}, []byte{}, 9, 2, [][]byte{{1}, {2}}, []string{"db"}
	want.Name, want.Folded, want.SecondFactor, want.Revision = "Kim", "kim", true, 2
	if diff := cmp.Diff(want, changed, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("changed:\n%s", diff)
	}
	// A sign-in with a second factor, or another hash of the password, must not make an administrator's edit fail.
	if signedIn, err := s.ChangeAccount(ctx, "1", func(a *model.Account) error { a.Step, a.Password = 10, "hash2"; return nil }); err != nil || signedIn.Revision != 2 {
		t.Errorf("a sign-in made revision %d, %v", signedIn.Revision, err)
	}
	want.Step, want.Password = 10, "hash2"
	failed := errors.New("no")
	if _, err := s.ChangeAccount(ctx, "1", func(a *model.Account) error { a.Name = "x"; return failed }); !errors.Is(err, failed) {
		t.Errorf("a change that fails: %v", err)
	}
	_, err = s.ChangeAccount(ctx, "none", func(*model.Account) error { return nil })
	wantMissing(t, "a change of nobody", err)
	must(t, s.NoteSignIn(ctx, "1", began))
	want.LastSignIn = began

	s = s.Reopen(t)
	for what, read := range map[string]func() (model.Account, error){
		"by id":   func() (model.Account, error) { return s.Account(ctx, "1") },
		"by name": func() (model.Account, error) { return s.AccountNamed(ctx, "kim") },
	} {
		got, err := read()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s after a restart: %v\n%s", what, err, diff)
		}
	}
	must(t, s.DeleteTeam(ctx, "db"))
	if got, err := s.Account(ctx, "1"); err != nil || len(got.Teams) != 0 {
		t.Errorf("in teams %v after the team was deleted: %v", got.Teams, err)
	}
	must(t, s.AddTeam(ctx, model.Team{Code: "db", Name: "another"}))
	if got, err := s.Account(ctx, "1"); err != nil || len(got.Teams) != 0 {
		t.Errorf("a new team of the code has old members: %v, %v", got.Teams, err)
	}
	must(t, s.DeleteAccount(ctx, "1"))
	wantMissing(t, "deleted again", s.DeleteAccount(ctx, "1"))
}

// Two users of one provider, and a local one of the same name, are three people.
func testAccountsOfProviders(t *testing.T, s Store) {
	ctx := t.Context()
	a := account("1", "kim", model.RoleViewer)
	a.Provider, a.Subject = "corp", "s1"
	must(t, s.AddAccount(ctx, a, false))
	b := account("2", "lee", model.RoleViewer)
	b.Provider, b.Subject = "corp", "s1"
	wantTaken(t, "the subject again", s.AddAccount(ctx, b, false), model.TakenName)
	must(t, s.AddAccount(ctx, account("3", "park", model.RoleViewer), false))
	must(t, s.AddAccount(ctx, account("4", "choi", model.RoleViewer), false)) // neither has a provider
	if got, err := s.AccountOf(ctx, "corp", "s1"); err != nil || got.ID != "1" {
		t.Errorf("of the provider: %v, %v", got.ID, err)
	}
	_, err := s.AccountOf(ctx, "", "")
	wantMissing(t, "of no provider", err)
}

// An installation without administrator cannot be mended by anybody: of two that leave at a time one stays.
func testLastAdministrator(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	must(t, s.AddAccount(ctx, account("1", "kim", model.RoleAdmin), true))
	wantRefused(t, "a second first one", s.AddAccount(ctx, account("9", "x", model.RoleAdmin), true), model.AccessSetupDone)
	must(t, s.AddAccount(ctx, account("2", "lee", model.RoleAdmin), false))
	leave := map[string]func(s Store, id string) error{
		"deleted": func(s Store, id string) error { return s.DeleteAccount(ctx, id) },
		"disabled": func(s Store, id string) error {
			_, err := s.ChangeAccount(ctx, id, func(a *model.Account) error { a.Disabled = true; return nil })
			return err
		},
		"demoted": func(s Store, id string) error {
			_, err := s.ChangeAccount(ctx, id, func(a *model.Account) error { a.Role = model.RoleViewer; return nil })
			return err
		},
	}
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i, how := range []string{"disabled", "demoted"} {
		all.Go(func() { errs[i] = leave[how](stores[i], fmt.Sprint(i+1)) })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("of two administrators that leave at a time one must stay: %v", errs)
	}
	stays := "1"
	if errs[0] == nil {
		stays = "2"
	}
	for what, leave := range leave {
		wantRefused(t, what, leave(s, stays), model.AccessLastAdmin)
	}
}

// One person opens the link of the first start, or two at a time: one becomes administrator.
func testOneOfTwoSetups(t *testing.T, s Store) {
	stores := both(t, s)
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		all.Go(func() {
			errs[i] = stores[i%2].AddAccount(t.Context(), account(fmt.Sprint(i), fmt.Sprint("admin", i), model.RoleAdmin), true)
		})
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d first administrators: %v", made, errs)
	}
}

func testTeamsTokensMasks(t *testing.T, s Store) {
	ctx := t.Context()
	second := s.Second(t)
	before, err := second.AccessGeneration(ctx)
	must(t, err)
	team := model.Team{Code: "web", Name: "Web", Grants: []model.Grant{{Datasets: []string{"logs"}, Stream: `{a="b"}`}, {}}}
	must(t, s.AddTeam(ctx, team))
	wantTaken(t, "the code again", s.AddTeam(ctx, team), model.TakenName)
	team.Revision, team.Name = 1, "웹"
	must(t, s.ChangeTeam(ctx, team))
	wantTaken(t, "a stale change", s.ChangeTeam(ctx, team), model.TakenRevision)
	wantMissing(t, "a change of no team", s.ChangeTeam(ctx, model.Team{Code: "none"}))
	must(t, s.SetMasks(ctx, model.RoleViewer, []string{"a"}))
	must(t, s.SetMasks(ctx, model.RoleViewer, []string{"b", "c"}))
	expires := began.Add(time.Hour)
	first := model.TokenKey{Hash: []byte{0, 1}, Token: model.Token{
		ID: "t1", Name: "shipper", Role: model.RoleIngest, Datasets: []string{"logs"}, Owner: "kim", OwnerID: "id of kim", Created: began, Expires: &expires,
	}}
	other := model.TokenKey{Hash: []byte{2}, Token: model.Token{ID: "t0", Name: "읽기", Role: model.RoleViewer, Datasets: []string{}, Stream: `{a="b"}`, Created: began.Add(1)}}
	must(t, s.AddToken(ctx, first))
	must(t, s.AddToken(ctx, other))
	use := map[string]model.Use{"t1": {Time: began.Add(2), Address: "10.0.0.1"}, "gone": {Time: began}}
	must(t, s.UseTokens(ctx, use))
	must(t, second.UseTokens(ctx, map[string]model.Use{"t1": {Time: began.Add(1), Address: "earlier"}}))
	last := began.Add(2)
	first.LastUsed, first.LastAddress = &last, "10.0.0.1"

	after, err := second.AccessGeneration(ctx)
	if err != nil || after <= before {
		t.Errorf("another process sees no change: %d, then %d, %v", before, after, err)
	}
	s = s.Reopen(t)
	got, err := s.AccessState(ctx)
	team.Revision = 2
	want := model.AccessState{
		Generation: after, Teams: []model.Team{team}, Tokens: []model.TokenKey{first, other},
		Masks: model.RoleMasks{model.RoleViewer: {"b", "c"}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Errorf("after a restart: %v\n%s", err, diff)
	}
	must(t, s.DeleteToken(ctx, "t1"))
	wantMissing(t, "revoked again", s.DeleteToken(ctx, "t1"))
	must(t, s.DeleteTeam(ctx, "web"))
	wantMissing(t, "deleted again", s.DeleteTeam(ctx, "web"))
}

func testSessions(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.AddAccount(ctx, account("1", "kim", model.RoleViewer), false))
	session := func(id string, hash byte, at time.Time) model.SessionKey {
		return model.SessionKey{
			Session: model.Session{ID: id, User: "1", Created: at, LastUsed: at, Address: "::1", Client: "curl"},
			Hash:    []byte{hash}, Previous: []byte{}, Rotated: at, Epoch: 3,
		}
	}
	a, b := session("a", 1, began), session("b", 2, began.Add(time.Minute))
	must(t, s.AddSession(ctx, a))
	must(t, s.AddSession(ctx, b))
	rotated, err := s.RotateSession(ctx, "a", []byte{1}, []byte{9}, began.Add(time.Hour))
	if !rotated || err != nil {
		t.Fatalf("rotated: %v, %v", rotated, err)
	}
	if again, err := s.RotateSession(ctx, "a", []byte{1}, []byte{8}, began); again || err != nil {
		t.Errorf("a second rotation of one cookie: %v, %v", again, err)
	}
	must(t, s.SeeSession(ctx, "a", []byte{1}, began)) // not the cookie that it has
	again, err := s.RotateAgain(ctx, "a", []byte{9}, []byte{10}, began.Add(2*time.Hour))
	if !again || err != nil {
		t.Errorf("a cookie in place of one that never came: %v, %v", again, err)
	}
	must(t, s.SeeSession(ctx, "a", []byte{10}, began.Add(3*time.Hour)))
	must(t, s.SeeSession(ctx, "a", []byte{10}, began.Add(4*time.Hour)))
	if again, err := s.RotateAgain(ctx, "a", []byte{10}, []byte{11}, began); again || err != nil {
		t.Errorf("a cookie in place of one that came: %v, %v", again, err)
	}
	must(t, s.ViewSession(ctx, "a", "7"))
	must(t, s.UseSessions(ctx, map[string]model.Use{"a": {Time: began.Add(2 * time.Hour), Address: "10.0.0.1"}}))
	a.Hash, a.Previous, a.Rotated, a.View = []byte{10}, []byte{1}, began.Add(2*time.Hour), "7"
	a.Withdrawn, a.Seen = []byte{9}, began.Add(3*time.Hour)
	a.LastUsed, a.Address = began.Add(2*time.Hour), "10.0.0.1"
	s = s.Reopen(t)
	for _, hash := range []byte{10, 9, 1} {
		got, err := s.SessionOf(ctx, []byte{hash})
		if diff := cmp.Diff(a, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("the session of %d: %v\n%s", hash, err, diff)
		}
	}
	if got, err := s.Session(ctx, "a"); err != nil || !cmp.Equal(a, got, cmpopts.EquateEmpty()) {
		t.Errorf("the session by its id: %+v, %v", got, err)
	}
	_, err = s.Session(ctx, "c")
	wantMissing(t, "a session of no id", err)
	if list, err := s.Sessions(ctx, "1"); err != nil || len(list) != 2 || list[0].ID != "a" {
		t.Errorf("the last used first: %v, %v", list, err)
	}
	_, err = s.SessionOf(ctx, []byte{})
	wantMissing(t, "the session of no cookie", err) // b has no cookie before
	wantMissing(t, "ended by somebody else", s.EndSession(ctx, "2", "b"))
	if n, err := s.EndSessions(ctx, "1", "a"); n != 1 || err != nil {
		t.Errorf("ended %d others, %v", n, err)
	}
	must(t, s.ForgetSessions(ctx, began.Add(time.Hour), began))
	if _, err := s.SessionOf(ctx, []byte{9}); err != nil {
		t.Errorf("one in use was forgotten: %v", err)
	}
	must(t, s.ForgetSessions(ctx, began.Add(3*time.Hour), began))
	_, err = s.SessionOf(ctx, []byte{9})
	wantMissing(t, "one that is idle", err)
	generation := func() int64 {
		n, err := s.AccessGeneration(ctx)
		must(t, err)
		return n
	}
	for i := range 60 {
		before := generation()
		must(t, s.AddSession(ctx, session(fmt.Sprint(i), byte(100+i), began.Add(time.Duration(i)))))
		// Who keeps sessions in memory has to learn that one was pushed out, and need not read anew for each that begins.
		if told := generation() > before; told != (i >= 50) {
			t.Errorf("session %d begins, and all processes are told of it: %v", i+1, told)
		}
	}
	if list, err := s.Sessions(ctx, "1"); err != nil || len(list) != 50 || list[0].ID != "59" {
		t.Errorf("%d sessions are kept, %v", len(list), err)
	}
	must(t, s.DeleteAccount(ctx, "1"))
	if list, err := s.Sessions(ctx, "1"); err != nil || len(list) != 0 {
		t.Errorf("%d sessions of nobody, %v", len(list), err)
	}
}

// Attempts at a time must each be counted, by whichever process.
func testAttempts(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	var all sync.WaitGroup
	const attempts = 12
	for i := range attempts {
		all.Go(func() {
			for { // PostgreSQL may give up on one that others are in the way of again and again
				if stores[i%2].Attempt(ctx, "kim", began, func(a *model.Attempts) { a.Failures++ }) == nil {
					return
				}
			}
		})
	}
	all.Wait()
	until := began.Add(time.Minute)
	must(t, s.Attempt(ctx, "kim", began, func(a *model.Attempts) {
		if a.Failures != attempts {
			t.Errorf("%d of %d attempts were counted", a.Failures, attempts)
		}
		a.Until = until
	}))
	s = s.Reopen(t)
	left := func(name string) (left model.Attempts) {
		must(t, s.Attempt(ctx, name, began, func(a *model.Attempts) { left = *a }))
		return left
	}
	if got := left("kim"); got.Failures != attempts || !got.Until.Equal(until) {
		t.Errorf("after a restart: %+v", got)
	}
	for i := range 5 {
		must(t, s.Attempt(ctx, fmt.Sprint(i), began.Add(time.Duration(i)), func(a *model.Attempts) { a.Failures++ }))
	}
	must(t, s.ForgetAttempts(ctx, began, 2))
	for name, want := range map[string]int{"kim": attempts, "2": 0, "3": 0, "4": 1} {
		if got := left(name).Failures; got != want {
			t.Errorf("%s has %d failures after the old ones were forgotten, want %d", name, got, want)
		}
	}
}
