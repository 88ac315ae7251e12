package self

import (
	"context"
	"log/slog"
	"slices"
)

// Handler is a slog.Handler that writes to the next one and keeps each line for the input too. It never waits: what
// does not fit is counted as dropped.
type Handler struct {
	next   slog.Handler
	lines  *lines
	prefix string      // of the open groups, with a dot at its end
	attrs  []attribute // of With, under their full names
}

// NewHandler returns the handler for the process's logger. Lines are kept from now on, within a bound, so that those
// before the input starts are not lost; level is the lowest that is kept.
func NewHandler(next slog.Handler, level slog.Leveler) *Handler {
	return &Handler{next: next, lines: newLines(level)}
}

// Enabled implements slog.Handler.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level) || h.lines.enabled(level)
}

// Handle implements slog.Handler.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if h.lines.enabled(r.Level) {
		h.lines.add(h, &r)
	}
	if !h.next.Enabled(ctx, r.Level) {
		return nil
	}
	return h.next.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.next = h.next.WithAttrs(attrs)
	c.attrs = slices.Clip(h.attrs)
	for _, a := range attrs {
		c.attrs = appendAttribute(c.attrs, h.prefix, a)
	}
	return &c
}

// WithGroup implements slog.Handler.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	c := *h
	c.next = h.next.WithGroup(name)
	c.prefix = h.prefix + name + "."
	return &c
}

// attribute is one field of a line; groups are joined by dots.
type attribute struct{ name, value string }

func appendAttribute(dst []attribute, prefix string, a slog.Attr) []attribute {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, member := range v.Group() {
			dst = appendAttribute(dst, prefix, member)
		}
		return dst
	}
	if a.Key == "" {
		return dst
	}
	return append(dst, attribute{prefix + a.Key, v.String()})
}
