package console

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func console(t *testing.T, method, target string, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	handler := Handler(fstest.MapFS{
		"index.html":       {Data: []byte(`<meta property="csp-nonce" nonce="HAETAE_NONCE"><title>Haetae</title>`)},
		"assets/a-1b2c.js": {Data: []byte(strings.Repeat("let a = 1;", 100))},
		"assets/f.woff2":   {Data: []byte("wOF2")},
	})
	r := httptest.NewRequest(method, target, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// The root has no last part of a path that could hold a dot; it answered 404.
func TestConsoleAnswersPages(t *testing.T) {
	browser := map[string]string{"Accept": "text/html,*/*;q=0.8"}
	for target, want := range map[string]int{
		"/": 200, "/logs": 200, "/logs?q=a.b": 200, "/favicon.ico": 404, "/api/v1/nothing": 404, "/assets/gone.js": 404,
	} {
		if got := console(t, "GET", target, browser).Code; got != want {
			t.Errorf("GET %s answers %d, want %d", target, got, want)
		}
	}
	if got := console(t, "GET", "/metrics", map[string]string{"Accept": "*/*"}).Code; got != 404 {
		t.Errorf("a program's probe gets %d, want 404", got)
	}
}

// The word that lets the page make style elements is another one in each answer, and no browser keeps a page with an old one.
func TestConsoleNamesItsStyles(t *testing.T) {
	browser := map[string]string{"Accept": "text/html"}
	one, two := console(t, "GET", "/logs", browser), console(t, "GET", "/logs", browser)
	_, rest, _ := strings.Cut(one.Body.String(), `nonce="`)
	nonce, _, _ := strings.Cut(rest, `"`)
	policy := one.Header().Get("Content-Security-Policy")
	if len(nonce) < 16 || !strings.Contains(policy, "style-src 'self' 'nonce-"+nonce+"'") || strings.Contains(policy, "unsafe-inline") {
		t.Errorf("page %q has the policy %q", one.Body, policy)
	}
	if two.Header().Get("Content-Security-Policy") == policy || one.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a second page has the same policy, or may be kept: %q", one.Header().Get("Cache-Control"))
	}
}

func TestConsoleCompressesScripts(t *testing.T) {
	accept := map[string]string{"Accept-Encoding": "br, gzip"}
	w := console(t, "GET", "/assets/a-1b2c.js", accept)
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > 200 {
		t.Fatalf("encoding %q, %d bytes; want gzip and less than 200", w.Header().Get("Content-Encoding"), w.Body.Len())
	}
	if !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control is %q", w.Header().Get("Cache-Control"))
	}
	zip, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(zip); err != nil || string(body) != strings.Repeat("let a = 1;", 100) {
		t.Errorf("the script came as %.40q, %v", body, err)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"a client that cannot":   console(t, "GET", "/assets/a-1b2c.js", nil),
		"a font":                 console(t, "GET", "/assets/f.woff2", accept),
		"a part of a script":     console(t, "GET", "/assets/a-1b2c.js", map[string]string{"Accept-Encoding": "gzip", "Range": "bytes=0-3"}),
		"the head of a script":   console(t, http.MethodHead, "/assets/f.woff2", accept),
		"the page, never cached": console(t, "GET", "/", accept),
	} {
		if got := w.Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s gets encoding %q", name, got)
		}
	}
}
