package app

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
	handler := consoleHandler(fstest.MapFS{
		"index.html":       {Data: []byte("<title>Haetae</title>")},
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
