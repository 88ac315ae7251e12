package others

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/haetae/haetae/internal/store/logs"
)

// PathUnsealed is where a member is asked; it is no part of the public API.
const PathUnsealed = "/internal/v1/unsealed"

const (
	maxAsk     = 1 << 20 // bytes of a request: a filter may hold the values of a query within it
	maxAnswers = 64      // that are under way at once
)

// Asked is what a member is asked for; *logs.Store has it.
type Asked interface {
	Unsealed(ctx context.Context, ask logs.Ask, give func(logs.Part) error) (logs.Cursor, error)
}

// Handler answers other members.
type Handler struct {
	store  Asked
	log    *slog.Logger
	places chan struct{}
}

// NewHandler returns the handler for PathUnsealed. It answers whoever asks: the way to it lets in who knows the secret, alone.
func NewHandler(store Asked, log *slog.Logger) *Handler {
	return &Handler{store: store, log: log, places: make(chan struct{}, maxAnswers)}
}

// ServeHTTP implements http.Handler: 409 when a partition has moved, else frames.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	default:
		http.Error(w, "too many searches of other processes are under way", http.StatusServiceUnavailable)
		return
	}
	var ask logs.Ask
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAsk)).Decode(&ask); err != nil {
		http.Error(w, "cannot read what is asked for: "+err.Error(), http.StatusBadRequest)
		return
	}
	h.answer(w, r, ask)
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request, ask logs.Ask) {
	e := encoder{w: w}
	begun := false
	begin := func() error {
		if begun {
			return nil
		}
		begun = true
		w.Header().Set("Content-Type", "application/octet-stream")
		_, err := w.Write([]byte(magic))
		return err
	}
	cursor, err := h.store.Unsealed(r.Context(), ask, func(p logs.Part) error {
		if err := begin(); err != nil {
			return err
		}
		return e.part(p)
	})
	switch {
	case r.Context().Err() != nil: // who asked has gone
		return
	case errors.Is(err, logs.ErrMoved):
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	if fault := begin(); fault != nil {
		return
	}
	if err != nil {
		h.log.Warn("cannot answer another process", "error", err)
		_ = e.failed(err) // else it finds the answer cut
		return
	}
	if e.cursor(cursorFrame{cursor: cursor}) == nil {
		_ = e.end() // else it finds the answer cut
	}
}
