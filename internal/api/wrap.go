package api

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
)

type contextKey int

const (
	keyPrincipal contextKey = iota
	keyVisit
)

// visit is a request as its handlers need to know it.
type visit struct {
	id      string
	peer    string // host:port
	caller  model.Caller
	cookie  string // name of the cookie of sessions
	session string // what it holds
	secure  bool   // the browser speaks TLS
	path    string
	log     *slog.Logger
}

// PrincipalOf returns who makes the request.
func PrincipalOf(ctx context.Context) model.Principal {
	p, _ := ctx.Value(keyPrincipal).(model.Principal)
	return p
}

// scopeOf returns what the principal may see. A request that came around the wrapper sees nothing.
func scopeOf(ctx context.Context) model.Scope { return PrincipalOf(ctx).Scope }

func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(keyVisit).(visit)
	return v
}

// peerOf returns the address of who makes the request.
func peerOf(ctx context.Context) string { return visitOf(ctx).peer }

// RequestID returns the id that answers and log lines of a request carry.
func RequestID(ctx context.Context) string { return visitOf(ctx).id }

// Wrapper is the one way into every HTTP handler: it finds out who asks and whether that is allowed, names the request, counts
// it, and keeps a panic from ending the server.
type Wrapper struct {
	log      *slog.Logger
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	browsers *http.CrossOriginProtection
	refusals map[string]Refusal // by pattern

	auth       Authenticator // nil: only this machine itself may ask
	openIngest bool
	member     string
	proxies    []netip.Prefix
	// proxyHeader is the one in which these say whom they pass on.
	proxyHeader string
	audit       func(ctx context.Context, e model.AuditEntry) error // nil: tells nobody
}

// Refusal writes that a request is refused, in the form of its protocol. The error is a *model.AccessError, or one of the server.
type Refusal func(w http.ResponseWriter, r *http.Request, err error)

// Admission says whom a Wrapper lets in.
type Admission struct {
	Authenticator Authenticator
	OpenIngest    bool           // records from this machine itself need no token
	Member        string         // secret of the other processes of the installation; "" when there are none
	Proxies       []netip.Prefix // that are believed whom they pass on
	ProxyHeader   string         // HeaderForwardedFor or HeaderForwarded: what these write
	// Audit is told of what somebody was refused; nil is not.
	Audit func(ctx context.Context, e model.AuditEntry) error
}

// NewWrapper returns the wrapper with its metrics registered. Until Admit it knows this machine itself alone.
func NewWrapper(log *slog.Logger, reg prometheus.Registerer) *Wrapper {
	w := &Wrapper{
		log: log,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "haetae_http_requests_total", Help: "Requests by route and status.",
		}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "haetae_http_request_seconds", Help: "Time to answer by route, without live tails.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 60},
		}, []string{"route"}),
		browsers: http.NewCrossOriginProtection(),
		refusals: map[string]Refusal{},
	}
	reg.MustRegister(w.requests, w.seconds)
	return w
}

// Admit says whom to let in; call it before the first request.
func (w *Wrapper) Admit(a Admission) {
	w.auth, w.openIngest, w.member, w.audit = a.Authenticator, a.OpenIngest, a.Member, a.Audit
	w.proxies, w.proxyHeader = a.Proxies, a.ProxyHeader
}

// Refuse has the requests to a pattern refused in the form of its protocol; call it before the first request.
func (w *Wrapper) Refuse(pattern string, refusal Refusal) { w.refusals[pattern] = refusal }

// Wrap puts the wrapper around the routes of a port.
func (w *Wrapper) Wrap(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		id := requestID(r)
		rec := &recorder{ResponseWriter: rw, id: id, start: time.Now()}
		rec.Header().Set("X-Request-Id", id)
		from := w.originOf(r)
		secure(rec.Header(), from.secure, r.Host)
		name := cookieName(from.secure)
		ctx := context.WithValue(r.Context(), keyVisit, visit{
			id: id, peer: from.peer, caller: callerOf(from.peer, r), cookie: name, session: cookieOf(r, name), secure: from.secure,
			path: r.URL.Path, log: w.log,
		})
		r = r.WithContext(ctx)
		r.RemoteAddr = from.peer
		defer w.finish(rec, r)
		_, r.Pattern = mux.Handler(r)
		who, err := w.admit(r)
		if who.renewed != "" {
			renewed := setSession(visitOf(ctx), who.renewed)
			http.SetCookie(rec, &renewed)
		}
		if err != nil {
			w.tellDenied(ctx, &who.Principal, r, err)
			w.refuse(rec, r, err)
			return
		}
		permission := w.wanted(rights[r.Pattern], &who)
		if permission != model.PermitIngest {
			boundBody(rec, r)
		}
		guarded, end := w.guard(rec, r.WithContext(context.WithValue(ctx, keyPrincipal, who.Principal)), permission)
		defer end()
		*r = *guarded
		mux.ServeHTTP(rec, r)
	})
}

