package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Authenticator says who somebody is and what a role may. Errors: *model.AccessError, or the store's.
type Authenticator interface {
	// HasAdmin reports whether there is an administrator; it is cheap. Until then this machine itself may do everything.
	HasAdmin() bool
	// Session knows a user by the cookie; renewed, when not empty, takes the cookie's place.
	Session(ctx context.Context, cookie string, from model.Caller) (p model.Principal, renewed string, err error)
	Token(ctx context.Context, secret string, from model.Caller) (model.Principal, error)
	// Certificate knows the client of TLS by the SHA-256 of its verified certificate in hex, and its common name.
	Certificate(ctx context.Context, fingerprint, subject string) (model.Principal, error)
	// Current is a principal that was let in a while ago as it is now. It is cheap.
	Current(ctx context.Context, p model.Principal) (model.Principal, error)
	// Check is nil when a principal has a permission, else a *model.AccessError.
	Check(p model.Principal, permission model.Permission) error
}

// looped is who sends records from this machine without a token. It may do nothing else.
var looped = model.Principal{ID: "loopback", Name: "loopback", Role: model.RoleIngest}

// recognised is who makes a request.
type recognised struct {
	model.Principal
	renewed string // takes the cookie's place
	cookie  bool   // it was known by its cookie, which browsers send by themselves
	why     error  // of nobody: what it lacks
}

// recognise finds out who makes a request: by the socket of the data folder, a token, the cookie of a session, a certificate,
// or by nothing on this machine itself. The error is the store's, or that of a token which is refused: a token that was
// revoked does not become the machine itself.
func (w *Wrapper) recognise(r *http.Request) (recognised, error) {
	if onSocket(r.RemoteAddr) {
		return recognised{Principal: model.Local}, nil
	}
	ctx, from, auth := r.Context(), callerOf(r.RemoteAddr, r), w.auth
	var who recognised
	if auth != nil {
		if secret, ok := tokenOf(r.Header); ok {
			p, err := auth.Token(ctx, secret, from)
			if err == nil {
				return recognised{Principal: p}, nil
			}
			if refused := isRefusal(err); auth.HasAdmin() || !refused {
				if refused {
					w.tellToken(r, err)
				}
				return who, err
			}
		}
		if cookie := visitOf(ctx).session; cookie != "" {
			p, renewed, err := auth.Session(ctx, cookie, from)
			if err == nil {
				return recognised{Principal: p, renewed: renewed, cookie: true}, nil
			}
			if !isRefusal(err) {
				return who, err
			}
			w.tellCopied(r, err)
			who.why = err
		}
		if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
			cert := r.TLS.PeerCertificates[0]
			sum := sha256.Sum256(cert.Raw)
			p, err := auth.Certificate(ctx, hex.EncodeToString(sum[:]), cert.Subject.CommonName)
			if err == nil {
				return recognised{Principal: p}, nil
			}
			if !isRefusal(err) {
				return who, err
			}
			who.why = err
		}
	}
	return w.fromLoopback(r, who), nil
}

// fromLoopback is what this machine itself may without saying who it is. Host names that somebody's page could rebind to loopback,
// and requests that a proxy passes on from elsewhere, are not this machine.
func (w *Wrapper) fromLoopback(r *http.Request, who recognised) recognised {
	first := w.auth == nil || !w.auth.HasAdmin()
	switch {
	case !Loopback(r.RemoteAddr) || proxied(r.Header):
		if first {
			who.why = NewProblem("forbidden", "until there is an administrator, only this machine itself may ask")
		}
	case !localName(r.Host):
		if first {
			who.why = foreignHost(r.Host)
		}
	case first:
		who.Principal = model.Local
	case w.openIngest:
		who.Principal = looped
	}
	return who
}

func foreignHost(host string) error {
	return NewProblem("forbidden", fmt.Sprintf("the host %q is not a name of this machine; use localhost or an address", host))
}

// isRefusal reports whether an error says that somebody is not who it should be, and not that this could not be found out.
func isRefusal(err error) bool {
	var access *model.AccessError
	return errors.As(err, &access)
}

// tokenOf finds a token where the protocols have one: Authorization as Bearer, as a part of Basic, or as Elasticsearch's ApiKey,
// and X-Api-Key. It never looks at the URL, which ends in logs.
func tokenOf(h http.Header) (secret string, ok bool) {
	scheme, rest, _ := strings.Cut(h.Get("Authorization"), " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(scheme) {
	case "bearer":
		return rest, true
	case "basic":
		return tokenPart(rest), true
	case "apikey":
		if strings.HasPrefix(rest, tokenPrefix) {
			return rest, true
		}
		return tokenPart(rest), true
	}
	secret = h.Get("X-Api-Key")
	return secret, secret != ""
}

// tokenPrefix begins every token, so that it is found among the parts of a pair.
const tokenPrefix = "hae_"

// tokenPart is the token in the base64 form of a pair such as name:token; the second part when neither looks like one.
func tokenPart(pair string) string {
	text, err := base64.StdEncoding.DecodeString(pair)
	if err != nil {
		return ""
	}
	first, second, _ := strings.Cut(string(text), ":")
	if strings.HasPrefix(first, tokenPrefix) && !strings.HasPrefix(second, tokenPrefix) {
		return first
	}
	return second
}

func callerOf(peer string, r *http.Request) model.Caller {
	return model.Caller{Address: addressOf(peer), Client: r.UserAgent()}
}

// addressOf is an address without its port; of a Unix socket it is empty.
func addressOf(peer string) string {
	host, _, err := net.SplitHostPort(peer)
	if err != nil {
		return ""
	}
	return host
}

// onSocket reports whether a remote address is that of a Unix socket: only local processes that may open the file.
func onSocket(addr string) bool { return addr == "" || addr == "@" || strings.HasPrefix(addr, "/") }

// Loopback reports whether a remote address "host:port", or the name of a Unix socket, is this machine itself.
func Loopback(addr string) bool {
	if onSocket(addr) {
		return true
	}
	ap, err := netip.ParseAddrPort(addr)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

// proxied reports whether a proxy says that it passes a request on. An empty header counts: whoever asks may have sent it, and what
// the proxy says stands in another line.
func proxied(h http.Header) bool {
	for _, name := range [...]string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if len(h[name]) > 0 {
			return true
		}
	}
	return false
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
