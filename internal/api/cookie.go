package api

import "net/http"

// Names of the cookie of a session. Under TLS the prefix makes browsers take it from this host alone and send it encrypted
// only (RFC 6265bis section 4.1.3.2).
const (
	cookiePlain  = "haetae_session"
	cookieSecure = "__Host-haetae_session"
)

func cookieName(tls bool) string {
	if tls {
		return cookieSecure
	}
	return cookiePlain
}

// cookieOf is what the cookie of a name holds, "" without one.
func cookieOf(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setSession is a session's cookie as a header has it; an empty value takes it away. It ends with the browser, and with the
// session, which the server knows.
func setSession(v visit, value string) http.Cookie {
	c := http.Cookie{Name: v.cookie, Value: value, Path: "/", HttpOnly: true, Secure: v.secure, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}
