package console

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// gzipTypes are the console's files that shrink; fonts are compressed already.
var gzipTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// gzipFiles keeps the console's files compressed, each from the first time that it is asked for. They are part of the binary and
// never change, so that the cache holds at most all of them once.
type gzipFiles struct {
	files fs.FS
	mu    sync.Mutex
	done  map[string][]byte
}

// serve answers with a file compressed; false when the file or the client is none for that, and nothing was written.
func (g *gzipFiles) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	contentType, ok := gzipTypes[path.Ext(name)]
	if !ok || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Header.Get("Range") != "" {
		return false
	}
	body, err := g.compressed(name)
	if err != nil {
		return false
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Add("Vary", "Accept-Encoding")
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
	return true
}

func (g *gzipFiles) compressed(name string) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if body, ok := g.done[name]; ok {
		return body, nil
	}
	raw, err := fs.ReadFile(g.files, name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	// The best level costs a few hundredths of a second once.
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := zip.Write(raw); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	g.done[name] = out.Bytes()
	return out.Bytes(), nil
}
