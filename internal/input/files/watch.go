package files

import (
	"log/slog"
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// maxWatched bounds the folders that the system is asked to tell about; files of others are found by polling.
const maxWatched = 2000

// watcher collects what the system tells of changes in folders. It only makes things quicker: what it misses,
// polling finds.
type watcher struct {
	system  *fsnotify.Watcher
	folders map[string]bool
	wake    chan struct{}
	done    chan struct{}
	log     *slog.Logger

	mu      sync.Mutex
	changed map[string]struct{}
	renewed bool // a name came or went, or events were lost
}

// startWatcher returns nil when the system has no such service.
func startWatcher(log *slog.Logger) *watcher {
	system, err := fsnotify.NewWatcher()
	if err != nil {
		log.Info("the system does not tell of changes in files, polling instead", "error", err)
		return nil
	}
	w := &watcher{
		system: system, folders: map[string]bool{}, wake: make(chan struct{}, 1), done: make(chan struct{}),
		changed: map[string]struct{}{}, log: log,
	}
	go w.collect()
	return w
}

func (w *watcher) collect() {
	defer close(w.done)
	for {
		select {
		case e, ok := <-w.system.Events:
			if !ok {
				return
			}
			w.note(e)
		case _, ok := <-w.system.Errors:
			if !ok {
				return
			}
			w.note(fsnotify.Event{Op: fsnotify.Create}) // events were lost: look at everything
		}
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

func (w *watcher) note(e fsnotify.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.Has(fsnotify.Write) {
		w.changed[e.Name] = struct{}{}
	}
	if e.Has(fsnotify.Create) || e.Has(fsnotify.Rename) || e.Has(fsnotify.Remove) {
		w.renewed = true
	}
}

// take returns what changed since the last call.
func (w *watcher) take() (changed map[string]struct{}, renewed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed, renewed = w.changed, w.renewed
	w.changed, w.renewed = map[string]struct{}{}, false
	return changed, renewed
}

// watch asks the system to tell about a folder.
func (w *watcher) watch(folder string) {
	if w.folders[folder] || len(w.folders) >= maxWatched {
		return
	}
	w.folders[folder] = true // also when it fails: asking again each time would not help
	if err := w.system.Add(folder); err != nil {
		w.log.Debug("cannot watch a folder, polling instead", "folder", folder, "error", err)
	}
}

func (w *watcher) watchFoldersOf(files []*file) {
	for _, f := range files {
		w.watch(filepath.Dir(f.path))
	}
}

func (w *watcher) stop() {
	_ = w.system.Close() // nothing is left to do when it fails
	<-w.done
}
