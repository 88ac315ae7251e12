// Command image writes a container image that holds one static binary, as "docker load" and "podman load" take it (the
// archive of the Docker Image Specification v1.2): no shell, no package manager, an unprivileged user.
//
//	go run ./packaging/image -binary build/package/haetae -tag haetae:1.0 -arch amd64 -out build/package/haetae.tar
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// user is whom the process runs as: nobody's number on the host.
const user = 65532

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "", "static binary; the image's entry point")
	flag.StringVar(&o.authorities, "authorities", "", "file with the certificates (PEM) of the authorities that it trusts; none when empty")
	flag.StringVar(&o.tag, "tag", "haetae:dev", "name and version")
	flag.StringVar(&o.arch, "arch", "amd64", "architecture of the binary, as Go names it")
	flag.Int64Var(&o.created, "created", 0, "time of everything in the image, in seconds since the epoch")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := write(*out, o); err != nil {
		fmt.Fprintln(os.Stderr, "image: "+err.Error())
		os.Exit(1)
	}
}

type options struct {
	binary, authorities, tag, arch string
	created                        int64
}

// write makes the archive: one layer, its configuration, and the manifest that names both.
func write(path string, o options) error {
	layer, err := layerOf(o)
	if err != nil {
		return err
	}
	config, err := json.Marshal(configOf(o, digest(layer)))
	if err != nil {
		return err
	}
	name := digest(config)
	manifest, err := json.Marshal([]map[string]any{{
		"Config": name + ".json", "RepoTags": []string{o.tag}, "Layers": []string{name + "/layer.tar"},
	}})
	if err != nil {
		return err
	}
	archive, err := tarOf(o.created, []entry{
		{name: "manifest.json", data: manifest, mode: 0o644},
		{name: name + ".json", data: config, mode: 0o644},
		{name: name + "/layer.tar", data: layer, mode: 0o644},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, archive, 0o644)
}

// layerOf is the file system: the binary, its user, its data folder, and whom it trusts.
func layerOf(o options) ([]byte, error) {
	binary, err := os.ReadFile(o.binary)
	if err != nil {
		return nil, fmt.Errorf("cannot read the binary: %w", err)
	}
	entries := []entry{
		{name: "etc/", mode: 0o755},
		{name: "etc/passwd", data: fmt.Appendf(nil, "haetae:x:%d:%d::/data:/haetae\n", user, user), mode: 0o644},
		{name: "etc/group", data: fmt.Appendf(nil, "haetae:x:%d:\n", user), mode: 0o644},
		{name: "tmp/", mode: 0o1777},
		{name: "data/", mode: 0o700, owner: user},
		{name: "haetae", data: binary, mode: 0o755},
	}
	if o.authorities != "" {
		pem, err := os.ReadFile(o.authorities)
		if err != nil {
			return nil, fmt.Errorf("cannot read the authorities: %w", err)
		}
		entries = append(entries, entry{name: "etc/ssl/", mode: 0o755}, entry{name: "etc/ssl/certs/", mode: 0o755},
			entry{name: "etc/ssl/certs/ca-certificates.crt", data: pem, mode: 0o644})
	}
	return tarOf(o.created, entries)
}

// configOf describes how a container of the layer runs.
func configOf(o options, layer string) map[string]any {
	return map[string]any{
		"architecture": o.arch, "os": "linux", "created": time.Unix(o.created, 0).UTC().Format(time.RFC3339),
		"config": map[string]any{
			"User":         fmt.Sprintf("%d:%d", user, user),
			"Entrypoint":   []string{"/haetae"},
			"Cmd":          []string{"server", "--data", "/data"},
			"WorkingDir":   "/",
			"Env":          []string{"PATH=/"},
			"Volumes":      map[string]any{"/data": struct{}{}},
			"ExposedPorts": map[string]any{"7700/tcp": struct{}{}},
			"StopSignal":   "SIGTERM",
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + layer}},
		"history": []map[string]any{{"created_by": "packaging/image"}},
	}
}

type entry struct {
	name  string // a folder's ends in a slash
	data  []byte
	mode  int64
	owner int
}

// tarOf packs entries in their order, all of one time: the same input gives the same bytes.
func tarOf(created int64, entries []entry) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		h := &tar.Header{
			Name: e.name, Mode: e.mode, Size: int64(len(e.data)), Uid: e.owner, Gid: e.owner,
			ModTime: time.Unix(created, 0), Typeflag: tar.TypeReg, Format: tar.FormatPAX,
		}
		if e.name[len(e.name)-1] == '/' {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, errors.Join(fmt.Errorf("cannot pack %s", e.name), err)
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, errors.Join(fmt.Errorf("cannot pack %s", e.name), err)
		}
	}
	err := w.Close() // which writes the end
	return out.Bytes(), err
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
