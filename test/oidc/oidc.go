// Package oidc runs a provider of OpenID Connect on loopback for tests, and signs people in there as a browser would.
package oidc

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// Provider is the process of provider.mjs.
type Provider struct {
	Issuer string
}

// What the provider knows Haetae as.
const (
	ClientID     = "haetae"
	ClientSecret = "a-secret-of-the-client"
)

// Start runs the provider until the test ends; it needs Node.js. See provider.mjs for its arguments, and who is there.
func Start(tb testing.TB, args ...string) Provider {
	tb.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		tb.Skip("SKIP: npm is not installed")
	}
	here := filepath.Join(server.Root(), "test", "oidc")
	// The same words as in web/e2e/provider.ts, which may install beside this.
	install := `mkdir -p "$1" && exec 9>"$1/lock" && flock 9 && cd "$1" && cp "$2"/package.json "$2"/package-lock.json "$2"/provider.mjs . && ` +
		`(cmp -s package-lock.json installed || (npm ci --silent --ignore-scripts --no-audit --no-fund && cp package-lock.json installed))`
	peer := filepath.Join(server.Root(), "build", "peers", "oidc")
	if out, err := exec.CommandContext(tb.Context(), "sh", "-c", install, "sh", peer, here).CombinedOutput(); err != nil {
		tb.Fatalf("cannot install the provider: %v\n%s", err, out)
	}
	cmd := exec.Command("node", append([]string{filepath.Join(peer, "provider.mjs")}, args...)...)
	var said strings.Builder
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	tb.Cleanup(func() {
		stdin.Close() // its end
		_ = cmd.Wait()
	})
	var p Provider
	if err != nil || json.Unmarshal(line, &p) != nil || p.Issuer == "" {
		tb.Fatalf("the provider did not start: %v\n%s", err, said.String())
	}
	return p
}

// Browser is one browser, with its cookies.
type Browser struct {
	*http.Client
	// Stop says at which addresses it does not follow a redirect any more.
	Stop func(*url.URL) bool
}

// NewBrowser returns one without cookies.
func NewBrowser(tb testing.TB, stop func(*url.URL) bool) *Browser {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	b := &Browser{Client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, Stop: stop}
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if b.Stop(r.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return b
}

var (
	formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	formPrompt = regexp.MustCompile(`name="prompt" value="([^"]+)"`)
)

// SignIn opens an address that leads to the provider, and signs somebody in there. It returns the address at which the browser stops.
func (b *Browser) SignIn(tb testing.TB, address, name string) *url.URL {
	tb.Helper()
	resp := b.open(tb, http.MethodGet, address, nil)
	for range 3 { // pages of the provider
		if at, err := resp.Location(); err == nil {
			return at
		}
		page := body(tb, resp)
		action := formAction.FindStringSubmatch(page)
		prompt := formPrompt.FindStringSubmatch(page)
		if action == nil || prompt == nil {
			tb.Fatalf("no page of a provider: %s\n%s", resp.Request.URL, page)
		}
		to, err := resp.Request.URL.Parse(strings.ReplaceAll(action[1], "&amp;", "&"))
		if err != nil {
			tb.Fatal(err)
		}
		resp = b.open(tb, http.MethodPost, to.String(), url.Values{"prompt": {prompt[1]}, "login": {name}, "password": {"any"}})
	}
	tb.Fatalf("the provider does not let %s go: %s", name, resp.Request.URL)
	return nil
}

func (b *Browser) open(tb testing.TB, method, address string, form url.Values) *http.Response {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := b.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode >= http.StatusBadRequest {
		tb.Fatalf("%s %s: %s\n%s", method, address, resp.Status, body(tb, resp))
	}
	return resp
}

func body(tb testing.TB, resp *http.Response) string {
	tb.Helper()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(fmt.Errorf("cannot read %s: %w", resp.Request.URL, err))
	}
	return string(text)
}
