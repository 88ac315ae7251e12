package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/api"
)

// Texts of problems name addresses and files of the inside: who may not see the whole learns their codes alone.
func TestReadinessNamesTheInsideToWhoSeesEverything(t *testing.T) {
	h := newHealth()
	h.starting = false
	h.set("meta.away", "cannot reach postgres://10.7.0.3/haetae")
	mux := http.NewServeMux()
	h.register(mux)
	handler := api.NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry()).Wrap(mux)
	ask := func(path, from string) (status int, body string) {
		r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
		r.RemoteAddr = from
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		return rec.Code, rec.Body.String()
	}
	const elsewhere, socket = "192.0.2.1:5000", "@"
	if status, body := ask("/readyz", socket); status != http.StatusServiceUnavailable || !strings.Contains(body, "10.7.0.3") {
		t.Errorf("who sees everything is answered %d %s", status, body)
	}
	status, body := ask("/readyz", elsewhere)
	if status != http.StatusServiceUnavailable || !strings.Contains(body, `"meta.away"`) || strings.Contains(body, "10.7.0.3") {
		t.Errorf("a stranger is answered %d %s", status, body)
	}
	if status, body := ask("/healthz", elsewhere); status != http.StatusOK || body != "ok\n" {
		t.Errorf("a stranger learns of the process %d %s", status, body)
	}
}
