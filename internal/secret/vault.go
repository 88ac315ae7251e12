package secret

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/vfs"
)

// VaultFile is the name of the file of named secrets in the data folder.
const VaultFile = "secrets.json"

// MaxSize bounds the bytes of one secret.
const MaxSize = 64 << 10

// Vault holds named secrets in the data folder: the configuration says secret:NAME where it needs one. It is a file of its own
// because the address of the metadata may be a secret too. Each call reads the file, so that several processes can use it.
type Vault struct {
	data, keys string
}

// Entry is a secret as it may be shown.
type Entry struct {
	Name string
	Set  time.Time
}

type vaultText struct {
	Version int                     `json:"version"`
	Secrets map[string]sealedSecret `json:"secrets"`
}

type sealedSecret struct {
	Sealed []byte    `json:"sealed"`
	Set    time.Time `json:"set"`
}

// ErrNoSecret says that there is no secret of a name.
var ErrNoSecret = errors.New("there is no such secret")

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// NewVault returns the vault of a data folder; keys is the file of keys, "" for the one in the folder. It opens nothing yet.
func NewVault(data, keys string) *Vault {
	if keys == "" {
		keys = filepath.Join(data, KeyFile)
	}
	return &Vault{data: data, keys: keys}
}

// Data is the path of the data folder.
func (v *Vault) Data() string { return v.data }

// Keys is the path of the file of keys.
func (v *Vault) Keys() string { return v.keys }

// KeyID names the newest key.
func (v *Vault) KeyID() (string, error) {
	keys, err := readKeys(v.keys)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(keys[0].id[:]), nil
}

// CheckName says what is wrong with the name of a secret.
func CheckName(name string) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("%q is no name of a secret; take up to 64 letters, digits, dots, underlines and hyphens, such as kafka-password", name)
	}
	return nil
}

// Get returns a secret. Errors: ErrNoSecret, ErrKey, ErrBroken.
func (v *Vault) Get(name string) (string, error) {
	text, err := v.read()
	if err != nil {
		return "", err
	}
	entry, ok := text.Secrets[name]
	if !ok {
		return "", fmt.Errorf("%w as %q in %s; store it with: haetae secrets set %s --data %s", ErrNoSecret, name, v.data, name, v.data)
	}
	box, err := openExisting(v.keys)
	if err != nil {
		return "", err
	}
	plain, err := box.Open(entry.Sealed, about(name))
	if err != nil {
		return "", fmt.Errorf("cannot open the secret %q: %w", name, err)
	}
	return string(plain), nil
}

// List returns what is stored, by name.
func (v *Vault) List() ([]Entry, error) {
	text, err := v.read()
	if err != nil {
		return nil, err
	}
	var list []Entry
	for _, name := range slices.Sorted(maps.Keys(text.Secrets)) {
		list = append(list, Entry{name, text.Secrets[name].Set})
	}
	return list, nil
}

// Set stores a secret, in the place of an older one of the name.
func (v *Vault) Set(name, value string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if value == "" {
		return errors.New("the secret is empty")
	}
	return v.update(func(box *Box, text *vaultText) error {
		sealed, err := box.Seal([]byte(value), about(name))
		text.Secrets[name] = sealedSecret{sealed, time.Now().UTC().Truncate(time.Second)}
		return err
	})
}

// Remove forgets a secret. Errors: ErrNoSecret.
func (v *Vault) Remove(name string) error {
	return v.update(func(_ *Box, text *vaultText) error {
		if _, ok := text.Secrets[name]; !ok {
			return fmt.Errorf("%w as %q in %s", ErrNoSecret, name, v.data)
		}
		delete(text.Secrets, name)
		return nil
	})
}

// Rotate makes a new key, under which everything is sealed from now on, and seals the vault's secrets again. Older keys stay in
// the file: what else was sealed with them, in the metadata and in backups, can still be opened. It returns how many secrets were
// sealed again.
func (v *Vault) Rotate() (sealed int, err error) {
	err = v.update(func(box *Box, text *vaultText) error {
		plain := map[string][]byte{}
		for name, entry := range text.Secrets {
			if plain[name], err = box.Open(entry.Sealed, about(name)); err != nil {
				return fmt.Errorf("cannot open the secret %q: %w; remove or set it, then rotate", name, err)
			}
		}
		keys, err := readKeys(v.keys)
		if err != nil {
			return err
		}
		keys = slices.Insert(keys, 0, newKey())
		if err := replaceKeys(v.keys, keys); err != nil {
			return err
		}
		if err := box.Reload(); err != nil {
			return err
		}
		for name, entry := range text.Secrets {
			again, err := box.Seal(plain[name], about(name))
			if err != nil {
				return err
			}
			text.Secrets[name] = sealedSecret{again, entry.Set}
		}
		sealed = len(text.Secrets)
		return nil
	})
	return sealed, err
}

// update changes the file while no other process does.
func (v *Vault) update(change func(*Box, *vaultText) error) error {
	if err := os.MkdirAll(v.data, 0o750); err != nil {
		return fmt.Errorf("cannot make the data folder: %w", err)
	}
	dir, err := os.Open(v.data)
	if err != nil {
		return fmt.Errorf("cannot open the data folder: %w", err)
	}
	defer dir.Close() // and with it the lock
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX); err != nil {
		return fmt.Errorf("cannot lock the secrets in %s: %w", v.data, err)
	}
	text, err := v.read()
	if err != nil {
		return err
	}
	open := Open
	if len(text.Secrets) > 0 {
		open = openExisting // a new key would not open what is there
	}
	box, err := open(v.keys)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; put it back from its copy, or remove %s and set the secrets anew", err, filepath.Join(v.data, VaultFile))
	}
	if err != nil {
		return err
	}
	if err := change(box, text); err != nil {
		return err
	}
	data, err := json.MarshalIndent(text, "", "  ")
	if err != nil {
		return err
	}
	return vfs.WriteFileDurable(vfs.OS, filepath.Join(v.data, VaultFile), append(data, '\n'))
}

func (v *Vault) read() (*vaultText, error) {
	name := filepath.Join(v.data, VaultFile)
	text := &vaultText{Version: 1, Secrets: map[string]sealedSecret{}}
	data, err := vfs.ReadFile(vfs.OS, name)
	if errors.Is(err, fs.ErrNotExist) {
		return text, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the secrets: %w", err)
	}
	if err := json.Unmarshal(data, text); err != nil || text.Version != 1 || text.Secrets == nil {
		return nil, fmt.Errorf("cannot understand the secrets in %s; put the file back from a backup, or remove it and set them anew", name)
	}
	return text, nil
}

// about binds what is sealed to its name.
func about(name string) string { return "secret:" + name }
