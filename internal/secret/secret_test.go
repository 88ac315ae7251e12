package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// seal is Seal of what is not too long.
func seal(t testing.TB, b *Box, plain, about string) []byte {
	t.Helper()
	sealed, err := b.Seal([]byte(plain), about)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func openBox(t *testing.T) *Box {
	t.Helper()
	b, err := Open(filepath.Join(t.TempDir(), KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is sealed opens for the same thing alone; any changed byte is seen.
func TestSealedOpensForTheSameThingAlone(t *testing.T) {
	b := openBox(t)
	plain := []byte("비밀 JBSWY3DPEHPK3PXP")
	sealed := seal(t, b, string(plain), "totp:kim")
	if got, err := b.Open(sealed, "totp:kim"); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("opened %q, %v", got, err)
	}
	if bytes.Contains(sealed, plain) || bytes.Equal(sealed, seal(t, b, string(plain), "totp:kim")) {
		t.Error("the same text is sealed to the same bytes, or not at all")
	}
	if _, err := b.Open(sealed, "totp:lee"); !errors.Is(err, ErrBroken) {
		t.Errorf("one user's secret opened as another's: %v", err)
	}
	for i := range sealed {
		broken := bytes.Clone(sealed)
		broken[i] ^= 1
		if _, err := b.Open(broken, "totp:kim"); !errors.Is(err, ErrBroken) && !errors.Is(err, ErrKey) {
			t.Errorf("byte %d was changed and it opened: %v", i, err)
		}
	}
	if _, err := b.Seal(make([]byte, MaxSize+1), "x"); err == nil {
		t.Error("more than the bound was sealed")
	}
	for n := range sealed {
		if _, err := b.Open(sealed[:n], "totp:kim"); err == nil {
			t.Errorf("its first %d bytes opened", n)
		}
	}
	if _, err := openBox(t).Open(sealed, "totp:kim"); !errors.Is(err, ErrKey) {
		t.Errorf("opened with another file of keys: %v", err)
	}
}

// A file that others can read is no secret, and a broken one is not replaced by a new key.
func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), KeyFile)
	if _, err := Open(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o604, 0o620, 0o644, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %#o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	secret := strings.Fields(string(text[bytes.LastIndex(text, []byte(keyWord)):]))[3]
	for _, broken := range []string{"", "x", string(text[:len(text)-10]), strings.Replace(string(text), keyWord, "other", 1)} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || strings.Contains(err.Error(), secret[:10]) {
			t.Errorf("%d bytes: %v", len(broken), err)
		}
	}
}

