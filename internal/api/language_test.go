package api

import (
	"encoding/json"
	"os"
	"testing"
)

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
