package wal

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/haetae/haetae/internal/vfs"
)

const (
	identityFile    = "queue.json"
	identityVersion = 1

	// MaxPartitions is the largest number of partitions: their folders have three digits.
	MaxPartitions = 999
)

// identity is queue.json.
type identity struct {
	Version    int    `json:"version"`
	ID         string `json:"id"`  // part of every record's identity
	Key        string `json:"key"` // hexadecimal; in every frame (see frame.go)
	Partitions int    `json:"partitions"`
	Epoch      int64  `json:"epoch"` // of the last owner

	key frameKey
}

// loadIdentity reads queue.json, or makes a new queue with this number of partitions.
func loadIdentity(fsys vfs.FS, dir string, partitions int, log *slog.Logger) (identity, error) {
	name := filepath.Join(dir, identityFile)
	data, err := vfs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return newIdentity(fsys, dir, partitions)
	}
	if err != nil {
		return identity{}, err
	}
	var id identity
	if err := json.Unmarshal(data, &id); err != nil {
		return identity{}, fmt.Errorf("cannot read %q: %w", name, err)
	}
	if id.Version != identityVersion {
		return identity{}, fmt.Errorf("cannot read %q: version %d, want %d", name, id.Version, identityVersion)
	}
	key, err := hex.DecodeString(id.Key)
	if err != nil || len(key) != len(id.key) {
		return identity{}, fmt.Errorf("cannot read %q: wrong key", name)
	}
	id.key = frameKey(key)
	if id.ID == "" || id.Partitions < 1 || id.Partitions > MaxPartitions {
		return identity{}, fmt.Errorf("cannot read %q: id %q, %d partitions", name, id.ID, id.Partitions)
	}
	if id.Partitions != partitions {
		log.Warn("the queue keeps the number of partitions that it was created with; drain it to change that",
			"configured", partitions, "kept", id.Partitions)
	}
	return id, nil
}

func newIdentity(fsys vfs.FS, dir string, partitions int) (identity, error) {
	names, err := fsys.List(dir)
	if err != nil {
		return identity{}, err
	}
	for _, n := range names {
		if strings.HasPrefix(n, "p") {
			// A new queue would number its records from 0 again and bury those that are there.
			return identity{}, fmt.Errorf("%q has partitions but no %s; put it back or move the folder away", dir, identityFile)
		}
	}
	random := make([]byte, 4+len(frameKey{}))
	_, _ = rand.Read(random) // it never fails: crypto/rand
	id := identity{
		Version:    identityVersion,
		ID:         hex.EncodeToString(random[:4]),
		Key:        hex.EncodeToString(random[4:]),
		Partitions: partitions,
		key:        frameKey(random[4:]),
	}
	return id, id.save(fsys, dir)
}

func (id identity) save(fsys vfs.FS, dir string) error {
	data, err := json.Marshal(id)
	if err != nil {
		return err
	}
	return vfs.WriteFileDurable(fsys, filepath.Join(dir, identityFile), append(data, '\n'))
}
