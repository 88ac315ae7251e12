package access

import (
	"context"
	"errors"
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
	if _, _, err := f.Session(ctx, old, here); err != nil {
		t.Errorf("a request that was under way when the new one came: %v", err)
	}
	other := f.another()
	f.pass(grace + time.Second)
	_, _, err = other.Session(ctx, old, there)
	wantCopied(t, "the old cookie", err)
	_, _, err = f.Session(ctx, old, here)
	wantCode(t, "in a process that knows the session still", err, model.AccessExpired)
	if copied := new(model.CopiedError); errors.As(err, &copied) {
		t.Error("it is told twice")
	}
	f.must(f.poll(ctx))
	f.over("a session of which a copy was shown", renewed)
}

func wantCopied(t *testing.T, what string, err error) {
	t.Helper()
	wantCode(t, what, err, model.AccessExpired)
	if copied := new(model.CopiedError); !errors.As(err, &copied) || copied.User.Name != "kim" || copied.Session == "" {
		t.Errorf("%s: %v does not say whose session was copied", what, err)
	}
}

// An answer with another cookie may be lost: the browser goes on with the one that it has, and gets another an hour later.
// That must not be worth more than that to who has a copy.
func TestLostRenewal(t *testing.T) {
	ctx := t.Context()
	lost := func(t *testing.T) (f *fixture, old, first, second string) {
		f = newFixture(t)
		_, _, old = f.signedIn("kim", model.RoleViewer)
		renewed := func() string {
			f.pass(rotateEvery)
			_, renewed, err := f.Session(ctx, old, here)
			f.must(err)
			if renewed == "" {
				t.Fatal("the cookie was not renewed")
			}
			return renewed
		}
		first = renewed()
		f.pass(rotateEvery / 2)
		if _, again, err := f.Session(ctx, old, here); err != nil || again != "" {
			t.Fatalf("after a lost answer: %v, renewed %v", err, again != "")
		}
		return f, old, first, renewed()
	}
	t.Run("the next one comes", func(t *testing.T) {
		f, old, _, second := lost(t)
		f.pass(rotateEvery / 2)
		if p := f.principal(second); p.Name != "kim" {
			t.Errorf("the second one is of %s", p.Name)
		}
		f.pass(grace + time.Second)
		_, _, err := f.Session(ctx, old, there)
		wantCopied(t, "the old one afterwards", err)
	})
	t.Run("it was not lost", func(t *testing.T) {
		f, _, first, second := lost(t)
		_, _, err := f.Session(ctx, first, here)
		wantCopied(t, "the one that was withdrawn", err)
		f.over("the one that another has got", second)
	})
	t.Run("thrown away", func(t *testing.T) {
		f, old, _, _ := lost(t)
		f.pass(rotateEvery)
		_, _, err := f.Session(ctx, old, here)
		wantCopied(t, "two were thrown away", err)
	})
}

// forgetful cannot write down what was used.
type forgetful struct{ model.AccessStore }

func (forgetful) UseSessions(context.Context, map[string]model.Use) error {
	return errors.New("disk full")
}

func TestUsesThatCannotBeWrittenEndNoSession(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, p, cookie := f.signedIn("kim", model.RoleViewer)
	f.pass(time.Duration(f.settings.SessionIdle) - time.Minute)
	f.principal(cookie)
	f.pass(2 * time.Minute)
	f.Service.store = forgetful{f.store}
	if f.Tidy(ctx) == nil {
		t.Error("nothing is said")
	}
	if keys, err := f.store.Sessions(ctx, p.ID); err != nil || len(keys) != 1 {
		t.Errorf("%d sessions are kept of one in use, %v", len(keys), err)
	}
}

// Whatever takes a right away ends the sessions that had it, in this process at once and in others by the next poll.
func TestSessionsEndByChange(t *testing.T) {
	ctx := t.Context()
	for what, change := range map[string]func(f *fixture, u model.User, p model.Principal) error{
		"password changed": func(f *fixture, _ model.User, p model.Principal) error {
			_, err := f.ChangePassword(ctx, p, goodPassword, "correct horse battery", here, untold)
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
			f.follows("here", f.Service, p)
			f.follows("in another process", other, p)
			f.must(change(f, u, p))
			f.over("here", cookie)
			f.must(other.poll(ctx))
			for where, s := range map[string]*Service{"here": f.Service, "in another process": other} {
				if _, err := s.Current(ctx, p); err == nil {
					t.Errorf("who follows goes on %s", where)
				}
			}
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
	renewed, err := f.ChangePassword(ctx, p, goodPassword, "correct horse battery", here, untold)
	f.must(err)
	if f.principal(renewed).Name != "kim" {
		t.Error("who changes the password is signed out")
	}
	_, err = f.ChangePassword(ctx, f.principal(renewed), goodPassword, "yet another one here", here, untold)
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
	if seen.SeenBy != (model.Viewer{ID: admin.ID, Name: "root"}) || seen.Name != "kim" || seen.Role != model.RoleViewer || seen.Scope.All() || seen.Session != admin.Session {
		t.Fatalf("looks as %+v", seen)
	}
	wantCode(t, "settings", f.Check(seen, model.PermitAccess), model.AccessDenied)
	_, err = f.ChangePassword(ctx, seen, goodPassword, "correct horse battery", here, untold)
	wantCode(t, "changing the other's password", err, model.AccessViewOnly)
	if _, err := f.SignOutOthers(ctx, seen); err == nil {
		t.Error("signed the other out")
	}
	f.must(f.LeaveView(ctx, seen))
	if p := f.principal(cookie); p.SeenBy.ID != "" || p.Name != "root" {
		t.Errorf("after leaving: %+v", p)
	}
	_, err = f.ViewAs(ctx, admin, kim.ID)
	f.must(err)
	_, err = f.DeleteUser(ctx, kim.ID)
	f.must(err)
	gone := f.principal(cookie)
	if gone.SeenBy.ID != admin.ID || !gone.Scope.Empty() || f.Check(gone, model.PermitSelf) != nil {
		t.Errorf("looks as a user that is deleted: %+v", gone)
	}
	for _, perm := range []model.Permission{model.PermitRead, model.PermitAccess, model.PermitDelete} {
		wantCode(t, "as a user that is deleted: "+string(perm), f.Check(gone, perm), model.AccessViewOnly)
	}
	f.must(f.LeaveView(ctx, gone))
	if p := f.principal(cookie); p.SeenBy.ID != "" || p.Name != "root" {
		t.Errorf("after leaving who is deleted: %+v", p)
	}
	lee := f.user("lee", model.RoleViewer)
	_, err = f.ViewAs(ctx, admin, lee.ID)
	f.must(err)
	f.must(f.SignOut(ctx, f.principal(cookie)))
	f.over("signed out while looking", cookie)
}

// An administrator who gets another name while looking as somebody must not be told that the session is over when it is not.
func TestSignOutOfARenamedViewer(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	root, admin, cookie := f.signedIn("root", model.RoleAdmin)
	kim := f.user("kim", model.RoleViewer)
	_, err := f.ViewAs(ctx, admin, kim.ID)
	f.must(err)
	seen := f.principal(cookie)
	root.Name = "boss"
	_, err = f.ChangeUser(ctx, root)
	f.must(err)
	f.must(f.SignOut(ctx, seen))
	f.over("signed out under the name before", cookie)
}
