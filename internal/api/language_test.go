package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

func TestCheckReadsWithoutRunning(t *testing.T) {
	mux := http.NewServeMux()
	Register(mux, Options{Log: slog.New(slog.DiscardHandler)}) // without an engine a query that ran would panic
	for query, fix := range map[string]string{"error | limit 3": "", "error | lmit 3": "limit"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/logs/check?query="+url.QueryEscape(query), nil))
		var got struct {
			Problem *Problem `json:"problem"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s, %v", query, w.Code, w.Body, err)
		}
		switch {
		case fix == "" && got.Problem != nil:
			t.Errorf("%s: %+v", query, got.Problem)
		case fix != "" && (got.Problem == nil || got.Problem.Fix != fix || got.Problem.Position == nil):
			t.Errorf("%s: %+v", query, got.Problem)
		}
	}
}

// streamChecks refuses every stream filter with the place of what is wrong in it.
type streamChecks struct{ Access }

func (streamChecks) CheckStream(text string) (string, error) {
	_, err := logsql.ParseStreamFilter(text)
	return "", &model.AccessError{Code: model.AccessInvalid, Detail: "no", Params: map[string]string{"column": "1"}, Err: err}
}

// A preview that read the filter as a part of a query accepted what saving refuses, and named a pipe that nobody had typed.
func TestCheckReadsAStreamFilterAsItIsSaved(t *testing.T) {
	mux := http.NewServeMux()
	Register(mux, Options{Access: streamChecks{}, Log: slog.New(slog.DiscardHandler)})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/logs/check?as=stream_filter&query=app:a", nil))
	var got struct {
		Problem *Problem `json:"problem"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := &Position{End: len("app:a")}
	if p := got.Problem; p == nil || p.Code != model.AccessInvalid || p.Params["said"] != "streams_only" || p.Params["column"] != "1" ||
		cmp.Diff(want, p.Position) != "" {
		t.Errorf("answered %s", w.Body)
	}
}

// The console words the help of each word of the language by its name. English there must be what the server says, and no
// language may lack a word or keep one that is gone.
func TestConsoleWordsTheLanguage(t *testing.T) {
	l := queryLanguage()
	for _, language := range []string{"en", "ko"} {
		data, err := os.ReadFile("../../web/src/locales/" + language + "/language.json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Language map[string]map[string]string `json:"language"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		for group, list := range map[string][]Word{
			"filter": l.Filters, "function": l.Functions, "pipe": l.Pipes, "stats": l.StatsFunctions,
		} {
			texts := file.Language[group]
			if len(texts) != len(list) {
				t.Errorf("%s: language.%s words %d of %d names", language, group, len(texts), len(list))
			}
			for _, w := range list {
				switch text := texts[w.Name]; {
				case text == "":
					t.Errorf("%s: language.%s lacks %q", language, group, w.Name)
				case language == "en" && text != w.Help:
					t.Errorf("en: language.%s.%s says %q, the server %q", group, w.Name, text, w.Help)
				}
			}
		}
	}
}
