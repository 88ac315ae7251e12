package oidc

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/netguard"
)

// skew is by how much the clock of a provider may be off.
const skew = time.Minute

// Codes of why somebody could not sign in, for the page that says so.
const (
	CodeUnknown     = "oidc.unknown"     // there is no provider of the name
	CodeUnreachable = "oidc.unreachable" // the provider does not answer, or not as one
	CodeState       = "oidc.state"       // it was begun in another browser, or too long ago
	CodeRefused     = "oidc.refused"     // the provider said no, or the person did
	CodeToken       = "oidc.token"       // what the provider says cannot be believed
	CodeNoName      = "oidc.no_name"     // no claim names the account
	CodeNoRole      = "oidc.no_role"     // no group gives a role
)

// Error says why somebody could not sign in.
type Error struct {
	Code string
	Err  error // for the log
}

func (e *Error) Error() string { return e.Code + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Providers are all providers of the configuration.
type Providers struct {
	list  []*provider
	seals Sealer
	log   *slog.Logger
	now   func() time.Time
}

// Options of New.
type Options struct {
	Settings map[string]Settings
	Guard    *netguard.Guard // of what is fetched
	Seals    Sealer
	Log      *slog.Logger
	Now      func() time.Time // time.Now when nil
}

// New returns the providers; the settings have been validated. It asks nobody yet.
func New(o Options) *Providers {
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Providers{seals: o.Seals, log: o.Log, now: o.Now}
	client := o.Guard.Client(askWithin)
	for name, s := range o.Settings {
		p.list = append(p.list, newProvider(name, s, client, o.Now))
	}
	slices.SortFunc(p.list, func(a, b *provider) int { return strings.Compare(a.name, b.name) })
	return p
}

// List names the providers, for their buttons.
func (p *Providers) List() []model.SignInProvider {
	list := make([]model.SignInProvider, len(p.list))
	for i, one := range p.list {
		list[i] = model.SignInProvider{ID: one.name, Name: cmp.Or(one.settings.Label, one.name)}
	}
	return list
}

// Begin returns the address at the provider to which the browser goes, and what it keeps until it comes back. origin is how the
// browser calls this server (https://HOST), to is where it wants to go afterwards. Errors: *Error.
func (p *Providers) Begin(ctx context.Context, name, origin, to string) (address, keep string, err error) {
	one := p.find(name)
	if one == nil {
		return "", "", &Error{CodeUnknown, fmt.Errorf("there is no provider %q", name)}
	}
	known, err := one.know(ctx)
	if err != nil {
		return "", "", p.failed(one, CodeUnreachable, err)
	}
	redirect := one.settings.RedirectURL
	if redirect == "" {
		redirect = origin + CallbackPath
	}
	begun := newPending(name, redirect, to, p.now())
	if keep, err = begun.seal(p.seals); err != nil {
		return "", "", err
	}
	config := known.oauth
	config.RedirectURL = redirect
	return config.AuthCodeURL(begun.State, gooidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier)), keep, nil
}

// CallbackPath is where providers send browsers back to.
const CallbackPath = "/api/v1/oidc/callback"

// Finish returns who came back from a provider, and where they want to go. keep is what Begin gave to the browser, query what the
// provider gave it. Errors: *Error.
func (p *Providers) Finish(ctx context.Context, keep string, query url.Values) (who model.Identity, to string, err error) {
	begun := openPending(p.seals, keep, p.now())
	if begun == nil || subtle.ConstantTimeCompare([]byte(begun.State), []byte(query.Get("state"))) != 1 {
		return who, "", &Error{CodeState, errors.New("the browser has not begun this sign-in, or too long ago")}
	}
	one := p.find(begun.Provider)
	if one == nil {
		return who, begun.To, &Error{CodeUnknown, fmt.Errorf("there is no provider %q any more", begun.Provider)}
	}
	if who, err = p.finish(ctx, one, begun, query); err != nil {
		var e *Error
		if !errors.As(err, &e) {
			e = &Error{CodeToken, err}
		}
		return who, begun.To, p.failed(one, e.Code, e.Err)
	}
	return who, begun.To, nil
}

func (p *Providers) finish(ctx context.Context, one *provider, begun *pending, query url.Values) (who model.Identity, err error) {
	ctx, cancel := context.WithTimeout(one.ask(ctx), 2*askWithin)
	defer cancel()
	known, err := one.know(ctx)
	if err != nil {
		return who, &Error{CodeUnreachable, err}
	}
	// An answer of one provider brought to another gives that one a foreign code (RFC 9207).
	if iss := query.Get("iss"); iss != one.settings.Issuer && (iss != "" || known.namesIss) {
		return who, fmt.Errorf("the answer is from %q", iss)
	}
	if code := query.Get("error"); code != "" {
		return who, &Error{CodeRefused, fmt.Errorf("%q %q", code, query.Get("error_description"))}
	}
	config := known.oauth
	config.RedirectURL = begun.Redirect
	tokens, err := config.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(begun.Verifier))
	if err != nil {
		return who, exchangeError(err)
	}
	said, err := known.believe(ctx, tokens, begun, p.now())
	if err != nil {
		return who, err
	}
	if err := known.askMore(ctx, tokens, said, &one.settings); err != nil {
		return who, err
	}
	return one.identity(said)
}

// exchangeError tells a provider that does not answer from one that does not take the code, without what it has sent.
func exchangeError(err error) error {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) && answer.Response != nil {
		if answer.Response.StatusCode >= 500 {
			return &Error{CodeUnreachable, fmt.Errorf("its token endpoint answers %s", answer.Response.Status)}
		}
		return fmt.Errorf("its token endpoint answers %s %q", answer.Response.Status, answer.ErrorCode)
	}
	return &Error{CodeUnreachable, err}
}

func (p *Providers) find(name string) *provider {
	i := slices.IndexFunc(p.list, func(one *provider) bool { return one.name == name })
	if i < 0 {
		return nil
	}
	return p.list[i]
}

// failed logs why, since the person is only told what to do.
func (p *Providers) failed(one *provider, code string, err error) error {
	text := err.Error()
	if len(text) > maxErrorLen {
		text = strings.ToValidUTF8(text[:maxErrorLen], "") + "…"
	}
	p.log.Warn("nobody was signed in", "provider", one.name, "code", code, "error", text)
	return &Error{code, err}
}
