package app

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// problemFolder is the code of the problem that a folder of this process is gone.
const problemFolder = "data.gone"

// lookAtFolderEvery is how often the folders are looked at.
const lookAtFolderEvery = 2 * time.Second

// watchFolders says when the data folder, or the folder of segments, is not there any more: the process goes on with the files
// that it has open, and would tell senders that records are safe in files without a name.
func (a *app) watchFolders(context.Context) error {
	held := map[string]os.FileInfo{}
	for _, path := range []string{filepath.Join(a.cfg.Data, lockFile), a.cfg.segments()} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		held[path] = info
	}
	tell := a.problem(problemFolder, "%s is gone, or another is in its place; stop, put it back from where it was moved to or from a backup, and start again")
	was := ""
	a.life.every(lookAtFolderEvery, "the watch over the folders", time.Second, func(context.Context, time.Time) {
		gone := goneOf(held)
		if gone != "" && was == "" {
			a.log.Error("a folder that Haetae keeps its data in is gone, or another is in its place", "folder", gone)
		}
		if gone != was {
			tell(gone)
		}
		was = gone
	})
	return nil
}

// goneOf returns the folder of a file or folder that is not what it was; "" when all are.
func goneOf(held map[string]os.FileInfo) string {
	for path, was := range held {
		if now, err := os.Stat(path); err != nil || !os.SameFile(was, now) {
			if !was.IsDir() {
				return filepath.Dir(path)
			}
			return path
		}
	}
	return ""
}
