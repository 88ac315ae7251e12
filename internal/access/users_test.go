package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

func TestSetup(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	link := f.SetupLink()
	if f.HasAdmin() || len(link) < 20 || f.another().SetupLink() == link {
		t.Fatalf("the link %q is not a new one", link)
	}
	_, _, err := f.Setup(ctx, "guess", "root", goodPassword, here)
	wantCode(t, "a guessed link", err, model.AccessSetupToken)
	_, _, err = f.Setup(ctx, "", "root", goodPassword, here)
	wantCode(t, "no link", err, model.AccessSetupToken)
	_, _, err = f.Setup(ctx, link, "root", "password1234", here)
	wantCode(t, "a bad password", err, model.AccessPasswordRules)
	other := f.another()
	cookie, u, err := f.Setup(ctx, link, "root", goodPassword, here)
	f.must(err)
	if u.Role != model.RoleAdmin || u.MustChange || !f.HasAdmin() || f.principal(cookie).Scope != model.Everything {
		t.Errorf("made %+v", u)
	}
	_, _, err = f.Setup(ctx, link, "second", goodPassword, here)
	wantCode(t, "the link again", err, model.AccessSetupDone)
	_, _, err = other.Setup(ctx, other.SetupLink(), "second", goodPassword, here)
	wantCode(t, "the link of another process that does not know yet", err, model.AccessSetupDone)
	if f.SetupLink() != "" {
		t.Error("the link is still shown")
	}
}

func TestUsers(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	root := f.user("root", model.RoleAdmin)
	u, made, err := f.AddUser(ctx, model.User{Name: "kim", Role: model.RoleViewer, Email: "kim@example.com"}, "")
	f.must(err)
	if len(made) < 16 || !u.MustChange {
		t.Fatalf("made %q for %+v", made, u)
	}
	cookie, _, err := f.SignIn(ctx, "kim", made, "", here)
	f.must(err)
	p := f.principal(cookie)
	if !p.MustChange || May(p, model.PermitRead) {
		t.Errorf("%+v reads before the password is changed", p)
	}
	renewed, err := f.ChangePassword(ctx, p, made, goodPassword, here, untold)
	f.must(err)
	if p := f.principal(renewed); p.MustChange || !May(p, model.PermitRead) {
		t.Errorf("%+v may not read after the password was changed", p)
	}

	if _, _, err := f.AddUser(ctx, model.User{Name: "lee", Role: model.RoleAdmin}, goodPassword); err != nil {
		t.Fatal(err)
	}
	if p := f.principal(f.signIn("lee")); !p.MustChange {
		t.Error("a password that somebody else has chosen need not be changed")
	}
	f.must(f.deleteNamed("lee"))

	u, _ = f.User(u.ID)
	u.FullName = "김해태"
	changed, err := f.ChangeUser(ctx, u)
	f.must(err)
	_, err = f.ChangeUser(ctx, u)
	var taken *model.TakenError
	if !errors.As(err, &taken) || taken.Reason != model.TakenRevision {
		t.Errorf("a stale change: %v", err)
	}
	if f.principal(renewed).Name != "kim" {
		t.Error("signed out by a change of the full name")
	}
	changed.Name = "ROOT"
	if _, err := f.ChangeUser(ctx, changed); !errors.As(err, &taken) || taken.Reason != model.TakenName {
		t.Errorf("renamed onto another one: %v", err)
	}
	root.Role = model.RoleViewer
	_, err = f.ChangeUser(ctx, root)
	wantCode(t, "the last administrator", err, model.AccessLastAdmin)
	_, err = f.DeleteUser(ctx, root.ID)
	wantCode(t, "the last administrator", err, model.AccessLastAdmin)

	for what, wrong := range map[string]model.User{
		"no name": {Role: model.RoleViewer}, "a space": {Name: "a b", Role: model.RoleViewer}, "a colon": {Name: "a:b", Role: model.RoleViewer},
		"a long name": {Name: strings.Repeat("가", model.MaxUserName+1), Role: model.RoleViewer}, "a zero": {Name: "a\x00", Role: model.RoleViewer},
		"a role of tokens": {Name: "a", Role: model.RoleIngest}, "no address": {Name: "a", Role: model.RoleViewer, Email: "Kim <kim@x>"},
		"a team that is not there": {Name: "a", Role: model.RoleViewer, Teams: []string{"none"}},
	} {
		_, _, err := f.AddUser(ctx, wrong, goodPassword)
		wantCode(t, what, err, model.AccessInvalid)
	}
}

func (f *fixture) deleteNamed(name string) error {
	_, err := f.DeleteUser(f.t.Context(), f.book.Load().userNamed(name))
	return err
}

// A person who cannot get in because somebody guesses is let in by an administrator.
func TestResetPassword(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	u := f.user("kim", model.RoleViewer)
	for range freeOfAccount + 3 {
		_, _, _ = f.SignIn(ctx, "kim", "wrong password", "", there)
	}
	_, _, err := f.SignIn(ctx, "kim", goodPassword, "", here)
	wantCode(t, "meanwhile", err, model.AccessThrottled)
	password, err := f.ResetPassword(ctx, u.ID)
	f.must(err)
	if _, u, err := f.SignIn(ctx, "kim", password, "", here); err != nil || !u.MustChange {
		t.Errorf("with the new one: %+v, %v", u, err)
	}
}

