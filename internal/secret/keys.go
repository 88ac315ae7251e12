// Package secret keeps small secrets sealed on disk: passwords that the configuration names, and what the metadata must be able
// to read back, such as the seeds of second factors. They are sealed with AES-256-GCM (NIST SP 800-38D, random nonces of 96 bits)
// under the keys of one file that only its owner may read. Who has that file and what was sealed can read it; either alone is worth
// nothing.
package secret

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/vfs"
)

// KeyFile is the name of the file of keys in the data folder, unless the configuration names another.
const KeyFile = "secret.key"

const (
	keySize = 32
	idSize  = 4
	keyWord = "haetae-key"
	keyHead = "# Keys of the secrets that Haetae has stored, the newest first. Who has this file and the data folder, or a backup, can read them.\n" +
		"# Keep a copy of it, and keep that apart from backups.\n"
)

// maxKeyFile is far more than any number of rotations fills.
const maxKeyFile = 1 << 20

// key is one line of the file.
type key struct {
	id     [idSize]byte
	made   time.Time
	secret [keySize]byte
}

func newKey() key {
	k := key{made: time.Now().UTC().Truncate(time.Second)}
	_, _ = rand.Read(k.id[:]) // never fails since Go 1.24
	_, _ = rand.Read(k.secret[:])
	return k
}

func (k *key) line() string {
	return fmt.Sprintf("%s %x %s %s\n", keyWord, k.id, k.made.Format(time.RFC3339), base64.StdEncoding.EncodeToString(k.secret[:]))
}

// parseKeys reads the text of a file of keys. Its errors name lines, never what is in them.
func parseKeys(text string) ([]key, error) {
	var keys []key
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, ok := parseKey(line)
		if !ok {
			return nil, fmt.Errorf("line %d is no key of Haetae", i+1)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errors.New("it holds no key")
	}
	return keys, nil
}

func parseKey(line string) (k key, ok bool) {
	words := strings.Fields(line)
	if len(words) != 4 || words[0] != keyWord {
		return k, false
	}
	id, err := hex.DecodeString(words[1])
	if err != nil || len(id) != idSize {
		return k, false
	}
	if k.made, err = time.Parse(time.RFC3339, words[2]); err != nil {
		return k, false
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(words[3])
	if err != nil || len(secret) != keySize {
		return k, false
	}
	copy(k.id[:], id)
	copy(k.secret[:], secret)
	return k, true
}

// readKeys reads the file; fs.ErrNotExist when there is none. A file that others may read or change is refused.
func readKeys(path string) ([]key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the keys of secrets: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o027 != 0 {
		return nil, fmt.Errorf("the keys of secrets in %s may be read or changed by other users (mode %#o); chmod 600 it, and set the secrets anew if somebody did", path, mode)
	}
	if info.Size() > maxKeyFile {
		return nil, fmt.Errorf("cannot read the keys of secrets in %s: it is too long to be such a file", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the keys of secrets: %w", err)
	}
	keys, err := parseKeys(string(text))
	if err != nil {
		return nil, fmt.Errorf("cannot understand the keys of secrets in %s: %w; put the file back from its copy", path, err)
	}
	return keys, nil
}

// makeKeys makes the file with one key, unless another process is first, and reads it.
func makeKeys(path string) ([]key, error) {
	k := newKey()
	err := placeKeys(path, []key{k}, func(from, to string) error {
		err := os.Link(from, to)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		return os.Rename(from, to) // a file system without links
	})
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return readKeys(path)
}

// replaceKeys puts other keys into the file in one step.
func replaceKeys(path string, keys []key) error { return placeKeys(path, keys, os.Rename) }

// placeKeys writes a file beside path that nobody else may read, and lets place give it its name.
func placeKeys(path string, keys []key, place func(from, to string) error) error {
	text := keyHead
	for i := range keys {
		text += keys[i].line()
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("cannot make the keys of secrets: %w", err)
	}
	defer os.Remove(f.Name()) // gone when it was renamed
	vfs.Give(f)
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = place(f.Name(), path)
	}
	if err == nil {
		err = vfs.OS.SyncDir(dir)
	}
	if err != nil {
		return fmt.Errorf("cannot make the keys of secrets: %w", err)
	}
	return nil
}
