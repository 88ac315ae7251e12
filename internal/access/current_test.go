package access

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// follows wants a principal to be what it was.
func (f *fixture) follows(where string, s *Service, p model.Principal) {
	f.t.Helper()
	now, err := s.Current(f.t.Context(), p)
	if err != nil || now.ID != p.ID || now.Scope != p.Scope || now.SeenBy != p.SeenBy {
		f.t.Errorf("%s: %+v is now %+v, %v", where, p, now, err)
	}
}

// Who follows records for hours is asked for each second: by memory, whatever the cookie is by then, and not as a use of the session.
func TestCurrentOfASession(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, p, cookie := f.signedIn("kim", model.RoleViewer)
	f.follows("at first", f.Service, p)
	f.pass(rotateEvery)
	if _, renewed, err := f.Session(ctx, cookie, here); err != nil || renewed == "" {
		t.Fatalf("the cookie was not renewed: %v", err)
	}
	f.must(f.poll(ctx))
	f.pass(time.Duration(f.settings.SessionIdle) - time.Second)
	f.follows("under another cookie", f.Service, p)
	f.pass(time.Second)
	_, err := f.Current(ctx, p)
	wantCode(t, "idle, but for what follows", err, model.AccessExpired)

	_, lee, _ := f.signedIn("lee", model.RoleViewer)
	f.follows("lee", f.Service, lee)
	f.must(f.store.Close())
	f.follows("while the metadata are away", f.Service, lee)
	if _, err := f.Current(ctx, model.Principal{Kind: model.KindUser, ID: lee.ID, Session: "another"}); err == nil {
		t.Error("a session that is not known goes on")
	}
}

func TestCurrentSeesWhatChanges(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, admin, cookie := f.signedIn("root", model.RoleAdmin)
	kim := f.settled(model.User{Name: "kim", Role: model.RoleViewer, Everything: true})
	p := f.principal(f.signIn("kim"))
	_, err := f.ViewAs(ctx, admin, kim.ID)
	f.must(err)
	if now, err := f.Current(ctx, admin); err != nil || now.ID != kim.ID || now.Scope != p.Scope {
		t.Errorf("who looks as kim is now %+v, %v", now, err)
	}
	f.follows("who looks as somebody", f.Service, f.principal(cookie))
	f.must(f.SetRoleMasks(ctx, model.RoleViewer, []string{"user.name"}))
	if now, err := f.Current(ctx, p); err != nil || now.Scope == p.Scope {
		t.Errorf("a field is masked, and the scope is %+v, %v", now.Scope, err)
	}
	f.follows("this machine itself", f.Service, model.Local)
}

func TestCurrentOfAToken(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	expires := f.Now().Add(time.Hour)
	revoked, text := f.token(model.Token{Role: model.RoleViewer})
	p, err := f.Token(ctx, text, here)
	f.must(err)
	_, text = f.token(model.Token{Role: model.RoleViewer, Expires: &expires})
	brief, err := f.Token(ctx, text, here)
	f.must(err)
	f.follows("a token", f.Service, p)
	f.follows("a token that expires", f.Service, brief)
	f.pass(time.Hour)
	_, err = f.Current(ctx, brief)
	wantCode(t, "expired", err, model.AccessExpired)
	f.follows("a token without end", f.Service, p)
	_, err = f.RevokeToken(ctx, revoked.ID)
	f.must(err)
	_, err = f.Current(ctx, p)
	wantCode(t, "revoked", err, model.AccessCredentials)
}
