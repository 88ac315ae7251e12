package access

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

func (f *fixture) token(t model.Token) (model.Token, string) {
	f.t.Helper()
	if t.Name == "" {
		t.Name = "t"
	}
	added, text, err := f.AddToken(f.t.Context(), t)
	f.must(err)
	return added, text
}

func TestTokens(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	other := f.another()
	expires := f.Now().Add(time.Hour)
	added, text := f.token(model.Token{Name: "shipper", Role: model.RoleIngest, Datasets: []string{"logs"}, Owner: "kim", Expires: &expires})
	if !strings.HasPrefix(text, added.Prefix) || len(text) < 60 {
		t.Fatalf("%s of %+v", text, added)
	}
	p, err := f.Token(ctx, text, here)
	f.must(err)
	if p.Kind != model.KindToken || p.Name != "shipper" || !p.MaySend("logs") || p.MaySend("traps") || !p.Scope.Empty() {
		t.Errorf("%+v", p)
	}
	for what, wrong := range map[string]string{
		"no token": "", "another secret": text[:len(text)-1] + flip(text[len(text)-1]), "cut off": text[:len(text)-1], "longer": text + "a",
		"in capitals": strings.ToUpper(text), "another id": strings.Replace(text, added.ID, strings.Repeat("a", tokenIDChars), 1),
	} {
		_, err := f.Token(ctx, wrong, here)
		wantCode(t, what, err, model.AccessCredentials)
	}
	f.must(other.poll(ctx))
	if _, err := other.Token(ctx, text, there); err != nil {
		t.Errorf("in another process: %v", err)
	}
	f.must(f.Tidy(ctx))
	list, err := f.another().Tokens(ctx)
	f.must(err)
	if len(list) != 1 || list[0].LastUsed == nil || !list[0].LastUsed.Equal(f.Now()) || list[0].LastAddress != here.Address {
		t.Errorf("last used: %+v", list)
	}

	f.pass(time.Hour)
	_, err = f.Token(ctx, text, here)
	wantCode(t, "after it has expired", err, model.AccessExpired)
	forever, text := f.token(model.Token{Role: model.RoleViewer})
	f.must(other.poll(ctx))
	if _, err := f.RevokeToken(ctx, forever.ID); err != nil {
		t.Fatal(err)
	}
	_, err = f.Token(ctx, text, here)
	wantCode(t, "revoked, at once", err, model.AccessCredentials)
	if _, err := other.Token(ctx, text, here); err != nil {
		t.Fatalf("the other process has polled too soon: %v", err)
	}
	f.must(other.poll(ctx))
	_, err = other.Token(ctx, text, here)
	wantCode(t, "revoked, in another process", err, model.AccessCredentials)
}

// A token that is refused is named to the audit trail, also one that another process has revoked, and what was sent is believed of itself
// alone when it is the whole of the token.
func TestRefusedTokensAreNamed(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	other := f.another()
	expires := f.Now().Add(time.Hour)
	over, overText := f.token(model.Token{Name: "over", Role: model.RoleIngest, Expires: &expires})
	gone, goneText := f.token(model.Token{Name: "gone", Role: model.RoleAdmin})
	f.must(other.poll(ctx))
	_, err := f.RevokeToken(ctx, gone.ID)
	f.must(err)
	f.must(other.poll(ctx))
	f.pass(time.Hour)
	another := func(text string) string { return text[:len(text)-1] + flip(text[len(text)-1]) }
	for what, c := range map[string]struct {
		text, id, name string
		proved         bool
	}{
		"expired": {overText, over.ID, "over", true}, "expired, another secret": {another(overText), over.ID, "over", false},
		"revoked": {goneText, gone.ID, "gone", true}, "revoked, another secret": {another(goneText), gone.ID, "gone", false},
		"never made": {strings.Replace(goneText, gone.ID, strings.Repeat("a", tokenIDChars), 1), strings.Repeat("a", tokenIDChars), "", false},
		"no token":   {"a password", "", "", false},
	} {
		for process, s := range map[string]interface {
			Token(ctx context.Context, text string, from model.Caller) (model.Principal, error)
		}{"this": f, "another": other} {
			_, err := s.Token(ctx, c.text, here)
			var refused *model.TokenError
			if !errors.As(err, &refused) || refused.Token.ID != c.id || refused.Token.Name != c.name || refused.Proved != c.proved {
				t.Errorf("%s, in %s process: %+v", what, process, err)
			}
		}
	}
}

func flip(c byte) string {
	if c == 'a' {
		return "b"
	}
	return "a"
}

