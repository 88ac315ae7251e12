package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
)

// errAway is what the driver of the metadata says when the server of the database is down.
var errAway = errors.New("cannot read the sessions: failed to connect to `user=haetae database=haetae`: 10.0.0.5:5432 (db.internal)")

// absent is an Access whose metadata are away.
type absent struct{ Access }

func (absent) SignIn(context.Context, string, string, string, model.Caller) (string, model.User, error) {
	return "", model.User{}, errAway
}
func (absent) UserNamed(string) (model.User, bool) { return model.User{}, false }

// emptyDisk is a retention that cannot be kept.
type emptyDisk struct{ RetentionKeeper }

func (emptyDisk) Retention(context.Context) (Retention, error) {
	return Retention{}, fmt.Errorf("cannot write /var/lib/haetae/meta.db: %w", model.ErrStoreFull)
}

// inner is a server with an administrator and a viewer whose parts fail, and what it logs.
func inner(t *testing.T, d *door) (log *bytes.Buffer, ask func(method, path, body string, change func(*http.Request)) (int, Problem)) {
	t.Helper()
	log = &bytes.Buffer{}
	w := NewWrapper(slog.New(slog.NewTextHandler(log, nil)), prometheus.NewRegistry())
	w.Admit(Admission{Authenticator: d})
	mux := http.NewServeMux()
	Register(mux, Options{Engine: engineOf{err: errAway}, Access: absent{}, Keeper: emptyDisk{}, Log: slog.New(slog.DiscardHandler)})
	h := w.Wrap(mux)
	return log, func(method, path, body string, change func(*http.Request)) (int, Problem) {
		r := httptest.NewRequest(method, "http://localhost:7700"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = "192.0.2.7:5000"
		change(r)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		var p Problem
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
			t.Errorf("%s %s: %d %q is no problem", method, path, rec.Code, rec.Body)
		}
		return rec.Code, p
	}
}

// What goes wrong inside is in the log, once and by the id that the answer has, and told to nobody who does not see everything.
func TestInsideIsToldToTheLog(t *testing.T) {
	viewer := model.Principal{ID: "2", Name: "kim", Kind: model.KindUser, Role: model.RoleViewer}
	root := model.Principal{ID: "1", Name: "root", Kind: model.KindUser, Role: model.RoleAdmin, Scope: model.Everything}
	people := &door{admin: true, sessions: map[string]model.Principal{"kim": viewer, "root": root}}
	const signIn = `{"name":"kim","password":"some password"}`
	for _, one := range []struct {
		what, method, path, body string
		d                        *door
		cookie                   string
		told                     bool
	}{
		{"a made-up cookie", http.MethodGet, "/api/v1/me", "", &door{admin: true, away: errAway}, "made up", false},
		{"a sign-in", http.MethodPost, "/api/v1/session", signIn, people, "", false},
		{"a query of a viewer", http.MethodGet, "/api/v1/logs/query?query=*", "", people, "kim", false},
		{"a query of a viewer by the other protocol", http.MethodGet, "/select/logsql/query?query=*", "", people, "kim", false},
		{"a count of a viewer by the other protocol", http.MethodGet, "/select/logsql/hits?query=*", "", people, "kim", false},
		{"an export of a viewer", http.MethodGet, "/api/v1/logs/export?query=*", "", people, "kim", false},
		{"a query of who sees everything", http.MethodGet, "/api/v1/logs/query?query=*", "", people, "root", true},
	} {
		log, ask := inner(t, one.d)
		status, p := ask(one.method, one.path, one.body, func(r *http.Request) {
			if one.cookie != "" {
				withSession(one.cookie)(r)
			}
		})
		if status != http.StatusInternalServerError || p.Code != "internal" || p.RequestID == "" {
			t.Errorf("%s: answered %d %+v", one.what, status, p)
		}
		if told := strings.Contains(p.Detail, "10.0.0.5"); told != one.told {
			t.Errorf("%s: the answer says %q", one.what, p.Detail)
		}
		if !one.told && !strings.Contains(p.Detail, p.RequestID) {
			t.Errorf("%s: %q does not say where to look", one.what, p.Detail)
		}
		if n := strings.Count(log.String(), "10.0.0.5"); n != 1 || !strings.Contains(log.String(), "request_id="+p.RequestID) {
			t.Errorf("%s: %d times in the log, by the id %s:\n%s", one.what, n, p.RequestID, log)
		}
	}
}

// What was asked wrongly is no news to the log.
func TestRefusalsAreNotLogged(t *testing.T) {
	people := &door{admin: true, sessions: map[string]model.Principal{"kim": {ID: "2", Name: "kim", Kind: model.KindUser, Role: model.RoleViewer}}}
	log, ask := inner(t, people)
	if status, p := ask(http.MethodGet, "/api/v1/logs/query?query=(", "", withSession("kim")); status != http.StatusBadRequest || p.Position == nil {
		t.Errorf("answered %d %+v", status, p)
	}
	if log.Len() > 0 {
		t.Errorf("logged:\n%s", log)
	}
}

// A full disk is answered with its code whichever handler meets it.
func TestRetentionSaysThatTheDiskIsFull(t *testing.T) {
	root := model.Principal{ID: "1", Name: "root", Kind: model.KindUser, Role: model.RoleAdmin}
	_, ask := inner(t, &door{admin: true, sessions: map[string]model.Principal{"root": root}})
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		status, p := ask(method, "/api/v1/system/retention", `{"default":{"retention":"10d","max_size":"0"},"rules":[]}`, withSession("root", "Origin", "http://localhost:7700"))
		if status != http.StatusTooManyRequests || p.Code != "busy" || p.Params["bound"] != "disk" || strings.Contains(p.Detail, "/var/lib") {
			t.Errorf("%s: answered %d %+v", method, status, p)
		}
	}
}

// What a handler has not worded is worded by its kind as elsewhere.
func TestRawErrorsOfHandlersHaveTheirCodes(t *testing.T) {
	for err, want := range map[error]string{model.ErrNotFound: "not_found", model.ErrStopping: "stopping", errors.New("x"): "internal"} {
		if p := problemOf(newHumaError(http.StatusInternalServerError, "unexpected error occurred", err)); p.Code != want {
			t.Errorf("%v is answered as %s, want %s", err, p.Code, want)
		}
	}
}
