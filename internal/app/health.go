package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/haetae/haetae/internal/api"
)

// health gathers what stops or threatens the flow now. A problem has a stable code; setting it again replaces it.
type health struct {
	mu       sync.Mutex
	starting bool
	problems map[string]string
}

func newHealth() *health { return &health{starting: true, problems: map[string]string{}} }

func (h *health) set(code, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.problems[code] = text
}

func (h *health) clear(code string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.problems, code)
}

func (h *health) ready(ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.starting = !ok
}

// list returns the problems as "code: text", sorted.
func (h *health) list() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []string
	if h.starting {
		all = append(all, "starting: the server is starting or stopping")
	}
	for code, text := range h.problems {
		all = append(all, code+": "+text)
	}
	slices.Sort(all)
	return all
}

// text is what a problem says now; "" when there is none of that code.
func (h *health) text(code string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.problems[code]
}

// register adds /healthz (the process answers) and /readyz (it takes and stores records), which names problems by their codes
// alone to those who do not see the whole.
func (h *health) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n")) // the client may be gone
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		problems := h.list()
		if p := api.PrincipalOf(r.Context()); !p.Scope.Whole() { // texts name addresses and files
			for i, text := range problems {
				problems[i], _, _ = strings.Cut(text, ":")
			}
		}
		w.Header().Set("Content-Type", "application/json")
		if len(problems) > 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"ready": len(problems) == 0, "problems": problems}) // as above
	})
}