func TestDisabledUser(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	u := f.user("kim", model.RoleViewer)
	u.Disabled = true
	u, err := f.ChangeUser(ctx, u)
	f.must(err)
	_, _, err = f.SignIn(ctx, "kim", goodPassword, "", here)
	wantCode(t, "with the password", err, model.AccessDisabled)
	_, _, err = f.SignIn(ctx, "kim", "wrong password", "", here)
	wantCode(t, "without it", err, model.AccessCredentials)
	_, err = f.SignInAs(ctx, u, here)
	wantCode(t, "by a provider", err, model.AccessDisabled)
}

// teller hears what changes.
type teller struct {
	heard []string
	deaf  error
}

func (l *teller) all(action string, before, after *model.User, change func() error) error {
	if l.deaf != nil {
		return l.deaf
	}
	if before != nil {
		action += " " + string(before.Role) + " to"
	}
	l.heard = append(l.heard, action+" "+string(after.Role))
	return change()
}

func TestProvision(t *testing.T) {
	f, ctx, tell := newFixture(t), t.Context(), &teller{}
	f.user("root", model.RoleAdmin)
	_, err := f.AddTeam(ctx, model.Team{Code: "web", Name: "Web", Grants: []model.Grant{{}}})
	f.must(err)
	who := model.Identity{Provider: "corp", Subject: "s1", Name: "kim", Role: model.RoleOperator, Teams: []string{"web", "gone"}}
	_, err = f.Provision(ctx, who, tell.all)
	wantCode(t, "without sign-up", err, model.AccessDenied)
	who.MayJoin = true
	u, err := f.Provision(ctx, who, tell.all)
	f.must(err)
	cookie, err := f.SignInAs(ctx, u, here)
	f.must(err)
	if p := f.principal(cookie); p.Name != "kim" || p.Role != model.RoleOperator || !p.Scope.Whole() || u.Provider != "corp" {
		t.Errorf("%+v of %+v", p, u)
	}
	if again, err := f.Provision(ctx, who, tell.all); err != nil || again.ID != u.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	if f.principal(cookie).Name != "kim" {
		t.Error("signed out by signing in elsewhere")
	}
	who.Role, who.Teams = model.RoleViewer, nil
	_, err = f.Provision(ctx, who, tell.all)
	f.must(err)
	f.over("a role that the provider took away", cookie)
	_, _, err = f.SignIn(ctx, "kim", "", "", here)
	wantCode(t, "with no password", err, model.AccessCredentials)
	_, err = f.ResetPassword(ctx, u.ID)
	wantCode(t, "a password for who has a provider", err, model.AccessInvalid)

	who.Subject, who.Name = "s2", "ROOT"
	var taken *model.TakenError
	if _, err := f.Provision(ctx, who, tell.all); !errors.As(err, &taken) {
		t.Errorf("the name of a local user was taken over: %v", err)
	}
	if want := []string{"user.add operator", "user.change operator to viewer"}; !slices.Equal(tell.heard, want) {
		t.Errorf("told is %q, want %q", tell.heard, want)
	}
	tell.deaf = errors.New("the trail is away")
	who.Subject, who.Name = "s3", "lee"
	if _, err := f.Provision(ctx, who, tell.all); !errors.Is(err, tell.deaf) {
		t.Errorf("a sign-up that cannot be told: %v", err)
	}
	if _, there := f.UserNamed("lee"); there {
		t.Error("somebody was made whom nobody was told of")
	}
}

func TestPasswordRules(t *testing.T) {
	kim := model.User{Name: "kim.haetae", FullName: "김해태", Email: "minsu@example.com"}
	for _, password := range []string{
		"short", "password", "Password12", "P@ssword2026", "1234567890", "0987654321", "aaaaaaaaaaaa", "abcabcabcabc", "qwertyuiop", "kim.haetae", "KIM.HAETAE12",
		"비밀번호비밀번호", "abcdefghijkl", "hunter2\xff\xff\xff\xff", strings.Repeat("long ", 60),
		"Summer2024!", "haetae-admin-2026", "qwer1234!@#$", "dkssudgktpdy1", "김해태김해태1234", "minsu20261122", "p455w0rd!!!!", "zaq12wsx!@#", "ㅂㅈㄷㄱ1234ㅂㅈㄷㄱ",
		"Seoul2026Korea", "비밀번호1234!!", "1qaz@WSX3edc", "aaaabbbbcccc", "monkeymonkey99", "20260101201",
	} {
		wantCode(t, password, checkPassword(&kim, password), model.AccessPasswordRules)
	}
	for _, password := range []string{goodPassword, "올라 가는 길 열두 계단", "x7#Qp!m2Lr", newPassword(), "seven rivers run north", "tlqdnjf xnrl 98", "강물 일곱 줄기 북쪽"} {
		if err := checkPassword(&kim, password); err != nil {
			t.Errorf("%s: %v", password, err)
		}
	}
}

