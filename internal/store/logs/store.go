package logs

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs"
)

// Store is the log store of one folder. Its methods may be called concurrently.
type Store struct {
	opts    Options
	metrics *metrics
	files   *fileCache
	cache   *regionCache

	retention atomic.Pointer[Retention]
	retainNow chan struct{} // has a token when the rules have changed

	writerCount atomic.Int64 // len(writers)
	swapping    sync.Mutex   // held while segments are removed
	pending     *store.Swap  // guarded by swapping, not known to have happened; nil when the outcome of all swaps is known
	rewriting   sync.Mutex   // held while a segment is written of others: one at a time
	deletions   atomic.Pointer[deletions]
	trailLarge  atomic.Bool // retention has said that the audit trail is large
	clock       clockGuard
	noted       time.Time // as the state has the clock; used by Retain alone

	mu       sync.RWMutex
	segments map[string]*segmentRef
	writers  map[int]*Writer
	tails    map[*tail]struct{}
	damaged  map[string]string // segment id -> what is wrong with it
	// unsure are segments of commits that failed without saying whether they happened, by writers that ended.
	unsure []string
	shared shared

	ends ends
}

// segmentRef is a segment that the metadata names, or named when a search began.
type segmentRef struct {
	store.Segment
	refs int  // snapshots that hold it; guarded by Store.mu
	dead bool // no longer in the metadata: removed when refs is 0
	full bool // its footer leaves too little room for others to join; guarded by Store.mu
}

const segmentSuffix = ".seg"

// Open opens the store, and removes files that no transaction added. In a folder that is shared Run does that.
func Open(opts Options) (*Store, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	s := &Store{
		opts: opts, files: newFileCache(opts.FS, opts.Dir), cache: newRegionCache(opts.Cache),
		segments: map[string]*segmentRef{}, writers: map[int]*Writer{}, tails: map[*tail]struct{}{},
		damaged: map[string]string{}, retainNow: make(chan struct{}, 1),
		shared: shared{
			refreshing: make(chan struct{}, 1), seen: store.Snapshot{Changes: store.NoChanges}, doomed: map[string]time.Duration{},
		},
	}
	s.retention.Store(&opts.Retention)
	s.deletions.Store(&deletions{})
	if err := vfs.MkdirDurable(opts.FS, opts.Dir); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the log store: %w", err)
	}
	if err := s.openSegments(context.Background()); err != nil {
		return nil, err
	}
	if err := s.openClock(context.Background()); err != nil {
		return nil, err
	}
	s.metrics = newMetrics(opts.Registerer, s)
	return s, nil
}

// openSegments lists the segments, and notes which are not there.
func (s *Store) openSegments(ctx context.Context) error {
	if s.opts.Sharing != nil {
		if _, err := s.refresh(ctx); err != nil {
			return err
		}
	} else {
		known, err := s.opts.Meta.Segments(ctx)
		if err != nil {
			return fmt.Errorf("cannot list segments: %w", err)
		}
		for _, seg := range known {
			s.segments[seg.ID] = &segmentRef{Segment: seg}
		}
	}
	for _, seg := range s.listed() {
		if _, err := s.opts.FS.Stat(s.path(seg.ID)); err != nil {
			s.damage(seg.ID, fmt.Errorf("cannot open segment: %w", err))
		}
	}
	if s.opts.Sharing != nil {
		return nil
	}
	return s.removeUnknown()
}

// removeUnknown removes temporary files, and segments whose transaction did not happen.
func (s *Store) removeUnknown() error {
	names, err := s.opts.FS.List(s.opts.Dir)
	if err != nil {
		return fmt.Errorf("cannot list the folder of the log store: %w", err)
	}
	for _, name := range names {
		temporary := strings.HasSuffix(name, segmentSuffix+segment.TempSuffix)
		if _, ok := s.segments[name]; ok || !temporary && !strings.HasSuffix(name, segmentSuffix) {
			continue
		}
		if err := s.opts.FS.Remove(s.path(name)); err != nil {
			return fmt.Errorf("cannot remove unfinished segment %q: %w", name, err)
		}
		s.opts.Log.Info("removed a segment that was not finished", "segment", name)
	}
	return nil
}

func (s *Store) path(id string) string { return filepath.Join(s.opts.Dir, id) }

// newSegmentID returns a file name that was never used before; origin says who wrote it.
func newSegmentID(key segment.Key, origin string) string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	dataset := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, key.Dataset)
	return fmt.Sprintf("%s-%s-%s-%s%s", dataset, strings.ReplaceAll(key.Day, "-", ""), origin,
		hex.EncodeToString(random[:]), segmentSuffix)
}

