package access

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/secret"
	"github.com/haetae/haetae/internal/store/meta"
)

const goodPassword = "horse battery staple"

var (
	here  = model.Caller{Address: "192.0.2.1", Client: "test"}
	there = model.Caller{Address: "192.0.2.2", Client: "test"}
)

// clock is a time that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a service on a real store.
type fixture struct {
	*Service
	*clock
	t     *testing.T
	store *meta.Meta
	box   *secret.Box
	dir   string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	m, err := meta.Open(t.Context(), filepath.Join(dir, "meta.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	box, err := secret.Open(filepath.Join(dir, secret.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, store: m, box: box, dir: dir, clock: &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	f.Service = f.another()
	return f
}

// another is the service of another process on the same metadata, or of the same one after a restart.
func (f *fixture) another() *Service {
	f.t.Helper()
	s, err := New(f.t.Context(), Options{Store: f.store, Box: f.box, Settings: Defaults(), Log: slog.New(slog.DiscardHandler), Now: f.Now})
	if err != nil {
		f.t.Fatal(err)
	}
	s.hasher = newHasher(cost{memory: 64, passes: 1, threads: 1})
	return s
}

func (f *fixture) user(name string, role model.Role) model.User {
	f.t.Helper()
	return f.settled(model.User{Name: name, Role: role})
}

// settled is a user who has chosen its password.
func (f *fixture) settled(u model.User) model.User {
	f.t.Helper()
	added, _, err := f.AddUser(f.t.Context(), u, goodPassword)
	f.must(err)
	a, err := f.store.ChangeAccount(f.t.Context(), added.ID, func(a *model.Account) error { a.MustChange = false; return nil })
	f.must(err)
	f.must(f.reload(f.t.Context()))
	return a.User
}

// signedIn is a user with the principal of a new session.
func (f *fixture) signedIn(name string, role model.Role) (u model.User, p model.Principal, cookie string) {
	f.t.Helper()
	u = f.user(name, role)
	cookie = f.signIn(name)
	return u, f.principal(cookie), cookie
}

func (f *fixture) signIn(name string) (cookie string) {
	f.t.Helper()
	cookie, _, err := f.SignIn(f.t.Context(), name, goodPassword, "", here)
	if err != nil {
		f.t.Fatal(err)
	}
	return cookie
}

func (f *fixture) principal(cookie string) model.Principal {
	f.t.Helper()
	p, _, err := f.Session(f.t.Context(), cookie, here)
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

func (f *fixture) over(what, cookie string) {
	f.t.Helper()
	if p, _, err := f.Session(f.t.Context(), cookie, here); err == nil {
		f.t.Errorf("%s: the session goes on as %s", what, p.Name)
	}
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// untold makes a change of an account that nobody wants to hear of.
func untold(change func() error) error { return change() }

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	var refused *model.AccessError
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestSignIn(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.user("해태", model.RoleViewer)
	for _, name := range []string{"해태", " 해태 ", "\u1112\u1162\u1110\u1162"} { // typed decomposed
		if _, u, err := f.SignIn(ctx, name, goodPassword, "", here); err != nil || u.Name != "해태" {
			t.Errorf("%q: %v, %v", name, u.Name, err)
		}
	}
	_, _, wrong := f.SignIn(ctx, "해태", "another password", "", here)
	_, _, unknown := f.SignIn(ctx, "nobody", goodPassword, "", here)
	wantCode(t, "a wrong password", wrong, model.AccessCredentials)
	if wrong.Error() != unknown.Error() {
		t.Errorf("who guesses learns which names there are: %v, %v", wrong, unknown)
	}
	f.must(f.Tidy(ctx))
	if users, err := f.Users(ctx); err != nil || len(users) != 1 || !users[0].LastSignIn.Equal(f.Now()) {
		t.Errorf("users: %+v, %v", users, err)
	}
}

// What the metadata hold must not let a thief in.
func TestNothingIsKeptThatLetsIn(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, p, cookie := f.signedIn("kim", model.RoleAdmin)
	_, token, err := f.AddToken(ctx, model.Token{Name: "t", Role: model.RoleIngest})
	f.must(err)
	plain, _, err := f.BeginSecondFactor(ctx, p, goodPassword, here, untold)
	f.must(err)
	secret, err := base32Plain.DecodeString(plain)
	f.must(err)
	codes, err := f.ConfirmSecondFactor(ctx, p, hotp(secret, uint64(totpStep(f.Now())), totpDigits), here, untold)
	f.must(err)
	_, tokenSecret, _ := parseToken(token)
	raw, err := cookieText.DecodeString(cookie)
	f.must(err)
	var all []byte
	for _, name := range []string{"meta.db", "meta.db-wal"} {
		data, err := os.ReadFile(filepath.Join(f.dir, name))
		f.must(err)
		all = append(all, data...)
	}
	if !bytes.Contains(all, []byte("kim")) {
		t.Fatal("the name is not found either: the test looks at the wrong place")
	}
	for what, secret := range map[string][]byte{
		"password": []byte(goodPassword), "cookie": []byte(cookie), "bytes of the cookie": raw, "token": []byte(tokenSecret),
		"secret of the second factor": secret, "recovery code": []byte(codes[0]),
	} {
		if bytes.Contains(all, secret) {
			t.Errorf("the %s is in the metadata", what)
		}
	}
}