func TestTokensThatCannotBe(t *testing.T) {
	f := newFixture(t)
	past := f.Now()
	for what, token := range map[string]model.Token{
		"no name":                          {Role: model.RoleViewer},
		"no role":                          {Name: "t"},
		"an unknown role":                  {Name: "t", Role: "root"},
		"an administrator that is bounded": {Name: "t", Role: model.RoleAdmin, Datasets: []string{"logs"}},
		"the audit trail":                  {Name: "t", Role: model.RoleViewer, Datasets: []string{"audit"}},
		"a dataset that nobody sends to":   {Name: "t", Role: model.RoleIngest, Datasets: []string{"web"}},
		"a stream of what is sent":         {Name: "t", Role: model.RoleIngest, Stream: `{a="b"}`},
		"a filter of more than streams":    {Name: "t", Role: model.RoleViewer, Stream: `{a="b"} or error`},
		"a filter with pipes":              {Name: "t", Role: model.RoleViewer, Stream: `{a="b"} | limit 1`},
		"expired":                          {Name: "t", Role: model.RoleViewer, Expires: &past},
		"a line break":                     {Name: "a\nb", Role: model.RoleViewer},
	} {
		_, _, err := f.AddToken(t.Context(), token)
		wantCode(t, what, err, model.AccessInvalid)
	}
}

// What a principal sees, of user and token.
func TestScopes(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	web := model.Grant{Datasets: []string{"traps", "logs"}, Stream: `{service="web"}`}
	_, err := f.AddTeam(ctx, model.Team{Code: "web", Name: "Web", Grants: []model.Grant{web}})
	f.must(err)
	db := model.Grant{Datasets: []string{"logs"}, Stream: `{service="db"}`}
	_, err = f.AddTeam(ctx, model.Team{Code: "db", Name: "DB", Grants: []model.Grant{db}})
	f.must(err)
	f.must(f.SetRoleMasks(ctx, model.RoleViewer, []string{"user.email"}))
	scopeOf := func(u model.User) model.Scope {
		t.Helper()
		return f.principal(f.signIn(f.settled(u).Name)).Scope
	}
	masked := []string{"user.email"}
	for what, c := range map[string]struct{ got, want model.Scope }{
		"a viewer without team":  {scopeOf(model.User{Name: "a", Role: model.RoleViewer}), model.NewScope(nil, masked)},
		"a viewer of one team":   {scopeOf(model.User{Name: "b", Role: model.RoleViewer, Teams: []string{"web"}}), model.NewScope([]model.Grant{web}, masked)},
		"an operator of two":     {scopeOf(model.User{Name: "c", Role: model.RoleOperator, Teams: []string{"web", "db"}}), model.NewScope([]model.Grant{db, web}, nil)},
		"who sees everything":    {scopeOf(model.User{Name: "d", Role: model.RoleOperator, Everything: true}), model.NewScope([]model.Grant{{}}, nil)},
		"an administrator":       {scopeOf(model.User{Name: "e", Role: model.RoleAdmin, Teams: []string{"db"}}), model.Everything},
		"a viewer's token":       {f.tokenScope(model.Token{Role: model.RoleViewer}), model.NewScope([]model.Grant{{}}, masked)},
		"a bounded token":        {f.tokenScope(model.Token{Role: model.RoleOperator, Datasets: []string{"logs"}, Stream: `{a="b"}`}), model.NewScope([]model.Grant{{Datasets: []string{"logs"}, Stream: `{a="b"}`}}, nil)},
		"an ingest token":        {f.tokenScope(model.Token{Role: model.RoleIngest}), model.Scope{}},
		"an administrator token": {f.tokenScope(model.Token{Role: model.RoleAdmin}), model.Everything},
	} {
		if c.got != c.want {
			t.Errorf("%s sees %+v masked %v, want %+v masked %v", what, c.got.Grants(), c.got.Masked(), c.want.Grants(), c.want.Masked())
		}
	}
	f.must(f.DeleteTeam(ctx, "web"))
	if p := f.book.Load().users[f.book.Load().userNamed("b")].principal; !p.Scope.Empty() {
		t.Errorf("a member of a team that was deleted sees %v", p.Scope.Grants())
	}
}

func (f *fixture) tokenScope(t model.Token) model.Scope {
	f.t.Helper()
	_, text := f.token(t)
	p, err := f.Token(f.t.Context(), text, here)
	f.must(err)
	return p.Scope
}

// userNamed is the id of a user.
func (b *book) userNamed(name string) string {
	for id, u := range b.users {
		if u.user.Name == name {
			return id
		}
	}
	return ""
}