// damage notes that a segment cannot be read, or not whole.
func (s *Store) damage(id string, err error) {
	s.mu.Lock()
	_, known := s.damaged[id]
	s.damaged[id] = err.Error()
	s.mu.Unlock()
	if !known {
		s.opts.Log.Error("a segment is damaged; searches pass over what cannot be read", "segment", id, "err", err)
	}
}

// removeSegments takes segments out of searches, after their transaction, and removes their files as soon as no
// search reads them. The lock is held.
func (s *Store) removeSegmentsLocked(ids []string) (files []string) {
	for _, id := range ids {
		ref := s.segments[id]
		if ref == nil {
			continue
		}
		delete(s.segments, id)
		delete(s.damaged, id)
		ref.dead = true
		if ref.refs == 0 {
			files = append(files, id)
		}
	}
	return files
}

// removeFiles removes segments that nobody reads any more, or has Sweep do so where other processes may read them. A file
// that stays is removed at the next start.
func (s *Store) removeFiles(ids []string) {
	for _, id := range ids {
		s.files.drop(id)
		s.cache.drop(id)
		if s.opts.Sharing != nil {
			s.doom(id)
			continue
		}
		if err := s.opts.FS.Remove(s.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.opts.Log.Warn("cannot remove a segment", "segment", id, "err", err)
		}
	}
}

// Close closes all files. Writers, searches and tails must have ended.
func (s *Store) Close() error {
	s.metrics.unregister()
	return s.files.close()
}

// memoryPart is a block that is not in a segment yet.
type memoryPart struct {
	key     segment.Key
	view    *block.View
	encoded *encodedPart
	counted int64 // rows of another process that match; then there is no block
}

// snapshot is what one search reads: every published row exactly once.
type snapshot struct {
	memory   []memoryPart
	segments []*segmentRef
	damaged  map[string]string
	at       int64 // ns since the epoch: what was received until then is in it
	cursor   Cursor
	// elsewhere are the partitions that other processes own as of the segments, with their stored offsets; none of
	// memory is theirs.
	elsewhere []store.Partition
	behind    []store.Partition // those of this process that it has not read yet up to where they were, as isBehind and unread say
	missing   map[int]string    // those of elsewhere and behind whose rows in memory nobody handed over, with the reason
	stale     string            // why segments of other processes may be missing; "" when none are
}

// snapshot collects the parts that may hold rows of the datasets with lo <= time <= hi.
func (s *Store) snapshot(datasets []string, lo, hi int64) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshotLocked(datasets, lo, hi)
}

func (s *Store) snapshotLocked(datasets []string, lo, hi int64) *snapshot {
	snap := &snapshot{at: s.opts.Now().UnixNano(), cursor: s.cursorLocked(), damaged: map[string]string{}, elsewhere: s.elsewhere(), behind: s.unread()}
	for _, p := range snap.elsewhere {
		delete(snap.cursor.Offsets, p.Partition) // a writer here that the snapshot does not know has rows that are not in it
	}
	for _, w := range s.writers {
		if from, ok := s.unsealedFrom(w); ok {
			snap.memory = w.appendMemoryLocked(snap.memory, from, datasets, lo, hi)
			if s.isBehind(w) {
				snap.behind = append(snap.behind, s.stand(w))
			}
		}
	}
	for _, ref := range s.segments {
		if slices.Contains(datasets, ref.Dataset) && ref.MinTime <= hi && ref.MaxTime >= lo {
			if why, bad := s.damaged[ref.ID]; bad {
				snap.damaged[ref.ID] = why
			}
			ref.refs++
			snap.segments = append(snap.segments, ref)
		}
	}
	// The newest first, so that searches for the newest rows can end early.
	snap.sortMemory()
	slices.SortFunc(snap.segments, func(a, b *segmentRef) int {
		if a.MaxTime != b.MaxTime {
			return cmp.Compare(b.MaxTime, a.MaxTime)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return snap
}

func (s *snapshot) sortMemory() {
	newest := func(p *memoryPart) int64 {
		if p.counted > 0 {
			return 0
		}
		return p.info().MaxTime
	}
	slices.SortFunc(s.memory, func(a, b memoryPart) int { return cmp.Compare(newest(&b), newest(&a)) })
}

// release ends the use of a snapshot.
func (s *Store) release(snap *snapshot) {
	var files []string
	s.mu.Lock()
	for _, ref := range snap.segments {
		if ref.refs--; ref.refs == 0 && ref.dead {
			files = append(files, ref.ID)
		}
	}
	s.mu.Unlock()
	s.removeFiles(files)
}

func (p *memoryPart) info() *block.Info {
	if p.view != nil {
		return p.view.Info()
	}
	return p.encoded.header.Info()
}