// Processes that start at the same time agree on one key.
func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), KeyFile)
	boxes := make([]*Box, 8)
	var wg sync.WaitGroup
	for i := range boxes {
		wg.Go(func() {
			var err error
			if boxes[i], err = Open(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	sealed := seal(t, boxes[0], "y", "x")
	for i, b := range boxes {
		if _, err := b.Open(sealed, "x"); err != nil {
			t.Errorf("box %d: %v", i, err)
		}
	}
	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 1 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

func TestVault(t *testing.T) {
	data := t.TempDir()
	v := NewVault(data, "")
	for name, value := range map[string]string{"kafka": "p@ss", "dsn": "postgres://kim:x@db/haetae", "long": strings.Repeat("가", 9000)} {
		if err := v.Set(name, value); err != nil {
			t.Fatal(err)
		}
		if got, err := v.Get(name); err != nil || got != value {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if err := v.Set("kafka", "new"); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get("kafka"); got != "new" {
		t.Errorf("after a change: %q, %v", got, err)
	}
	if err := v.Remove("long"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get("long"); !errors.Is(err, ErrNoSecret) {
		t.Errorf("after its removal: %v", err)
	}
	if err := v.Remove("long"); !errors.Is(err, ErrNoSecret) {
		t.Errorf("removed twice: %v", err)
	}
	list, err := v.List()
	if err != nil || len(list) != 2 || list[0].Name != "dsn" || list[1].Name != "kafka" || list[0].Set.IsZero() {
		t.Errorf("list %v, %v", list, err)
	}
	for _, wrong := range []string{"", ".x", "a b", "../x", strings.Repeat("x", 65), "비밀"} {
		if err := v.Set(wrong, "x"); err == nil {
			t.Errorf("the name %q was taken", wrong)
		}
	}
	file, err := os.ReadFile(filepath.Join(data, VaultFile))
	if err != nil || bytes.Contains(file, []byte("new")) || bytes.Contains(file, []byte("postgres")) {
		t.Errorf("the file shows a secret: %v", err)
	}
}

// A secret that was moved to another name, or to another folder, does not open.
func TestVaultKnowsWhatWasMoved(t *testing.T) {
	data := t.TempDir()
	v := NewVault(data, "")
	for _, name := range []string{"aaaa", "bbbb"} {
		if err := v.Set(name, name+"-value"); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(data, VaultFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	swapped := strings.NewReplacer("aaaa", "bbbb", "bbbb", "aaaa").Replace(string(text))
	if err := os.WriteFile(path, []byte(swapped), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get("aaaa"); !errors.Is(err, ErrBroken) {
		t.Errorf("a swapped secret is read as %q, %v", got, err)
	}
	if err := os.Remove(v.Keys()); err != nil {
		t.Fatal(err)
	}
	if err := v.Set("cccc", "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a new key was made beside secrets of an old one: %v", err)
	}
}

// A rotation seals anew; what was sealed before still opens, also in a process that has not heard of it.
func TestRotate(t *testing.T) {
	data := t.TempDir()
	v := NewVault(data, "")
	if err := v.Set("a", "value"); err != nil {
		t.Fatal(err)
	}
	old, err := Open(v.Keys())
	if err != nil {
		t.Fatal(err)
	}
	before := seal(t, old, "seed", "totp:kim")
	if n, err := v.Rotate(); n != 1 || err != nil {
		t.Fatalf("sealed %d, %v", n, err)
	}
	fresh, err := Open(v.Keys())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fresh.Open(before, "totp:kim"); err != nil || string(got) != "seed" || !fresh.Old(before) {
		t.Errorf("of before the rotation: %q, %v, old %t", got, err, fresh.Old(before))
	}
	after := seal(t, fresh, "seed", "totp:kim")
	if got, err := old.Open(after, "totp:kim"); err != nil || string(got) != "seed" || old.Old(after) {
		t.Errorf("a process that runs: %q, %v", got, err)
	}
	if got, err := v.Get("a"); got != "value" {
		t.Errorf("the vault: %q, %v", got, err)
	}
	text, err := v.read()
	if err != nil || fresh.Old(text.Secrets["a"].Sealed) {
		t.Errorf("the vault is still sealed under the old key: %v", err)
	}
}

// Several processes set secrets at the same time and none is lost.
func TestVaultOfSeveralProcesses(t *testing.T) {
	data := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := NewVault(data, "").Set(fmt.Sprint("n", i), "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list, err := NewVault(data, "").List(); err != nil || len(list) != 8 {
		t.Errorf("%d secrets, %v", len(list), err)
	}
}

func FuzzOpen(f *testing.F) {
	b := newBox("", []key{newKey()})
	f.Add(seal(f, b, "y", "x"))
	f.Add([]byte{version, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := b.Open(sealed, "other"); err == nil {
			t.Errorf("%x opened as %q", sealed, plain)
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	k := newKey()
	f.Add(k.line())
	f.Add("# x\n\n" + keyWord + " 00000000 2026-01-02T03:04:05Z AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := parseKeys(text)
		if err != nil {
			return
		}
		again, err := parseKeys(keys[0].line())
		if err != nil || again[0].id != keys[0].id || again[0].secret != keys[0].secret {
			t.Errorf("%q is read back as %v, %v", keys[0].line(), again, err)
		}
	})
}
