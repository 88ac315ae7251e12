package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"

	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/internal/vfs"
)

// sharedFolder is what a folder of segments that several processes share says of itself, in folder.json.
type sharedFolder struct {
	ID       string `json:"id"`
	Metadata string `json:"metadata"` // id of those that name its segments
}

// shares reports whether other processes may have the segments too.
func (c *Config) shares() bool { return c.Store.Shared != "" }

// segments is the folder of the log store.
func (c *Config) segments() string {
	if c.shares() {
		return c.Store.Shared
	}
	return filepath.Join(c.Data, "logs")
}

// sharing says what keeps several processes from sharing a folder: what they write beside it must be shared too.
func (c *Config) sharing() error {
	switch {
	case !c.shares():
		return nil
	case c.Queue.Type != queueKafka:
		return errors.New("is for several processes on one queue; set queue.type to kafka, or leave it out")
	case c.Store.Meta.Type != metaPostgres:
		return errors.New("is for several processes on one database; set store.meta.type to postgres, or leave it out")
	}
	return nil
}

// advertising says what is wrong with the address that the others are given.
func (c *Config) advertising() error {
	if c.HTTP.Advertise == "" {
		return nil
	}
	if !c.shares() {
		return errors.New("is for several processes that share segments; set store.shared too, or leave it out")
	}
	host, port, err := net.SplitHostPort(c.HTTP.Advertise)
	if err != nil {
		return fmt.Errorf("wants HOST:PORT: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		return fmt.Errorf("%q is no host that others can reach; name this machine", host)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("%q is no port from 1 to 65535", port)
	}
	return nil
}

// advertised is where other processes reach this one.
func (a *app) advertised() string { return cmp.Or(a.cfg.HTTP.Advertise, a.listen.all()["http"]) }

// openShared makes sure that a shared folder is the one whose segments the metadata name: an empty folder, because a
// network file system is not mounted, must not be taken for it. own is the process's data folder, whose segments become
// the shared ones when they were moved.
func openShared(ctx context.Context, dir string, own folder, m *meta.Meta, config *metaConfig) error {
	if err := vfs.MkdirDurable(vfs.OS, dir); err != nil {
		return dataError("cannot make the shared folder", err)
	}
	marker, made, err := markShared(ctx, dir, m, config)
	if err != nil {
		return err
	}
	state := m.State(retentionNamespace)
	holds, err := state.Claim(ctx, folderKey, []byte(marker.ID))
	if err == nil && string(holds) == own.Member { // until now this process had the segments alone
		if err = hasSegments(ctx, dir, m, config); err == nil {
			return state.Put(ctx, map[string][]byte{folderKey: []byte(marker.ID)})
		}
	} else if err == nil && string(holds) != marker.ID {
		err = fmt.Errorf("%s is not the folder whose segments %s names; mount that one, or set store.shared to it", dir, config.where(""))
	}
	if err != nil && made {
		err = errors.Join(err, os.Remove(filepath.Join(dir, folderFile)))
	}
	return err
}

// hasSegments refuses a folder that lacks segments which the metadata name: they were not moved there.
func hasSegments(ctx context.Context, dir string, m *meta.Meta, config *metaConfig) error {
	known, err := m.Segments(ctx)
	if err != nil {
		return err
	}
	for _, seg := range known {
		if _, err := os.Stat(filepath.Join(dir, seg.ID)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s lacks the segment %s that %s names; stop the server and move all files of the folder logs of its data folder there first",
				dir, seg.ID, config.where(""))
		}
	}
	return nil
}

// markShared reads what the folder says, or says it for the first time: then made is true.
func markShared(ctx context.Context, dir string, m *meta.Meta, config *metaConfig) (marker sharedFolder, made bool, err error) {
	name := filepath.Join(dir, folderFile)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		if err := knowsSegments(ctx, dir, m, config); err != nil {
			return marker, false, err
		}
		if made, err = writeMarker(name, sharedFolder{ID: rand.Text(), Metadata: m.ID()}); err != nil {
			return marker, false, dataError("cannot write into the shared folder", err)
		}
	}
	text, err := vfs.ReadFile(vfs.OS, name)
	if err != nil {
		return marker, made, fmt.Errorf("cannot read %s: %w", name, err)
	}
	if err := json.Unmarshal(text, &marker); err != nil || marker.ID == "" || marker.Metadata == "" {
		return marker, made, fmt.Errorf("cannot understand %s; restore it, or set store.shared to another folder", name)
	}
	if marker.Metadata != m.ID() {
		return marker, made, fmt.Errorf("the segments in %s belong to other metadata than %s has; set store.shared or store.meta.dsn back to what it was",
			dir, config.where(""))
	}
	return marker, made, nil
}

// writeMarker writes a file as a whole; of several processes that do so at once one is the first, and made is true for it.
func writeMarker(name string, marker sharedFolder) (made bool, err error) {
	text, err := json.Marshal(marker)
	if err != nil {
		return false, err
	}
	draft := name + "." + marker.ID
	if err := vfs.WriteFileDurable(vfs.OS, draft, text); err != nil {
		return false, err
	}
	err = os.Link(draft, name)
	made = err == nil
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return made, errors.Join(err, os.Remove(draft), vfs.OS.SyncDir(filepath.Dir(name)))
}
