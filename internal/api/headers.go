package api

import (
	"net"
	"net/http"
)

// apiPolicy is the content security policy of answers that are no pages: a browser that is led to one runs and loads nothing.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// secure sets what every answer says to browsers, which have asked a host, by TLS or without. Pages replace the policy by their own.
func secure(h http.Header, tls bool, host string) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	h.Set("Content-Security-Policy", apiPolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if tls && standard(host) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// standard reports whether a browser has asked at the port of https. Only there may it be told to speak TLS with the host from
// now on: that holds for all its ports, where other servers may speak without.
func standard(host string) bool {
	_, port, err := net.SplitHostPort(host)
	return err != nil || port == "443" // an error: there is no port
}