func TestPermissions(t *testing.T) {
	whole, part := model.NewScope([]model.Grant{{}}, nil), model.NewScope([]model.Grant{{Datasets: []string{"logs"}}}, nil)
	masked := model.NewScope([]model.Grant{{}}, []string{"a"})
	user := func(role model.Role, scope model.Scope) model.Principal {
		return model.Principal{ID: "1", Name: "kim", Kind: model.KindUser, Role: role, Scope: scope}
	}
	token := user(model.RoleAdmin, model.Everything)
	token.Kind = model.KindToken
	must := user(model.RoleAdmin, model.Everything)
	must.MustChange = true
	seen := func(p model.Principal) (list []model.Permission) {
		for _, perm := range []model.Permission{
			model.PermitNobody, model.PermitSelf, model.PermitRead, model.PermitSave, model.PermitSystem, model.PermitOperate, model.PermitSettings,
			model.PermitDelete, model.PermitAccess, model.PermitAudit, model.PermitIngest, model.PermitMember, "unheard of",
		} {
			if May(p, perm) {
				list = append(list, perm)
			}
			if (Check(p, perm) == nil) != May(p, perm) {
				t.Errorf("%+v %s: check and may differ", p, perm)
			}
		}
		return list
	}
	for what, c := range map[string]struct {
		who  model.Principal
		want string
	}{
		"nobody":                {model.Principal{}, "nobody"},
		"nobody with a role":    {model.Principal{Role: model.RoleAdmin, Scope: model.Everything}, "nobody"},
		"ingest":                {model.Principal{Kind: model.KindToken, Role: model.RoleIngest}, "nobody ingest"},
		"agent":                 {model.Principal{Kind: model.KindToken, Role: model.RoleAgent}, "nobody ingest"},
		"viewer":                {user(model.RoleViewer, whole), "nobody self read save system"},
		"viewer of a part":      {user(model.RoleViewer, part), "nobody self read save"},
		"viewer with masks":     {user(model.RoleViewer, masked), "nobody self read save"},
		"operator":              {user(model.RoleOperator, whole), "nobody self read save system operate"},
		"operator of a part":    {user(model.RoleOperator, part), "nobody self read save"},
		"administrator":         {user(model.RoleAdmin, model.Everything), "nobody self read save system operate settings delete access audit ingest"},
		"token":                 {token, "nobody read save system operate settings delete access audit ingest"},
		"who has to change":     {must, "nobody self"},
		"a role that is not":    {user("root", model.Everything), "nobody"},
		"the machine itself":    {model.Local, "nobody self read save system operate settings delete access audit ingest member unheard of"},
		"a client of TLS":       {model.Principal{Kind: model.KindCertificate, Role: model.RoleIngest}, "nobody ingest"},
		"a client that is more": {model.Principal{Kind: model.KindCertificate, Role: "x"}, "nobody"},
	} {
		var words []string
		for _, perm := range seen(c.who) {
			words = append(words, string(perm))
		}
		if diff := cmp.Diff(c.want, strings.Join(words, " ")); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
	wantCode(t, "nobody", Check(model.Principal{}, model.PermitRead), model.AccessRequired)
	wantCode(t, "who has to change", Check(must, model.PermitRead), model.AccessMustChange)
	wantCode(t, "a viewer", Check(user(model.RoleViewer, whole), model.PermitAccess), model.AccessDenied)
}

// Requests, changes and the poll at a time; for the race detector.
func TestAtOnce(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	_, _, cookie := f.signedIn("kim", model.RoleAdmin)
	_, text := f.token(model.Token{Role: model.RoleViewer})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				f.principal(cookie)
				if _, err := f.Token(ctx, text, here); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Go(func() {
		for range 10 {
			added, text := f.token(model.Token{Role: model.RoleIngest})
			if _, err := f.RevokeToken(ctx, added.ID); err != nil {
				t.Error(err)
			}
			if _, err := f.Token(ctx, text, here); err == nil {
				t.Error("a revoked token is taken")
			}
		}
	})
	all.Go(func() {
		for range 10 {
			if err := f.poll(ctx); err != nil {
				t.Error(err)
			}
			if err := f.Tidy(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
}

func FuzzToken(f *testing.F) {
	_, text, _ := newToken()
	f.Add(text)
	f.Add("hae__")
	f.Add("hae_" + strings.Repeat("a", tokenIDChars) + "_" + strings.Repeat("7", tokenSecretChars))
	f.Fuzz(func(t *testing.T, text string) {
		id, secret, ok := parseToken(text)
		if ok && text != "hae_"+id+"_"+secret {
			t.Errorf("%q was read as %q and %q", text, id, secret)
		}
	})
}

func FuzzCookie(f *testing.F) {
	text, _ := newCookie()
	f.Add(text)
	f.Add("")
	f.Add(strings.Repeat("_", 43))
	f.Fuzz(func(t *testing.T, text string) {
		if _, ok := parseCookie(text); !ok {
			return
		}
		plain, err := cookieText.DecodeString(text)
		if err != nil || cookieText.EncodeToString(plain) != text {
			t.Errorf("%q is a second way to write a cookie", text)
		}
	})
}

// A name changes hands: whoever gets it must not get the tokens of whom it was before.
func TestTokensBelongToPeopleNotToNames(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.user("root", model.RoleAdmin)
	kim := f.user("kim", model.RoleOperator)
	f.token(model.Token{Name: "of kim", Role: model.RoleViewer, Owner: kim.Name, OwnerID: kim.ID})
	f.token(model.Token{Name: "of the machine", Role: model.RoleViewer, Owner: model.Local.Name, OwnerID: model.Local.ID})
	f.token(model.Token{Name: "of earlier days", Role: model.RoleViewer, Owner: "park"})
	wantOwners := func(when, owner string) {
		t.Helper()
		list, err := f.Tokens(ctx)
		f.must(err)
		have := map[string][2]string{}
		for _, token := range list {
			have[token.Name] = [2]string{token.Owner, token.OwnerID}
		}
		want := map[string][2]string{"of kim": {owner, kim.ID}, "of the machine": {"local", "local"}, "of earlier days": {"park", ""}}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s:\n%s", when, diff)
		}
	}
	kim.Name = "kim.haetae"
	_, err := f.ChangeUser(ctx, kim)
	f.must(err)
	f.user("kim", model.RoleViewer)
	wantOwners("after kim has another name, and another one is kim", "kim.haetae")
	_, err = f.DeleteUser(ctx, kim.ID)
	f.must(err)
	wantOwners("after who made it is deleted", "kim")
}

// Who is refused what its role may is told why: a role of viewers is given "system", and a mask takes it away.
func TestRefusalsSayWhy(t *testing.T) {
	masked := []string{"a", "b", "c", "d", "e", "f", "g"}
	for what, c := range map[string]struct {
		kind  model.PrincipalKind
		scope model.Scope
		want  string
	}{
		"a token, masked":   {model.KindToken, model.NewScope([]model.Grant{{}}, masked[:1]), "sees the fields a masked"},
		"a user, masked":    {model.KindUser, model.NewScope([]model.Grant{{}}, masked), "sees the fields a, b, c, d, e and 2 others masked"},
		"six fields":        {model.KindUser, model.NewScope([]model.Grant{{}}, masked[:6]), "sees the fields a, b, c, d, e, f masked"},
		"a token of a part": {model.KindToken, model.NewScope([]model.Grant{{Stream: `{a="b"}`}}, nil), "a part is granted"},
	} {
		err := Check(model.Principal{Name: "prom", Kind: c.kind, Role: model.RoleViewer, Scope: c.scope}, model.PermitSystem)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", what, err, c.want)
		}
	}
	err := Check(model.Principal{Name: "x", Kind: model.KindToken, Role: model.RoleIngest}, model.PermitSystem)
	if err == nil || strings.Contains(err.Error(), "which the role") {
		t.Errorf("a role that lacks it: %v", err)
	}
}

// A token has no account of its own: that is why it may not, and not what it sees.
func TestTokensAreNoAccounts(t *testing.T) {
	for _, p := range []model.Principal{
		{Name: "t", Kind: model.KindToken, Role: model.RoleViewer, Scope: model.NewScope([]model.Grant{{Datasets: []string{"logs"}}}, nil)},
		{Name: "t", Kind: model.KindToken, Role: model.RoleAdmin, Scope: model.Everything},
	} {
		err := Check(p, model.PermitSelf)
		wantCode(t, string(p.Role), err, model.AccessDenied)
		if text := err.Error(); !strings.Contains(text, "this is a token, which has none") || strings.Contains(text, "granted") {
			t.Errorf("%s: %s", p.Role, text)
		}
	}
}

func TestMasksThatCanBe(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.must(f.SetRoleMasks(ctx, model.RoleViewer, []string{"user*", "card", "*"}))
	for _, mask := range []string{"us*er", "*user", "**", "_msg", "_msg*", ""} {
		wantCode(t, mask, f.SetRoleMasks(ctx, model.RoleViewer, []string{mask}), model.AccessInvalid)
	}
}
