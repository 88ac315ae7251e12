package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/internal/vfs"
)

// folder is what a data folder says of itself, in folder.json.
type folder struct {
	// Member is the process that has the folder open, among those that share the metadata.
	Member string `json:"member"`
	// Metadata is the id of the metadata that name the folder's segments.
	Metadata string `json:"metadata"`
}

const folderFile = "folder.json"

// folderKey is where shared metadata say whose segments they name, beside the retention.
const folderKey = "folder"

// openFolder makes sure that folder and metadata belong together. A folder whose segments other metadata name is refused:
// every one of them would be taken for the rest of a broken write, and removed. So are metadata that name the segments of
// another folder: retention here would remove them there. shared is the folder that several processes put their segments
// in, "" when they are in the data folder.
func openFolder(ctx context.Context, data, shared string, m *meta.Meta, config *metaConfig) (folder, error) {
	f, err := readFolder(ctx, data, m, config)
	if err != nil || config.Type != metaPostgres {
		return f, err
	}
	if shared != "" {
		return f, openShared(ctx, shared, f, m, config)
	}
	holds, err := m.State(retentionNamespace).Claim(ctx, folderKey, []byte(f.Member))
	if err == nil && string(holds) != f.Member {
		err = fmt.Errorf("%s names the segments of another data folder than %s; give each folder a database of its own, or put back the folder that was lost",
			config.where(data), data)
	}
	return f, err
}

// readFolder reads what the folder says, or says it for the first time.
func readFolder(ctx context.Context, data string, m *meta.Meta, config *metaConfig) (folder, error) {
	name := filepath.Join(data, folderFile)
	var f folder
	text, err := vfs.ReadFile(vfs.OS, name)
	switch {
	case err == nil:
		if err := json.Unmarshal(text, &f); err != nil || f.Member == "" || f.Metadata == "" {
			return f, fmt.Errorf("cannot understand %s; restore it, or remove it if the metadata are those of this folder", name)
		}
		if f.Metadata != m.ID() {
			return f, fmt.Errorf("the segments in %s belong to other metadata than %s has; set store.meta back to what it was, or choose another data folder",
				data, config.where(data))
		}
		return f, nil
	case !errors.Is(err, fs.ErrNotExist):
		return f, fmt.Errorf("cannot read %s: %w", name, err)
	}
	if config.Type == metaPostgres {
		if err := knowsSegments(ctx, filepath.Join(data, "logs"), m, config); err != nil {
			return f, err
		}
	}
	f = folder{Member: rand.Text(), Metadata: m.ID()}
	if text, err = json.Marshal(f); err != nil {
		return f, err
	}
	return f, vfs.WriteFileDurable(vfs.OS, name, text)
}

// knowsSegments refuses a folder with segments of which the metadata name none.
func knowsSegments(ctx context.Context, dir string, m *meta.Meta, config *metaConfig) error {
	names, err := vfs.OS.List(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot list the segments: %w", err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, ".seg") })
	if len(names) == 0 {
		return nil
	}
	known, err := m.Segments(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known, func(seg store.Segment) bool { return slices.Contains(names, seg.ID) }) {
		return nil
	}
	return fmt.Errorf("%s holds %d segments that %s does not name; choose a new folder, or set store.meta.type to sqlite to go on with this one",
		dir, len(names), config.where(""))
}
