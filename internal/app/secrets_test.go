package app

import (
	"log/slog"
	"path/filepath"
	"testing"

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
