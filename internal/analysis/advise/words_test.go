package advise

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// The sentences of the codes, which the console and the command line share.
var (
	languages = map[string]map[string]string{}
	worded    = map[string]bool{codeIdle: true, codeKafkaOnly: true}
)

func TestMain(m *testing.M) {
	for _, language := range []string{"en", "ko"} {
		data, err := os.ReadFile("../../../web/src/locales/advice." + language + ".json")
		words := map[string]string{}
		if err == nil {
			err = json.Unmarshal(data, &words)
		}
		if err != nil {
			panic(err)
		}
		languages[language] = words
	}
	code := m.Run()
	if flag.Lookup("test.run").Value.String() == "" {
		for language, words := range languages {
			for c := range words {
				if !worded[c] {
					fmt.Printf("FAIL: no rule says %s of %s in the tests\n", c, language)
					code = 1
				}
			}
		}
	}
	os.Exit(code)
}

var placeholder = regexp.MustCompile(`{{(\w+)}}`)

// checkWords looks whether an advice can be said in every language with the numbers that it carries.
func checkWords(t *testing.T, a *model.Advice) {
	t.Helper()
	worded[a.Code] = true
	for language, words := range languages {
		text, ok := words[a.Code]
		if !ok {
			t.Errorf("%s lacks %s", language, a.Code)
		}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			_, known := a.Values[m[1]]
			if !known && !(m[1] == "from" && a.From != "") && !(m[1] == "to" && a.To != "") {
				t.Errorf("%s says {{%s}} in %s, which is not among its values %v", language, m[1], a.Code, a.Values)
			}
		}
	}
}
