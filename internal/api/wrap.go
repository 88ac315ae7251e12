package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
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
	keyRequestID
	keyPeer
)

// PrincipalOf returns who makes the request.
func PrincipalOf(ctx context.Context) model.Principal {
	p, _ := ctx.Value(keyPrincipal).(model.Principal)
	return p
}

// scopeOf returns what the principal may see. A request that came around the wrapper sees nothing.
func scopeOf(ctx context.Context) model.Scope { return PrincipalOf(ctx).Scope }

// peerOf returns the address of who makes the request.
func peerOf(ctx context.Context) string {
	peer, _ := ctx.Value(keyPeer).(string)
	return peer
}

// RequestID returns the id that answers and log lines of a request carry.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(keyRequestID).(string)
	return id
}

// Wrapper is the one way into every HTTP handler: it admits the caller, names the request, counts it, and
// keeps a panic from ending the server.
type Wrapper struct {
	log      *slog.Logger
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	browsers *http.CrossOriginProtection
}

// NewWrapper returns the wrapper with its metrics registered.
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
	}
	reg.MustRegister(w.requests, w.seconds)
	return w
}

// Wrap puts the wrapper around a handler. Until accounts exist it refuses every address but loopback, host
// names that could be rebound to loopback by somebody's web page, and writes that such a page sends.
func (w *Wrapper) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		id := requestID(r)
		ctx := context.WithValue(context.WithValue(r.Context(), keyRequestID, id), keyPeer, r.RemoteAddr)
		rec := &recorder{ResponseWriter: rw, id: id, start: time.Now()}
		rec.Header().Set("X-Request-Id", id)
		r = r.WithContext(ctx)
		defer w.finish(rec, r)
		if err := w.admit(r); err != nil {
			writeProblem(rec, r, err)
			return
		}
		*r = *r.WithContext(context.WithValue(ctx, keyPrincipal, model.Local))
		next.ServeHTTP(rec, r)
	})
}

func (w *Wrapper) admit(r *http.Request) error {
	if !Loopback(r.RemoteAddr) {
		return NewProblem("forbidden", "until accounts exist, only this machine itself may ask; "+r.RemoteAddr+" is not loopback")
	}
	if !localName(r.Host) {
		return NewProblem("forbidden", fmt.Sprintf("the host %q is not a name of this machine; use localhost or an address", r.Host))
	}
	if err := w.browsers.Check(r); err != nil {
		return NewProblem("forbidden", "a web page of another origin may not send here: "+err.Error())
	}
	return nil
}

func (w *Wrapper) finish(rec *recorder, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler {
			panic(p)
		}
		w.log.Error("a request failed", "request_id", rec.id, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
		if rec.status == 0 {
			writeProblem(rec, r, NewProblem("internal", "the server failed; its log names request "+rec.id))
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

// Loopback reports whether a remote address "host:port", or the name of a Unix socket, is this machine itself.
func Loopback(addr string) bool {
	if addr == "" || addr == "@" || strings.HasPrefix(addr, "/") {
		return true // a Unix socket: only local processes that may open the file
	}
	ap, err := netip.ParseAddrPort(addr)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

func localName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); id != "" && len(id) <= 64 && printable(id) {
		return id
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
