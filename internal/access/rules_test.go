package access

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// A rule without a text in one of the console's languages was shown in English there.
func TestConsoleWordsEveryRule(t *testing.T) {
	placeholder := regexp.MustCompile(`\{\{(\w+)\}\}`)
	for _, language := range []string{"en", "ko"} {
		data, err := os.ReadFile("../../web/src/locales/" + language + "/account.json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Refused map[string]string `json:"refused"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		known := map[string][]string{ // said elsewhere than by breaks
			"team_unknown": {"code"},
			"throttled":    {"seconds"},
			"sign_in_rush": {"seconds"},
		}
		for name, r := range rules {
			known[name] = r.params
		}
		for name, params := range known {
			text := file.Refused[name]
			if text == "" {
				t.Errorf("%s lacks refused.%s", language, name)
			}
			for _, p := range placeholder.FindAllStringSubmatch(text, -1) {
				if !slices.Contains(params, p[1]) {
					t.Errorf("%s: refused.%s wants %s, which the server does not tell; it tells %v", language, name, p[1], params)
				}
			}
		}
		for name := range file.Refused {
			if _, ok := known[name]; !ok {
				t.Errorf("%s keeps refused.%s, which nothing says", language, name)
			}
		}
	}
}

func TestRefusalNamesTheRule(t *testing.T) {
	f := newFixture(t)
	for name, try := range map[string]func() error{
		"user_name_form": func() error { _, err := f.CheckUser(model.User{Name: "a b", Role: model.RoleViewer}, ""); return err },
		"mask_reserved":  func() error { _, err := f.CheckMasks(model.RoleViewer, []string{"_msg"}); return err },
		"dataset_audit": func() error {
			_, err := f.CheckToken(model.Token{Name: "t", Role: model.RoleViewer, Datasets: []string{"audit"}})
			return err
		},
		"team_code_form": func() error { _, err := f.CheckTeam(model.Team{Code: "A", Name: "a"}); return err },
		"stream_long":    func() error { _, err := f.CheckStream(strings.Repeat("x", model.MaxStreamText+1)); return err },
	} {
		var refused *model.AccessError
		if !errors.As(try(), &refused) || refused.Code != model.AccessInvalid || refused.Params["said"] != name {
			t.Errorf("%s: %+v", name, refused)
		}
	}
}

// The place is that in what was typed, spaces before it counted.
func TestStreamFilterIsRefusedAtItsPlace(t *testing.T) {
	f := newFixture(t)
	for text, column := range map[string]int{"{app=": 6, `  {app=`: 8, `{앱="가"} |`: 10, "app:a": 1} {
		_, err := f.CheckStream(text)
		var refused *model.AccessError
		var syntax *logsql.SyntaxError
		if !errors.As(err, &refused) || refused.Code != model.AccessInvalid || refused.Params["column"] != strconv.Itoa(column) ||
			!errors.As(err, &syntax) || syntax.Params["said"] == "" {
			t.Errorf("%q: %v, params %v", text, err, refused.Params)
		}
	}
	if kept, err := f.CheckStream(` {app="a"} or {app="b"} `); err != nil || !strings.HasPrefix(kept, `{app="a"} or`) {
		t.Errorf("kept %q, %v", kept, err)
	}
}
