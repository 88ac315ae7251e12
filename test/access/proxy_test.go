package access

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"
)

// Behind a proxy that ends TLS cookies go by TLS alone, and everybody has the address that the proxy has seen, not the one that he makes up.
func TestBehindAProxy(t *testing.T) {
	g := begin(t, `http.trusted_proxies=["127.0.0.1"]`, "access.open_ingest=false")
	inside, err := url.Parse(g.base)
	if err != nil {
		t.Fatal(err)
	}
	const seen = "192.0.2.7"
	proxy := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(inside)
		r.Out.Host = r.In.Host
		r.Out.Header.Set("X-Forwarded-For", "198.51.100.1, "+seen) // nginx's $proxy_add_x_forwarded_for with what the client has sent
		r.Out.Header.Set("X-Forwarded-Proto", "https")
		r.Out.Header.Set("Forwarded", "for=127.0.0.1;proto=http") // nginx passes on what it does not write
	}})
	defer proxy.Close()
	through := &ground{Server: g.Server, base: proxy.URL, client: &http.Client{
		Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
	}}
	root := through.signIn(t, "root", password)
	if root.cookie.Name != "__Host-haetae_session" || !root.cookie.Secure {
		t.Errorf("the cookie is %s", root.cookie.Raw)
	}
	var list struct {
		Sessions []struct {
			Address string `json:"address"`
			Current bool   `json:"current"`
		} `json:"sessions"`
	}
	root.call(t, "GET", "/api/v1/account/sessions", nil, &list)
	current := 0
	for _, s := range list.Sessions {
		if s.Current {
			current++
			if s.Address != seen {
				t.Errorf("the session comes from %q, want %q", s.Address, seen)
			}
		}
	}
	if current != 1 {
		t.Errorf("%d sessions ask", current)
	}
	root.call(t, "POST", "/api/v1/users", map[string]any{"name": "kim", "role": "viewer"}, nil) // whose origin is the proxy's name
	if status, code := (&person{g: through}).refusal(t, "POST", "/insert/jsonline", `{"_msg":"a line"}`); status != http.StatusUnauthorized {
		t.Errorf("records through the proxy without a token: %d %s", status, code)
	}
}
