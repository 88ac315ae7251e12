package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What loads an image follows three names: the manifest's to the configuration and layer, the configuration's to the layer's bytes.
func TestImage(t *testing.T) {
	dir := t.TempDir()
	binary, authorities := filepath.Join(dir, "haetae"), filepath.Join(dir, "ca.pem")
	for _, path := range []string{binary, authorities} {
		if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := options{binary: binary, authorities: authorities, tag: "haetae:1", arch: "arm64", created: 1_795_132_800}
	var archives [2][]byte
	for i := range archives {
		path := filepath.Join(dir, "image.tar")
		if err := write(path, o); err != nil {
			t.Fatal(err)
		}
		var err error
		if archives[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("the same input gave other bytes")
	}
	files := untar(t, archives[0])
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	decode(t, files["manifest.json"].data, &manifest)
	if len(manifest) != 1 || len(manifest[0].Layers) != 1 || manifest[0].RepoTags[0] != "haetae:1" {
		t.Fatalf("manifest %+v", manifest)
	}
	config := files[manifest[0].Config].data
	if digest(config)+".json" != manifest[0].Config {
		t.Error("the configuration has another digest than its name")
	}
	var c struct {
		Architecture string
		Config       struct{ User string }
		RootFS       struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	decode(t, config, &c)
	layer := files[manifest[0].Layers[0]].data
	if c.Architecture != "arm64" || c.Config.User != "65532:65532" || c.RootFS.DiffIDs[0] != "sha256:"+digest(layer) {
		t.Errorf("configuration %+v", c)
	}
	inside := untar(t, layer)
	if got := inside["haetae"]; string(got.data) != binary || got.header.Mode != 0o755 || got.header.Uid != 0 {
		t.Errorf("the binary is %+v", got.header)
	}
	if got := inside["data/"].header; got == nil || got.Uid != user || got.Mode != 0o700 {
		t.Errorf("the data folder is %+v", got)
	}
	if string(inside["etc/ssl/certs/ca-certificates.crt"].data) != authorities {
		t.Error("the authorities are missing")
	}
}

type file struct {
	header *tar.Header
	data   []byte
}

// untar reads an archive, which must be whole: tar ends in two empty blocks (POSIX.1-2017, pax), whose absence Go's reader forgives.
func untar(t *testing.T, archive []byte) map[string]file {
	t.Helper()
	if len(archive)%512 != 0 || !bytes.HasSuffix(archive, make([]byte, 1024)) {
		t.Errorf("an archive of %d bytes is cut short", len(archive))
	}
	files := map[string]file{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = file{h, data}
	}
}

func decode(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}
