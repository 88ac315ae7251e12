package access

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// A cookie that somebody has planted in a browser must not become the session of who signs in there.
func TestFixation(t *testing.T) {
	f := newFixture(t)
	_, _, attackers := f.signedIn("mallory", model.RoleViewer)
	planted, _ := newCookie()
	f.user("kim", model.RoleAdmin)
	for _, sent := range []string{attackers, planted, ""} {
		got := f.signIn("kim")
		if got == sent {
			t.Fatal("the cookie that was sent was taken over")
		}
		if p := f.principal(got); p.Name != "kim" {
			t.Errorf("signed in as %s", p.Name)
		}
	}
	f.over("a planted cookie", planted)
	if p := f.principal(attackers); p.Name != "mallory" {
		t.Errorf("the attacker's cookie is %s", p.Name)
	}
}

func TestSessionsEndByTime(t *testing.T) {
	f := newFixture(t)
	_, _, cookie := f.signedIn("kim", model.RoleViewer)
	idle, most := time.Duration(f.settings.SessionIdle), time.Duration(f.settings.SessionMax)

	left := f.signIn("kim")
	begin := f.Now()
	for f.Now().Add(idle - time.Minute).Before(begin.Add(most)) {
		f.pass(idle - time.Minute)
		p, renewed, err := f.Session(t.Context(), cookie, here)
		if err != nil {
			t.Fatalf("in use for %s: %v", f.Now().Sub(begin), err)
		}
		if renewed == "" || p.Name != "kim" {
			t.Fatalf("after %s the cookie is the same", idle)
		}
		cookie = renewed
		f.must(f.Tidy(t.Context())) // writes down what was used, and forgets what is idle
	}
	f.over("idle", left)
	f.pass(begin.Add(most).Sub(f.Now()))
	f.over("after the longest time", cookie)
	f.pass(time.Second)
	f.must(f.Tidy(t.Context()))
	if keys, err := f.store.Sessions(t.Context(), f.book.Load().userNamed("kim")); err != nil || len(keys) != 0 {
		t.Errorf("%d sessions are kept that are over: %v", len(keys), err)
	}
}

// A cookie that was copied is worth an hour: when it is shown after the browser has another one, both are over.
func TestCopiedCookie(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, _, old := f.signedIn("kim", model.RoleViewer)
	f.pass(rotateEvery)
	_, renewed, err := f.Session(ctx, old, here)
	f.must(err)
	if renewed == "" || renewed == old {
		t.Fatal("the cookie was not renewed")
	}
	f.pass(grace / 2)
	if _, again, err := f.Session(ctx, old, here); err != nil || again != "" {
		t.Errorf("a request that was under way: %v, renewed %v", err, again != "")
	}
	if p := f.principal(renewed); p.Name != "kim" {
		t.Error(p)
	}
	other := f.another()
	f.pass(grace)
	if _, _, err := other.Session(ctx, old, there); err == nil {
		t.Fatal("the old cookie is taken for ever")
	}
	f.must(f.poll(ctx))
	f.over("a session of which a copy was shown", renewed)
}

