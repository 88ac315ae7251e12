package logsql

import (
	"encoding/json"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// texts calls visit with each literal text that the package's code gives to a method, by the method's name.
func texts(t *testing.T, visit func(method string, argument int, text string)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method := ""
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				method = f.Sel.Name
			case *ast.Ident:
				method = f.Name
			}
			for i, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					text, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					visit(method, i, text)
				}
			}
			return true
		})
	}
}

// An error without a code is shown in English to people who read another language.
func TestEveryErrorHasACode(t *testing.T) {
	errors, wants := 0, 0
	texts(t, func(method string, argument int, text string) {
		switch {
		case method == "errorAt" && argument == 4, method == "say":
			errors++
			s, ok := said[text]
			if verbs := strings.Count(text, "%"); !ok || len(s.params) != verbs {
				t.Errorf("said lacks %q, or not the names of its %d parameters", text, verbs)
			}
		case argument == 0 && (method == "unexpected" || method == "value" || method == "count" || method == "bound" || method == "bounds" ||
			method == "argument" || method == "bad"):
			wants++
			// What is wanted literally needs no words.
			if phrases[text] == "" && strings.ContainsFunc(text, func(r rune) bool { return 'a' <= r && r <= 'z' }) {
				t.Errorf("phrases lack %q", text)
			}
		}
	})
	if errors < 50 || wants < 50 {
		t.Errorf("only %d errors and %d wants found", errors, wants)
	}
}

// The console words what an error says by its code. English there must be what the server says, and no language may lack
// a code or keep one that is gone.
func TestConsoleWordsTheErrors(t *testing.T) {
	verb := regexp.MustCompile(`%[qsdv]`)
	english := map[string]string{}
	for format, s := range said {
		i := 0
		english["said."+s.code] = verb.ReplaceAllStringFunc(format, func(v string) string {
			name := "{{" + s.params[i] + "}}"
			i++
			if v == "%q" {
				return `"` + name + `"`
			}
			return name
		})
	}
	for text, code := range phrases {
		english["phrase."+code] = text
	}
	english["phrase.pipe_or_end_behind"] = "| or the end behind {{pipe}}"
	if want := len(said) + len(phrases) + 1; len(english) != want {
		t.Errorf("%d codes for %d texts", len(english), want)
	}
	for _, language := range []string{"en", "ko"} {
		data, err := os.ReadFile("../../web/src/locales/" + language + "/query.json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Query map[string]map[string]string `json:"query"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		worded := 0
		for group, list := range file.Query {
			for code, text := range list {
				worded++
				want, ok := english[group+"."+code]
				if !ok || language == "en" && text != want {
					t.Errorf("%s: query.%s.%s says %q, the server %q", language, group, code, text, want)
				}
			}
		}
		if worded != len(english) {
			t.Errorf("%s: query words %d of %d texts", language, worded, len(english))
		}
	}
}
