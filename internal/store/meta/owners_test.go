package meta

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/test/postgres"
)

func TestOwnersOfEarlierVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	testOwners(t, func() *Meta {
		m, err := Open(t.Context(), path, discard)
		if err != nil {
			t.Fatal(err)
		}
		return m
	})
}

func testOwnersOfEarlierVersions(t *testing.T, server *postgres.Server) {
	dsn := server.Database(t)
	testOwners(t, func() *Meta {
		m, err := OpenPostgres(t.Context(), dsn, discard)
		if err != nil {
			t.Fatal(err)
		}
		return m
	})
}

// What people have made before it had an owner's id belongs to the account of that name that was there then.
func testOwners(t *testing.T, open func() *Meta) {
	m := open()
	downTo(t, m, 12)
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := m.write.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	for name, created := range map[string]int{"kim": 100, "lee": 300, "robot": 100} {
		exec(`INSERT INTO account (id, name, folded, full_name, email, role, everything, disabled, must_change,
			provider, subject, password, secret, pending, step, recovery, epoch, created, last_sign_in, revision)
			VALUES ($1, $2, $2, '', '', 'viewer', false, false, false, '', '', '', '', '', 0, '[]', 0, $3, 0, 1)`, "id of "+name, name, created)
	}
	for _, owner := range []string{"kim", "lee", "local"} {
		exec(`INSERT INTO saved_query (id, folder, name, description, query, range_from, range_to, view, cols, owner, created, updated, revision)
			VALUES ($1, '', $1, '', '*', '', '', '', '', $1, 200, 200, 1)`, owner)
	}
	for i, token := range []struct{ name, role, owner string }{
		{"robot", "admin", "kim"}, // may have made the token of the name
		{"of lee", "viewer", "lee"},
		{"of local", "viewer", "local"},
		{"of robot", "viewer", "robot"},
		{"of nobody", "viewer", ""},
	} {
		exec(`INSERT INTO token (id, hash, name, role, datasets, stream, owner, created, expires, last_used, last_address)
			VALUES ($1, '', $2, $3, '[]', '', $4, $5, 0, 0, '')`, fmt.Sprint(i), token.name, token.role, token.owner, 200+i)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	m = open()
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	kim := model.Principal{ID: "id of kim", Name: "kim", Role: model.RoleViewer, Scope: model.Everything}
	lee := model.Principal{ID: "id of lee", Name: "lee", Role: model.RoleViewer, Scope: model.Everything} // came later than the query
	local := model.Local
	local.Role = model.RoleViewer
	for _, tt := range []struct {
		who  model.Principal
		want int
	}{{kim, 1}, {lee, 0}, {local, 1}, {model.Local, 3}} {
		list, err := m.SavedQueries(t.Context(), tt.who)
		if err != nil || len(list) != tt.want {
			t.Errorf("%s as %s has %v, %v; want %d", tt.who.Name, tt.who.Role, list, err, tt.want)
		}
	}
	state, err := m.AccessState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owners := map[string][2]string{}
	for _, token := range state.Tokens {
		owners[token.Name] = [2]string{token.Owner, token.OwnerID}
	}
	want := map[string][2]string{
		"robot": {"kim", "id of kim"}, "of lee": {"lee", ""}, "of local": {"local", "local"}, "of robot": {"robot", ""}, "of nobody": {"", ""},
	}
	if diff := cmp.Diff(want, owners); diff != "" {
		t.Errorf("owners of tokens:\n%s", diff)
	}
}

// downTo takes the tables back to what an earlier version had.
func downTo(t *testing.T, m *Meta, version int64) {
	t.Helper()
	files, err := fs.Sub(migrations, m.folder)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(m.goose, m.write, files, goose.WithTableName("migration"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}