// Whatever takes a right away ends the sessions that had it, in this process at once and in others by the next poll.
func TestSessionsEndByChange(t *testing.T) {
	ctx := t.Context()
	for what, change := range map[string]func(f *fixture, u model.User, p model.Principal) error{
		"password changed": func(f *fixture, _ model.User, p model.Principal) error {
			_, err := f.ChangePassword(ctx, p, goodPassword, "correct horse battery", here)
			return err
		},
		"password reset": func(f *fixture, u model.User, _ model.Principal) error {
			_, err := f.ResetPassword(ctx, u.ID)
			return err
		},
		"disabled": func(f *fixture, u model.User, _ model.Principal) error {
			u.Disabled = true
			_, err := f.ChangeUser(ctx, u)
			return err
		},
		"another role": func(f *fixture, u model.User, _ model.Principal) error {
			u.Role = model.RoleViewer
			_, err := f.ChangeUser(ctx, u)
			return err
		},
		"deleted": func(f *fixture, u model.User, _ model.Principal) error {
			_, err := f.DeleteUser(ctx, u.ID)
			return err
		},
		"signed out by an administrator": func(f *fixture, u model.User, _ model.Principal) error {
			_, err := f.SignOutUser(ctx, u.ID)
			return err
		},
		"signed out": func(f *fixture, _ model.User, p model.Principal) error { return f.SignOut(ctx, p) },
	} {
		t.Run(what, func(t *testing.T) {
			f := newFixture(t)
			f.user("root", model.RoleAdmin)
			u, p, cookie := f.signedIn("kim", model.RoleOperator)
			other := f.another()
			if _, _, err := other.Session(ctx, cookie, here); err != nil {
				t.Fatal(err)
			}
			f.must(change(f, u, p))
			f.over("here", cookie)
			f.must(other.poll(ctx))
			if _, _, err := other.Session(ctx, cookie, here); err == nil {
				t.Error("it goes on in another process")
			}
			restarted := f.another()
			if _, _, err := restarted.Session(ctx, cookie, here); err == nil {
				t.Error("it goes on after a restart")
			}
		})
	}
}

func TestOwnSessions(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, p, mine := f.signedIn("kim", model.RoleViewer)
	second, third := f.signIn("kim"), f.signIn("kim")
	_, lee, lees := f.signedIn("lee", model.RoleViewer)
	list, err := f.Sessions(ctx, p)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	for _, s := range list {
		if s.Current != (s.ID == p.Session) || s.Client != "test" || s.Address != here.Address {
			t.Errorf("%+v", s)
		}
	}
	if err := f.EndSession(ctx, lee, p.Session); err == nil {
		t.Error("somebody else's session was ended")
	}
	f.must(f.EndSession(ctx, p, f.principal(second).Session))
	f.over("ended", second)
	if n, err := f.SignOutOthers(ctx, p); n != 1 || err != nil {
		t.Errorf("signed out of %d others, %v", n, err)
	}
	f.over("another of mine", third)
	if f.principal(mine).Name != "kim" || f.principal(lees).Name != "lee" {
		t.Error("too many sessions are over")
	}
	renewed, err := f.ChangePassword(ctx, p, goodPassword, "correct horse battery", here)
	f.must(err)
	if f.principal(renewed).Name != "kim" {
		t.Error("who changes the password is signed out")
	}
	_, err = f.ChangePassword(ctx, f.principal(renewed), goodPassword, "yet another one here", here)
	wantCode(t, "with the old password", err, model.AccessCredentials)
}

func TestViewAs(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, admin, cookie := f.signedIn("root", model.RoleAdmin)
	kim, p, _ := f.signedIn("kim", model.RoleViewer)
	_, err := f.ViewAs(ctx, p, admin.ID)
	wantCode(t, "by a viewer", err, model.AccessDenied)
	if _, err := f.ViewAs(ctx, admin, kim.ID); err != nil {
		t.Fatal(err)
	}
	seen := f.principal(cookie)
	if seen.SeenBy != "root" || seen.Name != "kim" || seen.Role != model.RoleViewer || seen.Scope.All() || seen.Session != admin.Session {
		t.Fatalf("looks as %+v", seen)
	}
	wantCode(t, "settings", f.Check(seen, model.PermitAccess), model.AccessDenied)
	_, err = f.ChangePassword(ctx, seen, goodPassword, "correct horse battery", here)
	wantCode(t, "changing the other's password", err, model.AccessViewOnly)
	if _, err := f.SignOutOthers(ctx, seen); err == nil {
		t.Error("signed the other out")
	}
	f.must(f.LeaveView(ctx, seen))
	if p := f.principal(cookie); p.SeenBy != "" || p.Name != "root" {
		t.Errorf("after leaving: %+v", p)
	}
	_, err = f.ViewAs(ctx, admin, kim.ID)
	f.must(err)
	f.must(f.SignOut(ctx, f.principal(cookie)))
	f.over("signed out while looking", cookie)
}
