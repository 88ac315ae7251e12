package badinput

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

//go:embed queries.txt
var brokenQueries string

var escapes = regexp.MustCompile(`\\(n|t|x[0-9a-f]{2})`)

// unescape reads a line of queries.txt.
func unescape(line string) string {
	return escapes.ReplaceAllStringFunc(line, func(e string) string {
		switch e[1] {
		case 'n':
			return "\n"
		case 't':
			return "\t"
		}
		v, _ := strconv.ParseUint(e[2:], 16, 8) // two hexadecimal digits
		return string([]byte{byte(v)})
	})
}

// A wrong query must be answered with the place of the mistake, its kind and a sentence, whatever it is.
func TestBrokenQueriesSayWhatIsWrong(t *testing.T) {
	s := start(t)
	kinds, n := map[string]int{}, 0
	for line := range strings.Lines(brokenQueries) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		n++
		query := unescape(line)
		var sentences []string
		for _, path := range []string{"/api/v1/logs/query", "/select/logsql/query", "/api/v1/logs/tail", "/api/v1/logs/export"} {
			resp, err := http.Get(s.URL(path) + "?query=" + url.QueryEscape(query))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			var p struct {
				Code, Detail string
				Params       map[string]string
				Position     *struct{ Start, End int }
			}
			if err := json.Unmarshal(body, &p); err != nil || resp.StatusCode != http.StatusBadRequest || p.Code != "query.syntax" {
				t.Errorf("%s %.200q: %s %.300s", path, line, resp.Status, body)
				continue
			}
			if at := p.Position; at == nil || at.Start < 0 || at.End < at.Start || at.End > len(query) || at.Start == at.End && at.Start < len(strings.TrimRight(query, " \t\n")) {
				t.Errorf("%s %.200q: position %+v of %d bytes: %s", path, line, at, len(query), p.Detail)
			}
			if len(strings.Fields(p.Detail)) < 3 || p.Params["message"] == "" || p.Params["kind"] == "" {
				t.Errorf("%s %.200q: detail %q, params %v", path, line, p.Detail, p.Params)
			}
			kinds[p.Params["kind"]]++
			sentences = append(sentences, p.Detail)
		}
		for _, other := range sentences {
			if other != sentences[0] {
				t.Errorf("%.200q: paths differ: %q", line, sentences)
			}
		}
	}
	t.Logf("%d queries of %d kinds: %v", n, len(kinds), kinds)
	if n < 200 || len(kinds) < 20 {
		t.Errorf("%d queries of %d kinds of mistakes, want 200 of 20", n, len(kinds))
	}
	checkMemory(t, s)
}
