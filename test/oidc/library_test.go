package oidc

import (
	"log/slog"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/access/oidc"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/netguard"
	"github.com/haetae/haetae/internal/secret"
)

// providers is Haetae's side of a provider.
func providers(t *testing.T, p Provider) *oidc.Providers {
	t.Helper()
	at, err := url.Parse(p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	guard, err := netguard.New([]string{at.Host})
	if err != nil {
		t.Fatal(err)
	}
	box, err := secret.Open(filepath.Join(t.TempDir(), secret.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	s := oidc.Settings{
		Issuer: p.Issuer, ClientID: ClientID, ClientSecret: ClientSecret,
		Roles: map[string][]string{"operator": {"ops"}, "viewer": {"web"}}, Teams: map[string][]string{"W": {"web"}},
	}
	if key, err := s.Validate("main"); err != nil {
		t.Fatal(key, err)
	}
	return oidc.New(oidc.Options{Settings: map[string]oidc.Settings{"main": s}, Guard: guard, Seals: box, Log: slog.New(slog.DiscardHandler)})
}

// A provider that others have written and certified signs people in, whether it puts the claims into its tokens or not.
func TestSignInWithLibrary(t *testing.T) {
	for name, args := range map[string][]string{"claims in tokens": nil, "claims in user info": {"--small-tokens"}} {
		t.Run(name, func(t *testing.T) {
			p := Start(t, args...)
			haetae := providers(t, p)
			for who, want := range map[string]model.Identity{
				"kim": {Provider: "main", Subject: "kim", Name: "kim", FullName: "김하늘", Email: "kim@example.com", Role: model.RoleViewer, Teams: []string{"W"}},
				"lee": {Provider: "main", Subject: "lee", Name: "lee", FullName: "Lee Min", Email: "lee@example.com", Role: model.RoleOperator, Teams: []string{"W"}},
			} {
				address, keep, err := haetae.Begin(t.Context(), "main", "http://127.0.0.1:7700", "/logs?q=a")
				if err != nil {
					t.Fatal(err)
				}
				b := NewBrowser(t, func(u *url.URL) bool { return u.Path == oidc.CallbackPath })
				back := b.SignIn(t, address, who)
				got, to, err := haetae.Finish(t.Context(), keep, back.Query())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" || to != "/logs?q=a" {
					t.Errorf("%s, to %q (-want +got):\n%s", who, to, diff)
				}
				if _, _, err := haetae.Finish(t.Context(), keep, back.Query()); err == nil {
					t.Error("the provider took a code twice")
				}
			}
		})
	}
}
