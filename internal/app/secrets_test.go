package app

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/access"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/secret"
	"github.com/haetae/haetae/internal/store/meta"
)

// After a rotation second factors are sealed with the new key, without their users doing anything.
func TestSecondFactorsAreSealedAgain(t *testing.T) {
	data, log := t.TempDir(), slog.New(slog.DiscardHandler)
	m, err := meta.Open(t.Context(), filepath.Join(data, "meta.db"), log)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	vault := secret.NewVault(data, "")
	box, err := secret.Open(vault.Keys())
	if err != nil {
		t.Fatal(err)
	}
	service, err := access.New(t.Context(), access.Options{Store: m, Box: box, Settings: access.Defaults(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	lee, _, err := service.AddUser(t.Context(), model.User{Name: "lee", Role: model.RoleViewer}, "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	about := "totp:" + lee.ID
	_, err = m.ChangeAccount(t.Context(), lee.ID, func(a *model.Account) (err error) {
		a.Secret, err = box.Seal([]byte("seed"), about)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := service.Reseal(t.Context(), box.Old); n != 0 || err != nil {
		t.Errorf("before the rotation %d were sealed again, %v", n, err)
	}
	if _, err := vault.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := box.Reload(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if n, err := service.Reseal(t.Context(), box.Old); n != want || err != nil {
			t.Errorf("%d were sealed again, want %d: %v", n, want, err)
		}
	}
	a, err := m.Account(t.Context(), lee.ID)
	if err != nil || box.Old(a.Secret) {
		t.Fatalf("sealed with the old key: %v", err)
	}
	if got, err := box.Open(a.Secret, about); err != nil || string(got) != "seed" {
		t.Errorf("it is now %q, %v", got, err)
	}
}

func TestSecretsAreTold(t *testing.T) {
	vault := secret.NewVault(t.TempDir(), "")
	var was heldSecrets
	look := func(want ...string) {
		t.Helper()
		now, err := secretsOf(vault)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range now.since(was) {
			target := e.Target
			if e.Action == "secret.rotate" {
				target = ""
			}
			got = append(got, strings.TrimSpace(e.Action+" "+target))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
		was = now
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(vault.Set("a", "one"))
	must(vault.Set("b", "two"))
	look("secret.set a", "secret.set b")
	look()
	_, err := vault.Rotate()
	must(err)
	must(vault.Remove("a"))
	must(vault.Set("c", "three"))
	was.Secrets["b"] = was.Secrets["b"].Add(-time.Second) // as if it had been set again
	look("secret.rotate", "secret.set b", "secret.set c", "secret.remove a")
}
