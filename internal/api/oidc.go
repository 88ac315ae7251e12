package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// SignInWith knows people who have an account somewhere else (OpenID Connect). Errors: *model.AccessError with a code of the sign-in
// page.
type SignInWith interface {
	// Begin returns where to send a browser, and what it keeps until it comes back. origin is how it calls this server.
	Begin(ctx context.Context, provider, origin, to string) (address, keep string, err error)
	// Finish returns who came back, and where the browser wants to go. who is known once the provider is believed, also when nobody is
	// let in.
	Finish(ctx context.Context, keep string, query url.Values) (who model.Identity, to string, err error)
}

// signInFor bounds how long a browser keeps a sign-in that has begun.
const signInFor = 10 * time.Minute

func (s *server) registerOIDC(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/v1/oidc/{provider}/start", s.beginOIDC)
	mux.HandleFunc("GET /api/v1/oidc/callback", s.finishOIDC)
}

func (s *server) beginOIDC(w http.ResponseWriter, r *http.Request) {
	to := r.URL.Query().Get("to")
	address, keep, err := s.SignInWith.Begin(r.Context(), r.PathValue("provider"), calledBy(r), to)
	if err != nil {
		s.notSignedIn(w, r, to, err)
		return
	}
	s.keepSignIn(w, r, keep)
	// The address holds the state: no page behind it learns of it, and no cache keeps it.
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, address, http.StatusFound)
}

func (s *server) finishOIDC(w http.ResponseWriter, r *http.Request) {
	keep := cookieOf(r, signInCookie(r))
	s.keepSignIn(w, r, "") // whatever comes of it, it is over
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds a code
	ctx := r.Context()
	v := visitOf(ctx)
	who, to, err := s.SignInWith.Finish(ctx, keep, r.URL.Query())
	cookie := ""
	if err == nil {
		cookie, err = s.signInAs(ctx, who)
	}
	if err != nil {
		// Anybody can come here without having been anywhere: only who is known is worth a line.
		if who.Name != "" {
			s.auditFailure(ctx, "session.sign_in", model.Principal{Name: who.Name}, err)
		}
		s.notSignedIn(w, r, to, err)
		return
	}
	p, _, err := s.Access.Session(ctx, cookie, v.caller)
	if err != nil {
		s.notSignedIn(w, r, to, err)
		return
	}
	s.auditDone(ctx, model.AuditEntry{Action: "session.sign_in", By: p, Target: p.Name, After: map[string]any{
		"provider": who.Provider, "role": who.Role, "teams": who.Teams, "everything": who.Everything, // what the account is from now on
	}}, nil)
	session := setSession(v, cookie)
	http.SetCookie(w, &session)
	http.Redirect(w, r, to, http.StatusFound)
}

// signInAs begins a session for somebody whom a provider knows, and returns its cookie. What the account becomes by that is told before.
func (s *server) signInAs(ctx context.Context, who model.Identity) (cookie string, err error) {
	u, err := s.Access.Provision(ctx, who, func(action string, before, after *model.User, change func() error) error {
		e := told(action, after.Name, before, after)
		e.By = model.Principal{ID: after.ID, Name: after.Name, Kind: model.KindUser, Role: after.Role}
		return s.changeAudited(ctx, e, change)
	})
	if err != nil {
		return "", err
	}
	return s.Access.SignInAs(ctx, u, visitOf(ctx).caller)
}

// notSignedIn leads back to the page that words what went wrong and offers the other ways.
func (s *server) notSignedIn(w http.ResponseWriter, r *http.Request, to string, err error) {
	code := "internal"
	var access *model.AccessError
	var taken *model.TakenError
	switch {
	case errors.As(err, &access):
		code = access.Code
	case errors.As(err, &taken):
		code = "oidc.taken"
	default:
		s.Log.Error("cannot sign somebody in with a provider", "request_id", RequestID(r.Context()), "error", err)
	}
	page := url.URL{Path: "/signin", RawQuery: url.Values{"problem": {code}, "back": {to}}.Encode()}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page.String(), http.StatusFound)
}

// keepSignIn lets the browser keep a sign-in that has begun; an empty one takes it away. The provider leads back from another site,
// which strict cookies do not survive.
func (s *server) keepSignIn(w http.ResponseWriter, r *http.Request, keep string) {
	c := http.Cookie{
		Name: signInCookie(r), Value: keep, Path: "/", MaxAge: int(signInFor.Seconds()), HttpOnly: true, Secure: visitOf(r.Context()).secure, SameSite: http.SameSiteLaxMode,
	}
	if keep == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, &c)
}

func signInCookie(r *http.Request) string {
	if visitOf(r.Context()).secure {
		return "__Host-haetae_sign_in"
	}
	return "haetae_sign_in"
}

// calledBy is how the browser calls this server.
func calledBy(r *http.Request) string {
	if visitOf(r.Context()).secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
