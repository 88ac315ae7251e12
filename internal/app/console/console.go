// Package console serves the files of the web console, and its page at every address that is one of its own.
package console

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

const notBuilt = "The web console is not part of this binary. Build it with \"make build\" (it needs Node.js).\n" +
	"The API answers all the same: /api/docs\n"

// contentPolicy lets the console load from its own server alone. The query line's editor makes style elements, which a word
// names that is another one in each page.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// nonceMark stands for that word in the page as it was built.
const nonceMark = "HAETAE_NONCE"

// Handler serves the web console. Every path that is no file is a page of the application, which reads
// the path itself, when a browser asks; a mistyped probe of a program gets 404. Files with a hash in their name may be kept for ever.
func Handler(files fs.FS) http.Handler {
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(notBuilt)) // the client may be gone
		})
	}
	static := http.FileServerFS(files)
	small := &gzipFiles{files: files, done: map[string][]byte{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if info, err := fs.Stat(files, name); err == nil && !info.IsDir() && name != "index.html" {
			if strings.HasPrefix(name, "assets/") {
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			if !small.serve(w, r, name) {
				static.ServeHTTP(w, r)
			}
			return
		}
		read := (r.Method == http.MethodGet || r.Method == http.MethodHead) && (name == "" || strings.Contains(r.Header.Get("Accept"), "text/html"))
		if !read || strings.Contains(path.Base(r.URL.Path), ".") || strings.HasPrefix(name, "api/") || strings.HasPrefix(name, "insert/") || strings.HasPrefix(name, "select/") {
			http.Error(w, "there is nothing at this address; the API is described at /api/docs", http.StatusNotFound)
			return
		}
		nonce := rand.Text()
		w.Header().Set("Cache-Control", "no-store") // a page that is kept would have the word of another answer
		w.Header().Set("Content-Security-Policy", fmt.Sprintf(contentPolicy, nonce))
		http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(bytes.ReplaceAll(index, []byte(nonceMark), []byte(nonce))))
	})
}
