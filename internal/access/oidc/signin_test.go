package oidc

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/netguard"
	"github.com/haetae/haetae/internal/secret"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// ground is a hostile provider and Haetae's side of it.
type ground struct {
	*hostile
	*Providers
	clock *clock
	log   *strings.Builder
}

const origin = "https://logs.example.com"

func newGround(t *testing.T, change func(*Settings)) *ground {
	t.Helper()
	c := &clock{at: time.Now()}
	g := &ground{hostile: newHostile(t, c.now), clock: c, log: &strings.Builder{}}
	s := Settings{
		Issuer: g.URL, ClientID: clientID, ClientSecret: clientSecret, AllowSignup: true,
		Roles: map[string][]string{"operator": {"ops"}, "admin": {"root"}, "viewer": {"*"}}, Teams: map[string][]string{"W": {"web"}, "D": {"db"}},
	}
	if change != nil {
		change(&s)
	}
	if key, err := s.Validate("main"); err != nil {
		t.Fatal(key, err)
	}
	guard, err := netguard.New([]string{g.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	box, err := secret.Open(filepath.Join(t.TempDir(), secret.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	g.Providers = New(Options{
		Settings: map[string]Settings{"main": s}, Guard: guard, Seals: box, Now: c.now, Log: slog.New(slog.NewTextHandler(g.log, nil)),
	})
	return g
}

// signIn goes through it as a browser and a person would.
func (g *ground) signIn(t *testing.T) (model.Identity, error) {
	t.Helper()
	address, keep, err := g.Begin(t.Context(), "main", origin, "/logs?q=error")
	if err != nil {
		return model.Identity{}, err
	}
	who, to, err := g.Finish(t.Context(), keep, g.authorize(address))
	if err == nil && to != "/logs?q=error" {
		t.Errorf("leads to %q", to)
	}
	return who, err
}

func code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestSignIn(t *testing.T) {
	g := newGround(t, nil)
	got, err := g.signIn(t)
	if err != nil {
		t.Fatal(err)
	}
	want := model.Identity{
		Provider: "main", Subject: "1234", Name: "kim", FullName: "김하늘", Email: "kim@example.com", Role: model.RoleOperator, Teams: []string{"W"}, MayJoin: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("signed in (-want +got):\n%s", diff)
	}
	address, _, err := g.Begin(t.Context(), "main", origin, "/")
	if err != nil {
		t.Fatal(err)
	}
	q, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "redirect_uri": origin + CallbackPath, "code_challenge_method": "S256", "scope": "openid profile email",
	} {
		if got := q.Query().Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

// A token that lies in any way signs nobody in, and neither log nor error repeats it.
func TestLyingTokensAreRefused(t *testing.T) {
	other := keyOf("other")
	set := func(key string, value any) func(map[string]any) {
		return func(m map[string]any) {
			if m[key] = value; value == nil {
				delete(m, key)
			}
		}
	}
	alg := func(name string) func(map[string]any) { return set("alg", name) }
	cases := map[string]func(g *ground){
		"alg none": func(g *ground) {
			g.header = alg("none")
			g.token = func(h, b string) string { return h + "." + b + "." }
		},
		"alg None": func(g *ground) {
			g.header = alg("None")
			g.token = func(h, b string) string { return h + "." + b + "." }
		},
		"alg none, signed": func(g *ground) { g.header = alg("none") },
		"without alg":      func(g *ground) { g.header = set("alg", nil) },
		"unsigned":         func(g *ground) { g.token = func(h, b string) string { return h + "." + b + "." } },
		"two parts":        func(g *ground) { g.token = func(h, b string) string { return h + "." + b } },
		"no token":         func(g *ground) { g.token = func(string, string) string { return "" } },
		"signed with the client's secret": func(g *ground) {
			g.header = alg("HS256")
			g.token = func(h, b string) string { return h + "." + b + "." + hs256([]byte(clientSecret), h+"."+b) }
		},
		"signed with the public key as a secret": func(g *ground) {
			g.header = alg("HS256")
			g.token = func(h, b string) string {
				der, err := x509.MarshalPKIXPublicKey(&g.keys[g.kid].PublicKey)
				if err != nil {
					t.Error(err)
				}
				return h + "." + b + "." + hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), h+"."+b)
			}
		},
		"another's key": func(g *ground) {
			g.token = func(h, b string) string { return h + "." + b + "." + rs256(t, other, h+"."+b) }
		},
		"another's key, no kid": func(g *ground) {
			g.header = set("kid", nil)
			g.token = func(h, b string) string { return h + "." + b + "." + rs256(t, other, h+"."+b) }
		},
		"another's key, unknown": func(g *ground) {
			g.header = set("kid", "x")
			g.token = func(h, b string) string { return h + "." + b + "." + rs256(t, other, h+"."+b) }
		},
		"its own key in the header": func(g *ground) {
			g.header = set("jwk", map[string]any{"kty": "RSA", "n": b64(other.N.Bytes()), "e": "AQAB"})
			g.token = func(h, b string) string { return h + "." + b + "." + rs256(t, other, h+"."+b) }
		},
		"changed after signing": func(g *ground) {
			g.token = func(h, b string) string {
				return h + "." + part(t, map[string]any{"iss": g.URL, "aud": clientID, "sub": "root"}) + "." + rs256(t, g.keys[g.kid], h+"."+b)
			}
		},
		"another issuer":          func(g *ground) { g.payload = set("iss", "https://evil.example.com") },
		"no issuer":               func(g *ground) { g.payload = set("iss", nil) },
		"another audience":        func(g *ground) { g.payload = set("aud", "other") },
		"no audience":             func(g *ground) { g.payload = set("aud", nil) },
		"two audiences, no azp":   func(g *ground) { g.payload = set("aud", []string{clientID, "other"}) },
		"made for another client": func(g *ground) { g.payload = set("azp", "other") },
		"expired":                 func(g *ground) { g.payload = set("exp", g.clock.now().Add(-2*time.Minute).Unix()) },
		"without expiry":          func(g *ground) { g.payload = set("exp", nil) },
		"without time":            func(g *ground) { g.payload = set("iat", nil) },
		"of the future":           func(g *ground) { g.payload = set("iat", g.clock.now().Add(2*time.Minute).Unix()) },
		"not yet":                 func(g *ground) { g.payload = set("nbf", g.clock.now().Add(10*time.Minute).Unix()) },
		"of before the sign-in":   func(g *ground) { g.payload = set("iat", g.clock.now().Add(-2*time.Minute).Unix()) },
		"another nonce":           func(g *ground) { g.payload = set("nonce", "x") },
		"without nonce":           func(g *ground) { g.payload = set("nonce", nil) },
		"of nobody":               func(g *ground) { g.payload = set("sub", "") },
		"without subject":         func(g *ground) { g.payload = set("sub", nil) },
		"another access token":    func(g *ground) { g.payload = set("at_hash", "x") },
		"no ID token":             func(g *ground) { g.answer = set("id_token", nil) },
		"an ID token of a number": func(g *ground) { g.answer = set("id_token", 5) },
		"user info of another": func(g *ground) {
			g.payload = set("groups", nil)
			g.userinfo = map[string]any{"sub": "root", "groups": []string{"root"}}
		},
	}
	for name, lie := range cases {
		t.Run(name, func(t *testing.T) {
			g := newGround(t, nil)
			lie(g)
			who, err := g.signIn(t)
			if got := code(err); got != CodeToken {
				t.Fatalf("%+v, %v", who, err)
			}
			if text := g.log.String() + err.Error(); strings.Contains(text, clientSecret) || strings.Contains(text, "of-access") || strings.Contains(text, "eyJ") {
				t.Errorf("a secret is said: %s", text)
			}
		})
	}
}

// Within a minute the clocks may differ.
func TestClocksMayDiffer(t *testing.T) {
	g := newGround(t, nil)
	g.payload = func(m map[string]any) {
		m["exp"], m["iat"] = g.clock.at.Add(-30*time.Second).Unix(), g.clock.at.Add(-40*time.Second).Unix()
	}
	if _, err := g.signIn(t); err != nil {
		t.Error(err)
	}
	g.payload = func(m map[string]any) { m["iat"] = g.clock.at.Add(40 * time.Second).Unix() }
	if _, err := g.signIn(t); err != nil {
		t.Error(err)
	}
}

// Only the browser that began ends it, in time, with the answer that was meant for it.
func TestAnswersOfOtherSignIns(t *testing.T) {
	g := newGround(t, nil)
	begin := func() (url.Values, string) {
		address, keep, err := g.Begin(t.Context(), "main", origin, "/")
		if err != nil {
			t.Fatal(err)
		}
		return g.authorize(address), keep
	}
	query, keep := begin()
	otherQuery, otherKeep := begin()
	with := func(q url.Values, key, value string) url.Values {
		changed := url.Values{}
		for k, v := range q {
			changed[k] = v
		}
		changed.Set(key, value)
		return changed
	}
	for name, tt := range map[string]struct {
		keep  string
		query url.Values
		want  string
	}{
		"no cookie":                 {"", query, CodeState},
		"another browser":           {otherKeep, query, CodeState},
		"another state":             {keep, with(query, "state", otherQuery.Get("state")), CodeState},
		"no state":                  {keep, with(query, "state", ""), CodeState},
		"a changed cookie":          {keep[:len(keep)-2] + "AA", query, CodeState},
		"a code of another sign-in": {keep, with(query, "code", otherQuery.Get("code")), CodeToken},
		"no code":                   {keep, with(query, "code", ""), CodeToken},
		"an answer of another":      {keep, with(query, "iss", "https://evil.example.com"), CodeToken},
		"the person says no":        {keep, with(query, "error", "access_denied"), CodeRefused},
	} {
		if _, _, err := g.Finish(t.Context(), tt.keep, tt.query); code(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	query, keep = begin()
	if _, _, err := g.Finish(t.Context(), keep, query); err != nil {
		t.Fatal(err)
	}
	if _, _, err := g.Finish(t.Context(), keep, query); code(err) != CodeToken {
		t.Errorf("a code was used twice: %v", err)
	}
	query, keep = begin()
	g.clock.at = g.clock.at.Add(pendingFor + time.Second)
	if _, _, err := g.Finish(t.Context(), keep, query); code(err) != CodeState {
		t.Errorf("after %s: %v", pendingFor, err)
	}
}

// A provider that promises its name in answers must give it.
func TestAnswersWithoutThePromisedIssuer(t *testing.T) {
	g := newGround(t, nil)
	g.discovery = func(m map[string]any) { m["authorization_response_iss_parameter_supported"] = true }
	if _, err := g.signIn(t); code(err) != CodeToken {
		t.Errorf("%v", err)
	}
}

// A provider that is away, or no provider at all, is said as such; when it is back people sign in again.
func TestProviderAway(t *testing.T) {
	for name, wrong := range map[string]func(g *ground){
		"answers 503":    func(g *ground) { g.down = true },
		"another issuer": func(g *ground) { g.discovery = func(m map[string]any) { m["issuer"] = "https://evil.example.com" } },
		"a script to go to": func(g *ground) {
			g.discovery = func(m map[string]any) { m["authorization_endpoint"] = "javascript:alert(1)//" }
		},
		"tokens without TLS": func(g *ground) {
			g.discovery = func(m map[string]any) { m["token_endpoint"] = "http://id.example.com/token" }
		},
		"keys without TLS":    func(g *ground) { g.discovery = func(m map[string]any) { m["jwks_uri"] = "http://id.example.com/keys" } },
		"no endpoints at all": func(g *ground) { g.discovery = func(m map[string]any) { clear(m); m["issuer"] = g.URL } },
	} {
		t.Run(name, func(t *testing.T) {
			g := newGround(t, nil)
			wrong(g)
			if _, err := g.signIn(t); code(err) != CodeUnreachable {
				t.Fatalf("%v", err)
			}
			for range 5 { // it is not asked by each who tries
				if _, err := g.signIn(t); code(err) != CodeUnreachable {
					t.Fatalf("%v", err)
				}
			}
			if n := g.asked["/.well-known/openid-configuration"]; n != 1 {
				t.Errorf("asked %d times", n)
			}
			g.down, g.discovery = false, nil
			g.clock.at = g.clock.at.Add(learnAgain)
			if _, err := g.signIn(t); err != nil {
				t.Errorf("after it came back: %v", err)
			}
		})
	}
}

// An issuer on an address that nobody has allowed is not asked.
func TestIssuerBehindTheGuard(t *testing.T) {
	g := newGround(t, nil)
	g.list[0].client = (&netguard.Guard{}).Client(time.Second)
	_, err := g.signIn(t)
	var refused *netguard.RefusedError
	if code(err) != CodeUnreachable || !errors.As(err, &refused) || len(g.asked) > 0 {
		t.Errorf("%v, asked %v", err, g.asked)
	}
}

// A key that the provider has changed to is fetched; one that it has withdrawn is forgotten within the hour.
func TestKeysOfTheProviderChange(t *testing.T) {
	g := newGround(t, nil)
	for _, kid := range []string{"first", "second", "third"} {
		g.rotate(kid)
		if _, err := g.signIn(t); err != nil {
			t.Errorf("%s: %v", kid, err)
		}
	}
	g.kid = "first"
	stolen := g.keys["first"]
	delete(g.keys, "first")
	g.token = func(h, b string) string { return h + "." + b + "." + rs256(t, stolen, h+"."+b) }
	g.clock.at = g.clock.at.Add(learnEvery)
	if _, err := g.signIn(t); code(err) != CodeToken {
		t.Errorf("a withdrawn key signed somebody in: %v", err)
	}
}

// While the provider says nothing of itself, what it has said holds: people who are there can sign in.
func TestWhatIsKnownHolds(t *testing.T) {
	g := newGround(t, nil)
	if _, err := g.signIn(t); err != nil {
		t.Fatal(err)
	}
	g.clock.at = g.clock.at.Add(2 * learnEvery)
	g.discovery = func(m map[string]any) { clear(m) }
	if _, err := g.signIn(t); err != nil {
		t.Error(err)
	}
	g.down = true
	if _, err := g.signIn(t); code(err) != CodeUnreachable {
		t.Errorf("its token endpoint is away: %v", err)
	}
}

// What the claims make of somebody.
func TestIdentity(t *testing.T) {
	set := func(m map[string]any) func(map[string]any) {
		return func(into map[string]any) {
			for k, v := range m {
				if into[k] = v; v == nil {
					delete(into, k)
				}
			}
		}
	}
	for name, tt := range map[string]struct {
		settings func(*Settings)
		claims   map[string]any
		userinfo map[string]any
		check    func(model.Identity) bool
		code     string
	}{
		"the highest role":       {claims: map[string]any{"groups": []string{"ops", "root"}}, check: func(w model.Identity) bool { return w.Role == model.RoleAdmin }},
		"a single group":         {claims: map[string]any{"groups": "root"}, check: func(w model.Identity) bool { return w.Role == model.RoleAdmin }},
		"no groups":              {claims: map[string]any{"groups": []string{}}, check: func(w model.Identity) bool { return w.Role == model.RoleViewer && len(w.Teams) == 0 }},
		"odd groups":             {claims: map[string]any{"groups": []any{5, nil, "web", map[string]any{}}}, check: func(w model.Identity) bool { return cmp.Equal(w.Teams, []string{"W"}) }},
		"a path of claims":       {settings: func(s *Settings) { s.GroupsClaim = "realm.roles" }, claims: map[string]any{"realm": map[string]any{"roles": []string{"root"}}}, check: func(w model.Identity) bool { return w.Role == model.RoleAdmin }},
		"a claim with dots":      {settings: func(s *Settings) { s.GroupsClaim = "https://x.com/groups" }, claims: map[string]any{"https://x.com/groups": []string{"root"}}, check: func(w model.Identity) bool { return w.Role == model.RoleAdmin }},
		"everything":             {settings: func(s *Settings) { s.Everything = []string{"web"} }, check: func(w model.Identity) bool { return w.Everything }},
		"not everything":         {settings: func(s *Settings) { s.Everything = []string{"db"} }, check: func(w model.Identity) bool { return !w.Everything }},
		"nobody without a role":  {settings: func(s *Settings) { s.Roles = map[string][]string{"admin": {"root"}} }, code: CodeNoRole},
		"a verified email":       {claims: map[string]any{"preferred_username": nil}, check: func(w model.Identity) bool { return w.Name == "kim@example.com" }},
		"an email of anybody":    {claims: map[string]any{"preferred_username": nil, "email_verified": false}, userinfo: map[string]any{"sub": "1234"}, code: CodeNoName},
		"an email not verified":  {claims: map[string]any{"email_verified": "false"}, check: func(w model.Identity) bool { return w.Email == "" }},
		"a claim that is chosen": {settings: func(s *Settings) { s.NameClaim = "upn" }, claims: map[string]any{"upn": "kim.h"}, check: func(w model.Identity) bool { return w.Name == "kim.h" }},
		"groups in user info":    {claims: map[string]any{"groups": nil}, userinfo: map[string]any{"sub": "1234", "groups": []string{"root"}, "preferred_username": "other"}, check: func(w model.Identity) bool { return w.Role == model.RoleAdmin && w.Name == "kim" }},
		"may not join":           {settings: func(s *Settings) { s.AllowSignup = false }, check: func(w model.Identity) bool { return !w.MayJoin }},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGround(t, tt.settings)
			g.payload, g.userinfo = set(tt.claims), tt.userinfo
			who, err := g.signIn(t)
			if code(err) != tt.code || err == nil && !tt.check(who) {
				t.Errorf("%+v, %v", who, err)
			}
		})
	}
}

// The client shows its secret as the provider wants it, once.
func TestClientSecretInTheForm(t *testing.T) {
	g := newGround(t, nil)
	g.discovery = func(m map[string]any) { m["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"} }
	if _, err := g.signIn(t); code(err) != CodeToken { // this provider looks into the header alone
		t.Errorf("%v", err)
	}
	if n := g.asked["/token"]; n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
}

func TestOnlyPlacesOfThisServer(t *testing.T) {
	for to, want := range map[string]string{
		"/logs?q=a&x=%2F%2Fb#c": "", "/": "", "/로그": "", "": "/", "logs": "/", "//evil.com": "/", "///evil.com": "/", "/\\evil.com": "/",
		"\\\\evil.com": "/", "https://evil.com": "/", "javascript:alert(1)": "/", "/\t/evil.com": "/", "/ /evil.com": "/", "/\r\nSet-Cookie: x": "/",
		"/%zz": "/", "/" + strings.Repeat("x", maxTo): "/", " //evil.com": "/",
	} {
		if want == "" {
			want = to
		}
		if got := Relative(to); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}

func FuzzRelative(f *testing.F) {
	for _, to := range []string{"/logs", "//x", "/\\x", "/\t//x"} {
		f.Add(to)
	}
	base, err := url.Parse("https://logs.example.com/a/b")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, to string) {
		ref, err := url.Parse(Relative(to))
		if err != nil {
			t.Fatal(err)
		}
		if u := base.ResolveReference(ref); u.Host != base.Host || u.Scheme != base.Scheme {
			t.Errorf("%q leads to %s", to, u)
		}
	})
}

func FuzzPending(f *testing.F) {
	box, err := secret.Open(filepath.Join(f.TempDir(), secret.KeyFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("x")
	f.Add(strings.Repeat("A", 200))
	f.Fuzz(func(t *testing.T, cookie string) {
		if p := openPending(box, cookie, time.Now()); p != nil {
			t.Errorf("%q is %+v", cookie, p)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	good := Settings{Issuer: "https://id.example.com/realms/a", ClientID: "haetae", Roles: map[string][]string{"viewer": {"*"}}}
	for name, tt := range map[string]struct {
		provider string
		change   func(*Settings)
		key      string
	}{
		"good":              {"main", func(*Settings) {}, ""},
		"loopback":          {"main", func(s *Settings) { s.Issuer = "http://127.0.0.1:9000" }, ""},
		"name":              {"Main/x", func(*Settings) {}, "name"},
		"no TLS":            {"main", func(s *Settings) { s.Issuer = "http://id.example.com" }, "issuer"},
		"looks like it":     {"main", func(s *Settings) { s.Issuer = "http://localhost.evil.com" }, "issuer"},
		"with a password":   {"main", func(s *Settings) { s.Issuer = "https://a:b@id.example.com" }, "issuer"},
		"no issuer":         {"main", func(s *Settings) { s.Issuer = "" }, "issuer"},
		"no client":         {"main", func(s *Settings) { s.ClientID = "" }, "client_id"},
		"redirect":          {"main", func(s *Settings) { s.RedirectURL = "logs.example.com" }, "redirect_url"},
		"unknown role":      {"main", func(s *Settings) { s.Roles = map[string][]string{"boss": {"x"}} }, "roles"},
		"role of a program": {"main", func(s *Settings) { s.Roles = map[string][]string{"ingest": {"x"}} }, "roles"},
		"no roles":          {"main", func(s *Settings) { s.Roles = nil }, "roles"},
	} {
		s := good
		tt.change(&s)
		key, err := s.Validate(tt.provider)
		if (err != nil) != (tt.key != "") || tt.key != "name" && key != tt.key {
			t.Errorf("%s: %q %v", name, key, err)
		}
	}
}
