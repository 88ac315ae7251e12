package api

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// A tail lasts for as long as the right to see it, and no row is shown behind that.
func TestTailsEndWithTheRight(t *testing.T) {
	scope := model.NewScope([]model.Grant{{Stream: `{team="a"}`}}, nil)
	kim := model.Principal{ID: "kim", Name: "kim", Kind: model.KindUser, Role: model.RoleViewer, Scope: scope}
	over := &model.AccessError{Code: model.AccessExpired, Detail: "the session is over"}
	away := errors.New("the database is away")
	for _, tt := range []struct {
		name   string
		who    model.Principal
		peer   string
		change func(p *model.Principal) error // what becomes of who follows
		admin  bool                           // there comes to be an administrator
		want   string                         // code of the problem, "" when the tail goes on
	}{
		{name: "nothing changes", who: kim},
		{name: "the session is over", who: kim, change: func(*model.Principal) error { return over }, want: model.AccessExpired},
		{name: "a role that may not read", who: kim, change: func(p *model.Principal) error { p.Role = model.RoleIngest; return nil }, want: model.AccessDenied},
		{name: "another part of the records", who: kim, change: func(p *model.Principal) error {
			p.Scope = model.NewScope([]model.Grant{{Stream: `{team="b"}`}}, nil)
			return nil
		}, want: model.AccessDenied},
		{name: "a masked field", who: kim, change: func(p *model.Principal) error {
			p.Scope = model.NewScope(scope.Grants(), []string{"user.name"})
			return nil
		}, want: model.AccessDenied},
		{name: "as somebody else", who: kim, change: func(p *model.Principal) error { p.ID = "lee"; return nil }, want: model.AccessDenied},
		{name: "the metadata are away", who: kim, change: func(*model.Principal) error { return away }},
		{name: "this machine itself", who: model.Local, peer: "127.0.0.1:5000"},
		{name: "this machine itself, with an administrator", who: model.Local, peer: "127.0.0.1:5000", admin: true, want: model.AccessRequired},
		{name: "the socket, with an administrator", who: model.Local, peer: "@", admin: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var changed atomic.Bool
				d := &guarded{door: &door{sessions: map[string]model.Principal{"c1": tt.who}, current: func(p model.Principal) (model.Principal, error) {
					if tt.change == nil || !changed.Load() {
						return p, nil
					}
					err := tt.change(&p)
					return p, err
				}}, admins: func() bool { return tt.admin && changed.Load() }}
				w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
				w.Admit(Admission{Authenticator: d})
				tail := &tracked{Engine: dripping{}, queries: newQueries(), audit: func(context.Context, model.AuditEntry) error { return nil }}
				query, err := logsql.Parse("*", logsql.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var rows atomic.Int64
				ended := make(chan error, 1)
				h := w.Wrap(routed(func(_ http.ResponseWriter, r *http.Request) {
					ended <- tail.Tail(r.Context(), TailRequest{Query: query}, func(TailChunk) error { rows.Add(1); return nil })
				}, "GET /api/v1/logs/tail"))
				ctx, leave := context.WithCancel(t.Context())
				go h.ServeHTTP(httptest.NewRecorder(), asks(ctx, "/api/v1/logs/tail", tt.peer))
				time.Sleep(3 * guardEvery)
				if rows.Load() == 0 || len(ended) > 0 {
					t.Fatalf("it ended by itself after %d rows", rows.Load())
				}
				changed.Store(true)
				time.Sleep(2 * guardEvery)
				shown := rows.Load()
				time.Sleep(2 * guardEvery)
				if goes := rows.Load() > shown; goes != (tt.want == "") {
					t.Errorf("rows are shown: %v", goes)
				}
				leave()
				err = <-ended
				var refused *model.AccessError
				if errors.As(err, &refused); tt.want == "" && !errors.Is(err, context.Canceled) || tt.want != "" && (refused == nil || refused.Code != tt.want) {
					t.Errorf("it ended with %v, want %q", err, tt.want)
				}
			})
		})
	}
}

// asks is a request of this machine itself or from the socket, or of a session when peer is empty.
func asks(ctx context.Context, path, peer string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost:7700"+path, nil)
	if r.RemoteAddr = peer; peer == "" {
		r.RemoteAddr = "192.0.2.7:5000"
		withSession("c1")(r)
	}
	return r
}