func TestHash(t *testing.T) {
	ctx := t.Context()
	h := newHasher(cost{memory: 64, passes: 1, threads: 1})
	// Of the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if same, outdated, err := h.matches(ctx, "password", reference); !same || !outdated || err != nil {
		t.Errorf("the reference: %v, %v, %v", same, outdated, err)
	}
	text, err := h.hash(ctx, "ab\u1112\u1162")
	if err != nil {
		t.Fatal(err)
	}
	if same, outdated, err := h.matches(ctx, "ab해", text); !same || outdated || err != nil {
		t.Errorf("typed composed: %v, %v, %v", same, outdated, err)
	}
	if same, _, err := h.matches(ctx, "", ""); same || err != nil {
		t.Errorf("no password matches an account without: %v", err)
	}
	if _, _, err := h.matches(ctx, "x", "$argon2id$v=19$m=4000000000,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"); err == nil {
		t.Error("a stored hash may ask for all memory")
	}
}

// A stronger cost of a newer version reaches everybody by and by, and signs nobody out.
func TestRehash(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	u, _, cookie := f.signedIn("kim", model.RoleViewer)
	before, err := f.store.Account(ctx, u.ID)
	f.must(err)
	f.hasher = newHasher(cost{memory: 128, passes: 1, threads: 1})
	f.signIn("kim")
	after, err := f.store.Account(ctx, u.ID)
	f.must(err)
	if before.Password == after.Password || !strings.Contains(after.Password, "m=128,") {
		t.Errorf("kept as %s", after.Password)
	}
	if f.principal(cookie).Name != "kim" {
		t.Error("signed out")
	}
	f.signIn("kim")
}

// The time of an answer must not tell which names there are: an unknown one waits for its turn and is hashed at the same cost.
func TestUnknownNameTakesAsLong(t *testing.T) {
	f := newFixture(t)
	f.user("kim", model.RoleViewer)
	if c, _, _, err := decode(f.hasher.nobody); err != nil || c != f.hasher.cost {
		t.Errorf("unknown names are hashed at cost %+v, error %v", c, err)
	}
	for range hashesAtOnce { // nobody's turn comes
		f.hasher.running <- struct{}{}
	}
	for _, name := range []string{"kim", "nobody"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, _, err := f.SignIn(ctx, name, "wrong password", "", here); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s was answered without a turn: %v", name, err)
		}
		cancel()
	}
}

func FuzzHash(f *testing.F) {
	f.Add(encode(cost{64, 1, 1}, random(saltBytes), random(keyBytes)))
	f.Add("$argon2id$v=19$m=0,t=0,p=0$$")
	f.Fuzz(func(t *testing.T, text string) {
		c, salt, key, err := decode(text)
		if err != nil {
			return
		}
		if c.memory > maxMemory || c.passes > maxPasses || c.threads == 0 || encode(c, salt, key) != text {
			t.Errorf("%q was read as %+v", text, c)
		}
	})
}

// Nobody is called as the audit trail calls the machine and the server; who was so called earlier goes on.
func TestReservedNames(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	for _, name := range []string{"local", "Haetae"} {
		_, _, err := f.AddUser(ctx, model.User{Name: name, Role: model.RoleViewer}, goodPassword)
		wantCode(t, name, err, model.AccessInvalid)
		_, err = f.Provision(ctx, model.Identity{Provider: "sso", Subject: name, Name: name, Role: model.RoleViewer, MayJoin: true}, new(teller).all)
		wantCode(t, name+" of a provider", err, model.AccessInvalid)
	}
	u := f.user("kim", model.RoleViewer)
	renamed := u
	renamed.Name = "LOCAL"
	_, err := f.ChangeUser(ctx, renamed)
	wantCode(t, "renamed", err, model.AccessInvalid)
	a, err := f.store.ChangeAccount(ctx, u.ID, func(a *model.Account) error { a.Name, a.Folded = "haetae", "haetae"; return nil })
	f.must(err)
	a.FullName = "Kim"
	if _, err := f.ChangeUser(ctx, a.User); err != nil {
		t.Errorf("one from earlier is changed: %v", err)
	}
}

// What is wrong with a password is said so that a page can word it.
func TestPasswordRulesSayWhy(t *testing.T) {
	kim := model.User{Name: "kim.haetae", Email: "minsu@example.com"}
	for password, want := range map[string]string{
		"short": "password_short", strings.Repeat("long ", 60): "password_long", "minsu.haetae.kim": "password_own", "qwerty123456": "password_guessed",
		"hunter2\xff\xff\xff\xff": "password_bytes",
	} {
		var refused *model.AccessError
		if errors.As(checkPassword(&kim, password), &refused); refused == nil || refused.Params["said"] != want {
			t.Errorf("%s: %+v, want %s", password, refused, want)
		}
	}
}
