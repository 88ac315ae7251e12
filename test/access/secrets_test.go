package access

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/api"
)

// What proves who somebody is stands in no log line, no answer that reads, and no file of the data folder.
func TestSecretsAreNowhere(t *testing.T) {
	g := begin(t, "log.level=DEBUG", "inputs.self.enabled=true")
	id, sender := g.newToken(t, "ingest", nil)
	_, reader := g.newToken(t, "viewer", nil)
	kim := g.user(t, "kim", "operator", map[string]any{"everything": true})
	var factor struct{ Secret, URI string }
	kim.call(t, "POST", "/api/v1/account/second-factor", map[string]string{"password": password}, &factor)
	planted := map[string]string{
		"password": password, "first password": "the first word of operator", "token": sender.token, "token of a reader": reader.token,
		"cookie": kim.cookie.Value, "second factor": factor.Secret,
		"wrong password": "what somebody has mistyped", "password typed as the name": "what belongs one line below", "wrong token": "hae_wrong_0123456789abcdef",
	}
	nobody := &person{g: g}
	nobody.refusal(t, "POST", "/api/v1/session", map[string]string{"name": "kim", "password": planted["wrong password"]})
	nobody.refusal(t, "POST", "/api/v1/session", map[string]string{"name": planted["password typed as the name"], "password": "x"})
	(&person{g: g, token: planted["wrong token"]}).refusal(t, "GET", "/api/v1/logs/language", nil)
	sender.refusal(t, "POST", "/insert/jsonline", `{"_msg":"one"}`)
	g.admin.call(t, "DELETE", "/api/v1/tokens/"+id, nil, nil)

	look := func(where, text string) {
		for name, secret := range planted {
			if strings.Contains(text, secret) {
				t.Errorf("%s has the %s", where, name)
			}
		}
	}
	var routes []string
	for route := range api.Permissions() {
		if method, path, ok := strings.Cut(route, " "); ok && method == http.MethodGet && !strings.Contains(path, "{") && !strings.Contains(path, "/tail") {
			routes = append(routes, path)
		}
	}
	slices.Sort(routes)
	for _, path := range routes {
		resp := g.admin.send(t, "GET", path+"?query=*&q=*", nil)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Errorf("GET %s broke off: %v", path, err)
		}
		look("GET "+path, string(body))
	}
	const known = "a word that everybody may read"
	g.Post(t, insert, "", `{"_msg":"`+known+`"}`, http.StatusOK)
	g.told(t, url.Values{"action": {"token.revoke"}}, 1) // the last of what was planted is in the trail
	g.Stop(t)
	look("the log", g.Log())
	seen := false
	err := filepath.WalkDir(g.Data, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || filepath.Ext(path) == ".seg" { // segments are compressed: searches read them
			return err
		}
		data, err := os.ReadFile(path)
		look(path, string(data))
		seen = seen || strings.Contains(string(data), known)
		return err
	})
	if err != nil || !seen {
		t.Fatalf("the files of the data folder show nothing: the queue has the record %t, error %v", seen, err)
	}
	// What was sent and told before the stop is in segments now.
	g.Run(t)
	g.base = g.URL("")
	rows := strings.Join(slices.Concat(g.rows(t, url.QueryEscape("_dataset:*")), g.rows(t, "_dataset:audit")), "\n")
	for _, want := range []string{known, `"audit.outcome":"failed"`, `"audit.action":"token.add"`, `"_source":"self"`} {
		if !strings.Contains(rows, want) {
			t.Errorf("the records do not have %s, so that they cannot show a secret either: %.2000s", want, rows)
		}
	}
	look("the records", rows)
}
