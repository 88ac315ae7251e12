package app

import "log/slog"

// audit writes down that somebody did something that cannot be undone, in Haetae's own log. What was done, with which
// outcome, is in the tables of metadata as well.
func (a *app) audit(by, action string, attrs ...slog.Attr) {
	args := []any{slog.String("component", "audit"), slog.String("by", by), slog.String("action", action)}
	for _, attr := range attrs {
		args = append(args, attr)
	}
	a.log.Info("audit: "+action, args...)
}
