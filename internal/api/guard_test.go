package api

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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
				d := &guarded{door: &door{current: func(p model.Principal) (model.Principal, error) {
					if tt.change == nil || !changed.Load() {
						return p, nil
					}
					err := tt.change(&p)
					return p, err
				}}, admins: func() bool { return tt.admin && changed.Load() }}
				tail := &tracked{Engine: dripping{}, queries: newQueries(), auth: d, audit: func(context.Context, model.AuditEntry) error { return nil }}
				ctx, leave := context.WithCancel(context.WithValue(t.Context(), keyPrincipal, tt.who))
				ctx = context.WithValue(ctx, keyVisit, visit{peer: tt.peer})
				query, err := logsql.Parse("*", logsql.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var rows atomic.Int64
				ended := make(chan error, 1)
				go func() {
					ended <- tail.Tail(ctx, TailRequest{Query: query}, func(TailChunk) error { rows.Add(1); return nil })
				}()
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