// Whatever is answered for longer ends with the right to it, and what was written of a file does not look whole.
func TestLongAnswersEndWithTheRight(t *testing.T) {
	root := model.Principal{ID: "root", Name: "root", Kind: model.KindUser, Role: model.RoleAdmin, Scope: model.Everything}
	for _, path := range []string{
		"/api/v1/logs/query?query=*", "/api/v1/logs/export?query=*", "/select/logsql/query?query=*", "/select/logsql/tail?query=*",
		"/api/v1/audit/export", "/api/v1/system/backup",
	} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var over atomic.Bool
				d := &door{admin: true, sessions: map[string]model.Principal{"c1": root}, current: func(p model.Principal) (model.Principal, error) {
					if over.Load() {
						return p, &model.AccessError{Code: model.AccessExpired, Detail: "the session is over"}
					}
					return p, nil
				}}
				w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
				w.Admit(Admission{Authenticator: d})
				mux, e := http.NewServeMux(), &unending{}
				Register(mux, Options{Engine: e, Trail: e, Backups: e, Log: slog.New(slog.DiscardHandler)})
				ended := make(chan any, 1)
				rec := httptest.NewRecorder()
				go func() {
					defer func() { ended <- recover() }()
					w.Wrap(mux).ServeHTTP(rec, asks(t.Context(), path, ""))
				}()
				time.Sleep(3 * guardEvery)
				if e.rows.Load() == 0 || len(ended) > 0 {
					t.Fatalf("it ended by itself after %d rows: %s", e.rows.Load(), rec.Body)
				}
				over.Store(true)
				time.Sleep(2 * guardEvery)
				synctest.Wait()
				if len(ended) == 0 {
					t.Fatal("it goes on")
				}
				if cut := <-ended; cut == nil && rec.Code == http.StatusOK && path != "/api/v1/system/backup" && !strings.Contains(rec.Body.String(), model.AccessExpired) {
					t.Errorf("it looks whole: %s", rec.Body)
				}
			})
		})
	}
}

// No record is taken of a token that was revoked while it sent.
func TestSendingEndsWithTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var revoked atomic.Bool
		sender := model.Principal{ID: "t1", Name: "sender", Kind: model.KindToken, Role: model.RoleIngest}
		d := &door{admin: true, tokens: map[string]model.Principal{"hae_1_x": sender}, current: func(p model.Principal) (model.Principal, error) {
			if revoked.Load() {
				return p, &model.AccessError{Code: model.AccessCredentials, Detail: "the token was revoked"}
			}
			return p, nil
		}}
		w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
		w.Admit(Admission{Authenticator: d})
		var taken atomic.Int64
		ended := make(chan error, 1)
		h := w.Wrap(routed(func(_ http.ResponseWriter, r *http.Request) {
			lines := bufio.NewScanner(r.Body)
			for lines.Scan() {
				taken.Add(1)
			}
			ended <- lines.Err()
		}, "/insert/jsonline"))
		body, more := io.Pipe()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:7700/insert/jsonline", body)
		r.Header.Set("Authorization", "Bearer hae_1_x")
		go h.ServeHTTP(httptest.NewRecorder(), r)
		send := func() { _, _ = io.WriteString(more, "{}\n") }
		send()
		time.Sleep(3 * guardEvery)
		send()
		synctest.Wait()
		if taken.Load() != 2 {
			t.Fatalf("%d records were taken, want 2", taken.Load())
		}
		revoked.Store(true)
		time.Sleep(2 * guardEvery)
		send()
		if err := <-ended; taken.Load() != 2 || !isRefusal(err) {
			t.Errorf("%d records were taken, want 2; it ended with %v", taken.Load(), err)
		}
	})
}

// unending has rows every now and then until the context ends, as queries, tails, the trail and backups do.
type unending struct {
	engineOf
	Trail
	rows atomic.Int64
}

func (e *unending) drip(ctx context.Context, row func() error) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(guardEvery / 4):
		}
		e.rows.Add(1)
		if err := row(); err != nil {
			return err
		}
	}
}

func (e *unending) Run(ctx context.Context, _ Request, emit func(*logsql.Batch) error) (Stats, error) {
	return Stats{}, e.drip(ctx, func() error { return emit(batch(1, map[string][]string{"_msg": {"row"}})) })
}

func (e *unending) Tail(ctx context.Context, _ TailRequest, emit func(TailChunk) error) error {
	return e.drip(ctx, func() error { return emit(TailChunk{Rows: batch(1, map[string][]string{"_msg": {"row"}})}) })
}

func (e *unending) Entries(ctx context.Context, _ AuditQuery, f func(text []byte, hash string) error) (model.Place, bool, error) {
	return model.Place{}, true, e.drip(ctx, func() error { return f([]byte("{}"), "") })
}

func (*unending) Ends(context.Context) (head, floor AuditLink, err error) { return head, floor, nil }

func (*unending) Settle(context.Context, AuditLink) error { return nil }

func (e *unending) Backup(ctx context.Context, begin func() io.Writer) error {
	begin()
	return e.drip(ctx, func() error { return nil })
}

// guarded is a door through which an administrator comes.
type guarded struct {
	*door
	admins func() bool
}

func (d *guarded) HasAdmin() bool { return d.admins() }

// dripping is an engine whose tails have a row every now and then, and do not look at the context by themselves.
type dripping struct{ engineOf }

func (dripping) Tail(_ context.Context, _ TailRequest, emit func(TailChunk) error) error {
	for {
		if err := emit(TailChunk{}); err != nil {
			return err
		}
		time.Sleep(guardEvery / 4)
	}
}