// tellDenied writes to the audit trail that somebody asked for what he may not. Requests of nobody are not told: there is
// no end of them.
func (w *Wrapper) tellDenied(ctx context.Context, who *model.Principal, r *http.Request, err error) {
	code := problemOf(err).Code
	if w.audit == nil || who.Kind == model.KindNobody || code != model.AccessDenied && code != model.AccessViewOnly {
		return
	}
	_ = w.audit(ctx, model.AuditEntry{ // which counts and shows what is wrong
		Action: "request", By: *who, Target: r.Pattern, Outcome: model.AuditDenied, Address: addressOf(r.RemoteAddr), RequestID: RequestID(ctx),
	})
}

// tellCopied writes to the audit trail that a session was ended since its cookie was copied.
func (w *Wrapper) tellCopied(r *http.Request, err error) {
	var copied *model.CopiedError
	if w.audit == nil || !errors.As(err, &copied) {
		return
	}
	u := copied.User
	_ = w.audit(r.Context(), model.AuditEntry{ // which counts and shows what is wrong
		Action: "session.copied", By: model.Principal{ID: u.ID, Name: u.Name, Kind: model.KindUser, Role: u.Role}, Target: u.Name,
		Outcome: model.AuditDenied, After: map[string]any{"error": err.Error(), "session": copied.Session},
		Address: addressOf(r.RemoteAddr), RequestID: RequestID(r.Context()),
	})
}

// tellToken writes to the audit trail that a token was refused: by whom it was when it was once right, else what it gave itself out for.
// Nothing else of what was sent is told, so that who tries others is told as one with those before (see audit's folds).
func (w *Wrapper) tellToken(r *http.Request, err error) {
	if w.audit == nil {
		return
	}
	after := map[string]any{"error": err.Error(), "route": r.Pattern}
	e := model.AuditEntry{
		Action: "token.refused", Outcome: model.AuditDenied, After: after, Address: addressOf(r.RemoteAddr), RequestID: RequestID(r.Context()),
	}
	var token *model.TokenError
	if errors.As(err, &token) && token.Token.ID != "" {
		after["id"], e.Target = token.Token.ID, token.Token.Name
		if token.Proved {
			e.By = model.Principal{ID: token.Token.ID, Name: token.Token.Name, Kind: model.KindToken, Role: token.Token.Role}
		}
	}
	_ = w.audit(r.Context(), e) // which counts and shows what is wrong
}

// Sender admits who sends records by a protocol other than HTTP: the request has the address, header and TLS state of what it
// sends, and as its pattern what the audit trail calls that. The context that is returned carries the principal.
func (w *Wrapper) Sender(r *http.Request) (context.Context, error) {
	if from := w.originOf(r); from.peer != r.RemoteAddr {
		r = r.WithContext(r.Context())
		r.RemoteAddr = from.peer
	}
	who, err := w.recognise(r)
	if err == nil {
		err = w.may(&who, model.PermitIngest)
	}
	if err != nil {
		w.tellDenied(r.Context(), &who.Principal, r, err)
	}
	return context.WithValue(r.Context(), keyPrincipal, who.Principal), asAccess(err)
}

// admit says who asks, and an error unless that may.
func (w *Wrapper) admit(r *http.Request) (who recognised, err error) {
	right, known := rights[r.Pattern]
	switch {
	case r.Pattern == "":
		right.wants = model.PermitNobody // 404 and 405
	case !known:
		return who, denied("the server does not say who may use " + r.Pattern)
	}
	if err := w.checkOrigin(r, right.costs); err != nil {
		return who, err
	}
	switch {
	case r.Pattern == consolePattern:
		return who, nil // whoever asks: an answer that may be kept for everybody must not carry anybody's renewed cookie
	case right.wants == model.PermitMember:
		return who, w.admitMember(r)
	case r.Pattern == setupPattern && !localName(r.Host) && (w.auth == nil || !w.auth.HasAdmin()):
		return who, foreignHost(r.Host) // the one change that anybody may ask for then
	}
	if who, err = w.recognise(r); err != nil {
		return who, err
	}
	if unsafe(r.Method) {
		if who.cookie && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
			return who, NewProblem("forbidden", "a change by a session wants the header Origin or Sec-Fetch-Site, which browsers send; programs use a token")
		}
		if who.SeenBy.ID != "" && !right.inView {
			return who, &model.AccessError{Code: model.AccessViewOnly, Detail: "nothing can be changed while you look as " + who.Name}
		}
	}
	return who, w.may(&who, w.wanted(right, &who))
}

