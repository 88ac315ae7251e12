package oidc

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// hostile is a provider that follows the protocol, unless it is told to lie. What it is told is set while it is not asked.
type hostile struct {
	*httptest.Server
	t   *testing.T
	now func() time.Time

	header, payload, answer, discovery func(map[string]any) // change what it is about to say
	token                              func(head, body string) string
	userinfo                           map[string]any
	down                               bool

	mu    sync.Mutex
	keys  map[string]*rsa.PrivateKey // published
	kid   string                     // signs
	codes map[string]url.Values      // authorization requests by code, each once
	asked map[string]int             // by path
}

const (
	clientID     = "haetae"
	clientSecret = "of-the-client"
)

func newHostile(t *testing.T, now func() time.Time) *hostile {
	h := &hostile{t: t, now: now, keys: map[string]*rsa.PrivateKey{}, codes: map[string]url.Values{}, asked: map[string]int{}}
	h.rotate("first")
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.asked[r.URL.Path]++
		if h.down {
			http.Error(w, "<h1>back soon</h1>", http.StatusServiceUnavailable)
			return
		}
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			h.say(w, h.discovery, map[string]any{
				"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + "/token", "jwks_uri": h.URL + "/keys",
				"userinfo_endpoint": h.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
			})
		case "/keys":
			h.say(w, nil, map[string]any{"keys": h.published()})
		case "/token":
			h.exchange(w, r)
		case "/userinfo":
			h.say(w, nil, h.userinfo)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hostile) say(w http.ResponseWriter, change func(map[string]any), what map[string]any) {
	if change != nil {
		change(what)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // the client may be gone
}

// rotate signs with a new key from now on, and publishes it beside the old ones.
func (h *hostile) rotate(kid string) {
	h.keys[kid], h.kid = keyOf(kid), kid
}

var made sync.Map // keys by name: to make one takes long

func keyOf(name string) *rsa.PrivateKey {
	if k, ok := made.Load(name); ok {
		return k.(*rsa.PrivateKey)
	}
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // the reader of random bytes never fails
	}
	made.Store(name, k)
	return k
}

func (h *hostile) published() []map[string]any {
	var list []map[string]any
	for kid, k := range h.keys {
		list = append(list, map[string]any{
			"kty": "RSA", "kid": kid, "alg": "RS256", "use": "sig", "n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes()),
		})
	}
	return list
}

// authorize is what the person does at the provider: it returns the query with which the browser comes back.
func (h *hostile) authorize(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	code := rand.Text()
	h.codes[code] = u.Query()
	return url.Values{"code": {code}, "state": {u.Query().Get("state")}}
}

func (h *hostile) exchange(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	asked, ok := h.codes[r.FormValue("code")]
	delete(h.codes, r.FormValue("code"))
	if !ok || id != clientID || secret != clientSecret || r.FormValue("redirect_uri") != asked.Get("redirect_uri") ||
		asked.Get("code_challenge_method") != "S256" || oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier")) != asked.Get("code_challenge") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	now := h.now().Unix()
	h.say(w, h.answer, map[string]any{
		"access_token": "of-access", "token_type": "Bearer", "expires_in": 300,
		"id_token": h.idToken(map[string]any{
			"iss": h.URL, "aud": clientID, "sub": "1234", "iat": now, "exp": now + 300, "nonce": asked.Get("nonce"),
			"preferred_username": "kim", "name": "김하늘", "email": "kim@example.com", "email_verified": true, "groups": []string{"ops", "web"},
		}),
	})
}

func (h *hostile) idToken(payload map[string]any) string {
	header := map[string]any{"alg": "RS256", "kid": h.kid, "typ": "JWT"}
	if h.header != nil {
		h.header(header)
	}
	if h.payload != nil {
		h.payload(payload)
	}
	head, body := part(h.t, header), part(h.t, payload)
	if h.token != nil {
		return h.token(head, body)
	}
	return head + "." + body + "." + rs256(h.t, h.keys[h.kid], head+"."+body)
}

func part(t *testing.T, what map[string]any) string {
	text, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	return b64(text)
}

func rs256(t *testing.T, k *rsa.PrivateKey, input string) string {
	sum := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return b64(sig)
}

func hs256(secret []byte, input string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return b64(mac.Sum(nil))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
