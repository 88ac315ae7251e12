package oidc

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Bounds of asking a provider.
const (
	askWithin   = 10 * time.Second
	learnEvery  = time.Hour       // keys that a provider has withdrawn are forgotten after that
	learnAgain  = 3 * time.Second // after a failure, whoever asks
	maxErrorLen = 300             // an error may repeat what the provider has sent
)

// provider is one provider, with what it has said of itself.
type provider struct {
	name     string
	settings Settings
	client   *http.Client
	now      func() time.Time

	busy   chan struct{} // held by who learns
	about  *about
	learnt time.Time
	failed time.Time
	err    error
}

// about is what a provider says of itself (OpenID Connect Discovery 1.0).
type about struct {
	*gooidc.Provider
	verifier *gooidc.IDTokenVerifier
	oauth    oauth2.Config
	namesIss bool // it puts its issuer into each answer (RFC 9207)
}

func newProvider(name string, s Settings, client *http.Client, now func() time.Time) *provider {
	return &provider{name: name, settings: s, client: client, now: now, busy: make(chan struct{}, 1)}
}

// ask returns ctx with the client that the libraries take from it.
func (p *provider) ask(ctx context.Context) context.Context {
	return gooidc.ClientContext(ctx, p.client)
}

// know returns what the provider says of itself, asking it when that is not known or old. What was known stays while it does
// not answer.
func (p *provider) know(ctx context.Context) (*about, error) {
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	now := p.now()
	switch {
	case p.about != nil && now.Sub(p.learnt) < learnEvery:
		return p.about, nil
	case now.Sub(p.failed) < learnAgain:
		return p.about, p.err
	}
	fresh, err := p.learn(ctx)
	if err != nil {
		if p.failed = now; p.about == nil {
			p.err = err
		}
		return p.about, p.err
	}
	p.about, p.learnt, p.err = fresh, now, nil
	return fresh, nil
}

func (p *provider) learn(ctx context.Context) (*about, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	known, err := gooidc.NewProvider(p.ask(ctx), p.settings.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		JWKS     string   `json:"jwks_uri"`
		Methods  []string `json:"token_endpoint_auth_methods_supported"`
		NamesIss bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := known.Claims(&more); err != nil {
		return nil, fmt.Errorf("cannot understand what it says of itself: %w", err)
	}
	endpoint := known.Endpoint()
	for what, address := range map[string]string{"authorization_endpoint": endpoint.AuthURL, "token_endpoint": endpoint.TokenURL, "jwks_uri": more.JWKS} {
		if err := checkEndpoint(address); err != nil {
			return nil, fmt.Errorf("its %s: %w", what, err)
		}
	}
	endpoint.AuthStyle = authStyle(p.settings.ClientSecret, more.Methods)
	return &about{
		Provider: known, namesIss: more.NamesIss,
		// Without a list of its own the verifier takes the asymmetric algorithms of those that the provider names, else RS256: a
		// token without a signature, or signed with the client's secret or a public key taken for a secret, is never right.
		verifier: known.Verifier(&gooidc.Config{
			ClientID: p.settings.ClientID, Now: func() time.Time { return p.now().Add(-skew) },
		}),
		oauth: oauth2.Config{ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret, Endpoint: endpoint, Scopes: p.scopes()},
	}, nil
}

// authStyle is how the client shows its secret: in a header unless the provider takes it in the form alone. A public client has none to
// show. Trying both would spend the code.
func authStyle(secret string, methods []string) oauth2.AuthStyle {
	if secret == "" || len(methods) > 0 && !slices.Contains(methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

func (p *provider) scopes() []string {
	scopes := p.settings.Scopes
	if len(scopes) == 0 {
		scopes = []string{"profile", "email"}
	}
	if !slices.Contains(scopes, gooidc.ScopeOpenID) {
		scopes = append([]string{gooidc.ScopeOpenID}, scopes...)
	}
	return scopes
}
