package access

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/haetae/haetae/test/server"
)

// masks sets the masked fields of viewers; this machine may as long as there is no administrator.
func masks(t *testing.T, s *server.Server, fields string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL("/api/v1/roles/viewer"), strings.NewReader(`{"masked":[`+fields+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("masking answered %s", resp.Status)
	}
}

// A masked value is shown at no path, and no question about it tells anything but that it is masked.
func TestMaskedFieldsAreShownNowhere(t *testing.T) {
	s := server.Start(t)
	s.Post(t, insert, "", rowsOf("a", 90), http.StatusOK)
	s.Query(t, "* | patterns") // by who sees the names
	s.WaitFor(t, `kimx`, 30)
	masks(t, s, `"user","host"`)
	viewer := token(t, s, `{team="a"}`)
	hidden := regexp.MustCompile(`kim[xyz]|web-[012]`)
	asked := []string{
		"*", "* | patterns", "* | facets 20 keep_const_fields", "* | uniq by (user)", "* | top 5 by (host)", "* | sort by (user) | fields user, _msg", "* | stats by (_stream) min(user) a, max(user) b, uniq_values(host) h",
		`* | extract "user <u> signed" | uniq by (u)`, "* | format '<user> <host>' as f | uniq by (f)", "* | field_values user", "* | pack_json as j | uniq by (j) | limit 3", "* | stats by (_pattern) count() n", "* | unpack_words from _msg as w | unroll (w) | uniq by (w)",
	}
	for path, takesQuery := range readPaths(t, s) {
		if !takesQuery {
			continue
		}
		for _, query := range asked {
			for _, params := range variants(path, query) {
				if status, body := ask(t, s, viewer, http.MethodGet, path, params); hidden.MatchString(body) {
					t.Errorf("%s %s: %d, shows %q", path, params, status, hidden.FindString(body))
				}
			}
		}
	}
	for query, want := range map[string]string{
		"kimx": "0", "user:kim*": "0", "user:len_range(4, 4)": "0", `user:="***"`: "90", `_msg:"user ***"`: "90", "web-1": "0", `{host="web-1"}`: "0", `{host="***"}`: "90", "_msg:~kim": "0", `user:in(kimx, kimy)`: "0", `user:<l`: "90",
	} {
		_, body := ask(t, s, viewer, http.MethodGet, "/select/logsql/query", url.Values{"query": {query + " | stats count() n"}})
		if body != `{"n":"`+want+`"}`+"\n" {
			t.Errorf("%s finds %s, want %s", query, body, want)
		}
	}
}
