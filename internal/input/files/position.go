package files

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// position is what survives a restart: one for each content that was found, whether its file is still there or
// not. It is durable before the first record of the content is sent, so that a content keeps its mark source and
// its path, and with it its stream and partition, whatever happens to its file.
type position struct {
	Source string      `json:"source"` // mark source, new for each content
	Found  int64       `json:"found"`  // order of finding, about ns since the epoch
	Path   string      `json:"path"`   // where the content was first found; the record's path
	Inode  inode       `json:"inode"`
	Head   fingerprint `json:"head"`
	Pos    int64       `json:"pos"`            // where reading begins again; everything before is in the queue
	Sent   uint64      `json:"sent,omitempty"` // sequence number of the last record in the queue
	Cut    int64       `json:"cut,omitempty"`  // above Pos: a record was, or will be, ended here by time
	Wrap   wrapping    `json:"wrap,omitempty"`
	Gzip   bool        `json:"gzip,omitempty"`
	Ended  int64       `json:"ended,omitempty"`  // when the file was gone or truncated, ns since the epoch
	Passed bool        `json:"passed,omitempty"` // never to be read: too old at start, or a finished gzip file
}

// inode identifies a file while it exists.
type inode struct {
	Dev uint64 `json:"dev"`
	Ino uint64 `json:"ino"`
}

// headBytes is how much of a content's beginning identifies it.
const headBytes = 1024

// fingerprint is the hash of a content's first Len bytes. It grows with the file up to headBytes.
type fingerprint struct {
	Len int    `json:"len"`
	Sum uint64 `json:"sum,string"`
}

func fingerprintOf(head []byte) fingerprint {
	return fingerprint{Len: len(head), Sum: xxhash.Sum64(head)}
}

// matches reports whether head begins with the content.
func (f fingerprint) matches(head []byte) bool {
	return len(head) >= f.Len && xxhash.Sum64(head[:f.Len]) == f.Sum
}

// readHead returns the first bytes of a content, up to len(buf).
func readHead(c content, buf []byte) ([]byte, error) {
	n, err := c.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return buf[:n], nil
}

const statePrefix = "file/"

// load reads all positions.
func (t *tailer) load(ctx context.Context) error {
	keys, err := t.env.State.Keys(ctx, statePrefix)
	if err != nil {
		return fmt.Errorf("cannot list the positions in files: %w", err)
	}
	known := make([]position, 0, len(keys))
	for _, key := range keys {
		value, err := t.env.State.Get(ctx, key)
		if err != nil {
			return fmt.Errorf("cannot read position %q: %w", key, err)
		}
		var p position
		if err := json.Unmarshal(value, &p); err != nil || p.Source == "" {
			return fmt.Errorf("cannot read position %q: it is %d bytes of no known form", key, len(value))
		}
		known = append(known, p)
	}
	slices.SortFunc(known, func(a, b position) int { return cmp.Compare(a.Found, b.Found) })
	for _, p := range known {
		t.add(&file{position: p, path: p.Path, next: p.Pos, sent: p.Sent})
		t.last = p.Found
	}
	t.first = len(keys) == 0
	return nil
}

// save makes all changed positions durable.
func (t *tailer) save(ctx context.Context) error {
	values := make(map[string][]byte)
	for _, f := range t.files {
		if !f.dirty {
			continue
		}
		v, err := json.Marshal(&f.position)
		if err != nil {
			return fmt.Errorf("cannot encode the position in %q: %w", f.Path, err)
		}
		values[statePrefix+f.Source] = v
	}
	for _, source := range t.forgotten {
		values[statePrefix+source] = nil
	}
	if len(values) > 0 {
		if err := t.env.State.Put(ctx, values); err != nil {
			return fmt.Errorf("cannot store the positions in files: %w", err)
		}
	}
	for _, f := range t.files {
		f.dirty = false
	}
	t.forgotten = t.forgotten[:0]
	t.mustSave = false
	t.saved = t.env.Now()
	return nil
}
