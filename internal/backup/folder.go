package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/haetae/haetae/internal/vfs"
)

// Unfinished is in a data folder while a backup is restored into it; a server does not open such a folder.
const Unfinished = "restore.unfinished"

// CheckEmpty says what to do when a folder holds something, or is a file; a missing one is empty.
func CheckEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%s is there already and is no folder; choose another name", dir)
	}
	if err != nil {
		return fmt.Errorf("cannot look into %s: %w", dir, err)
	}
	for _, e := range entries {
		if e.Name() != "lost+found" { // of a file system of its own
			return fmt.Errorf("%s is not empty (it holds %s); choose another folder, or move what is in it away", dir, e.Name())
		}
	}
	return nil
}

// Folder writes files durably below a folder, which it makes for the first one.
type Folder struct {
	dir    string
	marker string          // a file that stands in it until Finish, "" for none
	made   map[string]bool // folders to sync
}

// NewFolder takes an empty folder, or one to make.
func NewFolder(dir, marker string) (*Folder, error) {
	if err := CheckEmpty(dir); err != nil {
		return nil, err
	}
	return &Folder{dir: dir, marker: marker, made: map[string]bool{}}, nil
}

// Begun reports whether anything was written.
func (f *Folder) Begun() bool { return f.made[f.dir] }

func (f *Folder) begin() error {
	if f.Begun() {
		return nil
	}
	if err := vfs.MkdirDurable(vfs.OS, f.dir); err != nil {
		return err
	}
	f.made[f.dir] = true
	if f.marker == "" {
		return nil
	}
	return vfs.WriteFileDurable(vfs.OS, filepath.Join(f.dir, f.marker), []byte("a backup is being restored into this folder\n"))
}

// Put writes a file.
func (f *Folder) Put(name string, r io.Reader) error {
	if err := f.begin(); err != nil {
		return err
	}
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	if parent := filepath.Dir(path); !f.made[parent] {
		if err := vfs.MkdirDurable(vfs.OS, parent); err != nil {
			return err
		}
		f.made[parent] = true
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	_, err = io.Copy(out, r)
	if err == nil {
		err = out.Sync()
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

// Finish makes all names durable, and takes the marker away.
func (f *Folder) Finish() error {
	for dir := range f.made {
		if err := vfs.OS.SyncDir(dir); err != nil {
			return fmt.Errorf("cannot make %s durable: %w", dir, err)
		}
	}
	if f.marker == "" {
		return nil
	}
	if err := os.Remove(filepath.Join(f.dir, f.marker)); err != nil {
		return fmt.Errorf("cannot take the marker away: %w", err)
	}
	return vfs.OS.SyncDir(f.dir)
}

// ReadFolder is Read of a backup that was unpacked.
func ReadFolder(dir string, put func(name string, r io.Reader) error) (*Manifest, error) {
	manifest, err := os.Open(filepath.Join(dir, ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, ErrIncomplete)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the backup: %w", err)
	}
	defer manifest.Close()
	var have []File
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path == manifest.Name() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		defer in.Close()
		f, err := receive(filepath.ToSlash(name), in, put)
		have = append(have, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the backup: %w", err)
	}
	return check(manifest, have)
}

// Restore reads a backup, a tar or a folder, into an empty data folder. What is no backup leaves nothing behind.
func Restore(from, data string) (*Manifest, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, fmt.Errorf("cannot read the backup: %w", err)
	}
	folder, err := NewFolder(data, Unfinished)
	if err != nil {
		return nil, err
	}
	var m *Manifest
	if info.IsDir() {
		m, err = ReadFolder(from, folder.Put)
	} else {
		m, err = readFile(from, folder.Put)
	}
	if err == nil {
		err = folder.Finish()
	}
	if err != nil && folder.Begun() {
		return nil, fmt.Errorf("%w; empty %s before you try again", err, data)
	}
	return m, err
}

func readFile(path string, put func(name string, r io.Reader) error) (*Manifest, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the backup: %w", err)
	}
	defer in.Close()
	return Read(in, put)
}

// Save reads a tar into an empty folder, from which it can be restored. What broke off is left without its manifest.
func Save(in io.Reader, dir string) (*Manifest, error) {
	folder, err := NewFolder(dir, "")
	if err != nil {
		return nil, err
	}
	m, err := Read(in, folder.Put)
	if err != nil {
		return nil, fmt.Errorf("%w; what is in %s is not a backup", err, dir)
	}
	if err := folder.Finish(); err != nil {
		return nil, err
	}
	data, err := m.encode()
	if err != nil {
		return nil, err
	}
	return m, vfs.WriteFileDurable(vfs.OS, filepath.Join(dir, ManifestName), data)
}

// Rename gives a file that is durable its final name, durably.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return vfs.OS.SyncDir(filepath.Dir(to))
}
