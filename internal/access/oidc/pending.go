package oidc

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// pendingFor bounds how long somebody may take at the provider.
const pendingFor = 10 * time.Minute

// pending is a sign-in that has begun. The browser keeps it sealed in a cookie, so that only the browser that began can end it, and no
// server remembers those who never come back.
type pending struct {
	Provider string `json:"p"`
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"` // of PKCE
	Redirect string `json:"r"`
	To       string `json:"t"`
	Began    int64  `json:"b"` // Unix seconds
}

// Sealer seals what must come back unread and unchanged; secret.Box is one.
type Sealer interface {
	Seal(plain []byte, about string) ([]byte, error)
	Open(sealed []byte, about string) ([]byte, error)
}

// sealedAs says what a pending sign-in is, to the sealer.
const sealedAs = "oidc.sign-in"

func newPending(provider, redirect, to string, now time.Time) *pending {
	return &pending{
		Provider: provider, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Redirect: redirect, To: Relative(to), Began: now.Unix(),
	}
}

func (p *pending) seal(s Sealer) (string, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // a cookie has 4 KiB
	if err := e.Encode(p); err != nil {
		return "", err
	}
	sealed, err := s.Seal(text.Bytes(), sealedAs)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// openPending returns nil for what was not sealed here, or too long ago.
func openPending(s Sealer, cookie string, now time.Time) *pending {
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil {
		return nil
	}
	text, err := s.Open(sealed, sealedAs)
	if err != nil {
		return nil
	}
	var p pending
	if json.Unmarshal(text, &p) != nil {
		return nil
	}
	if age := now.Sub(time.Unix(p.Began, 0)); age > pendingFor || age < -skew {
		return nil
	}
	return &p
}

// maxTo bounds the address to go to afterwards, which travels in a cookie.
const maxTo = 1000

// Relative is an address of this server to go to, and "/" for anything that a browser could take for another place.
func Relative(to string) string {
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
	if len(to) > maxTo || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsFunc(to, odd) {
		return "/"
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return "/"
	}
	return to
}