// checkOrigin refuses what a page of another origin has a browser send: changes, and downloads that cost something.
func (w *Wrapper) checkOrigin(r *http.Request, costs bool) error {
	if costs && !unsafe(r.Method) {
		asked := *r
		asked.Method = http.MethodPost // which is checked
		r = &asked
	}
	if w.browsers.Check(r) == nil {
		return nil
	}
	detail := "a web page of another origin may neither change anything here nor start a download: do it in the console, at its own address"
	if r.Header.Get("Sec-Fetch-Site") == "" { // an old browser: what it says of its page is compared with what it asked for
		detail += "; when this is the console, the proxy before it has to pass on the header Host as the browser sends it"
	}
	return NewProblem("forbidden", detail)
}

// wanted is the permission by which somebody may use a route, or that he lacks.
func (w *Wrapper) wanted(right right, who *recognised) model.Permission {
	if right.or != "" && w.may(who, right.or) == nil {
		return right.or
	}
	return right.wants
}

// may is nil when somebody has a permission.
func (w *Wrapper) may(who *recognised, permission model.Permission) error {
	switch {
	case permission == model.PermitNobody, who.Kind == model.KindLocal:
		return nil
	case who.ID == looped.ID && permission == model.PermitIngest:
		return nil
	case who.Kind == model.KindNobody && who.why != nil:
		return who.why
	case who.Kind == model.KindNobody:
		return &model.AccessError{Code: model.AccessRequired, Detail: "sign in, or send a token: Authorization: Bearer TOKEN"}
	}
	return missing(w.auth.Check(who.Principal, permission), permission)
}

// admitMember lets the other processes of the installation in, by the secret that they share.
func (w *Wrapper) admitMember(r *http.Request) error {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || w.member == "" || subtle.ConstantTimeCompare([]byte(given), []byte(w.member)) != 1 {
		return denied("only processes that share the metadata store may ask")
	}
	return nil
}

// missing names the permission that somebody lacks.
func missing(err error, permission model.Permission) error {
	if err == nil {
		return nil
	}
	p := *problemOf(err)
	p.Params = map[string]string{"permission": string(permission)}
	return &p
}

func denied(detail string) error { return &model.AccessError{Code: model.AccessDenied, Detail: detail} }

func unsafe(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// asAccess is a refusal in the words that inputs know.
func asAccess(err error) error {
	var p *Problem
	if errors.As(err, &p) && p.Status < http.StatusInternalServerError {
		return &model.AccessError{Code: p.Code, Detail: p.Detail}
	}
	return err
}

func (w *Wrapper) refuse(rec *recorder, r *http.Request, err error) {
	if refusal := w.refusals[r.Pattern]; refusal != nil {
		logInside(r.Context(), err)
		refusal(rec, r, asAccess(err))
		return
	}
	writeProblem(rec, r, err)
}

func (w *Wrapper) finish(rec *recorder, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler {
			panic(p)
		}
		w.log.Error("a request failed", "request_id", rec.id, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
		if rec.status == 0 {
			told := NewProblem("internal", "the server failed; its log names request "+rec.id)
			told.outside = "" // it is in the log
			writeProblem(rec, r, told)
		}
	}
	route := r.Pattern
	if route == "" {
		route = "(none)"
	}
	w.requests.WithLabelValues(route, strconv.Itoa(max(rec.status, http.StatusOK))).Inc()
	if !strings.HasSuffix(route, "/tail") {
		w.seconds.WithLabelValues(route).Observe(time.Since(rec.start).Seconds())
	}
}

// requestID names a request. What the sender calls it begins the name and is never all of it: the audit trail tells by it which entries
// belong together.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); id != "" && len(id) <= 47 && printable(id) {
		return id + "-" + randomID()
	}
	return randomID()
}

func randomID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// recorder remembers the status for the metrics.
type recorder struct {
	http.ResponseWriter
	id     string
	status int
	start  time.Time
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach flush and deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
