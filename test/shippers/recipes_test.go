package shippers

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/haetae/haetae/test/server"
)

// The recipes that the console shows are run here, to the letter.
const recipeDir = "../../web/src/features/sources/recipes"

type variant struct {
	ID       string `json:"id"`
	Listen   string `json:"listen"`
	Input    string `json:"input"`
	Syntax   string `json:"syntax"`
	File     string `json:"file"`
	Template string `json:"template"`
	Run      string `json:"run"`
	Tried    string `json:"tried"` // the shipper that runs here, as the console tells
}

type recipe struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Variants []variant `json:"variants"`
}

func recipes(t *testing.T) []recipe {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recipeDir, "recipes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []recipe
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{(\w+)\}\}`)

// fill puts the server's address in the place of {{host}}, {{port}} ..., as the console does.
func fill(t *testing.T, text string, s *server.Server, v variant, ca string) string {
	t.Helper()
	protocol := "TCP"
	if strings.HasSuffix(v.Listen, ".udp") {
		protocol = "UDP"
	}
	values := map[string]string{"host": "127.0.0.1", "port": port(t, s.Addr[v.Listen]), "protocol": protocol, "ca": ca}
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		value, known := values[strings.Trim(name, "{}")]
		if !known {
			t.Fatalf("%s: nothing fills %s", v.Template, name)
		}
		return value
	})
}

func configuration(t *testing.T, s *server.Server, v variant, ca string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recipeDir, v.Template+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return fill(t, string(text), s, v, ca)
}

// Each recipe that the console calls tested is run with its shipper; no other may be called so.
func TestRecipesRun(t *testing.T) {
	runners := map[string]func(t *testing.T, s *server.Server, v variant, text string){
		"rsyslog": runRsyslog, "syslog-ng": runSyslogNG, "journald": runJournald,
		"otel-sdk": runOTelSDK, "log4j2": runJava, "logback": runJava, "python": runPython, "node": runNode, "curl": runCurl,
	}
	s, ca := startWithTLS(t)
	for _, r := range recipes(t) {
		for _, v := range r.Variants {
			runner := runners[r.ID]
			if (v.Tried != "") != (runner != nil) {
				t.Errorf("%s/%s says that it was tried with %q, and has a runner: %v", r.ID, v.ID, v.Tried, runner != nil)
			}
			if runner != nil {
				t.Run(r.ID+"/"+v.ID, func(t *testing.T) { runner(t, s, v, configuration(t, s, v, ca)) })
			}
		}
	}
}

// Every recipe is at least well-formed.
func TestRecipesAreWellFormed(t *testing.T) {
	s, ca := startWithTLS(t)
	for _, r := range recipes(t) {
		for _, v := range r.Variants {
			t.Run(r.ID+"/"+v.ID, func(t *testing.T) {
				if err := wellFormed(v.Syntax, configuration(t, s, v, ca)); err != nil {
					t.Errorf("%s is no %s: %v", v.Template, v.Syntax, err)
				}
			})
		}
	}
}

func wellFormed(syntax, text string) error {
	switch syntax {
	case "json":
		return json.Unmarshal([]byte(text), new(map[string]any))
	case "yaml":
		for decoder := yaml.NewDecoder(strings.NewReader(text)); ; {
			if err := decoder.Decode(new(map[string]any)); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	case "xml":
		for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	case "env", "ini":
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "[") && !strings.Contains(line, "=") {
				return fmt.Errorf("%q has no =", line)
			}
		}
		return nil
	case "rsyslog", "syslog-ng", "logstash", "alloy", "python", "javascript":
		return balanced(text)
	}
	return errors.New("nobody knows this syntax")
}

// balanced checks the brackets outside of strings and comments.
func balanced(text string) error {
	closes := map[rune]rune{')': '(', ']': '[', '}': '{'}
	var open []rune
	var quote rune
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, r := range line {
			switch {
			case quote != 0:
				if r == quote {
					quote = 0
				}
			case r == '"' || r == '\'':
				quote = r
			case strings.ContainsRune("([{", r):
				open = append(open, r)
			case closes[r] != 0:
				if len(open) == 0 || open[len(open)-1] != closes[r] {
					return fmt.Errorf("%q closes nothing in %q", r, line)
				}
				open = open[:len(open)-1]
			}
		}
	}
	if len(open) > 0 || quote != 0 {
		return fmt.Errorf("%q or %q stays open", string(open), string(quote))
	}
	return nil
}

func runRsyslog(t *testing.T, s *server.Server, _ variant, text string) {
	dir := t.TempDir()
	runRsyslogd(t, s, fmt.Sprintf("global(workDirectory=%q)\n%s", dir, text))
}

func runSyslogNG(t *testing.T, s *server.Server, _ variant, text string) {
	runSyslogNGd(t, s, "s_src", text)
}

func runJournald(t *testing.T, s *server.Server, _ variant, text string) {
	_, url, found := strings.Cut(text, "URL=")
	if !found {
		t.Fatalf("no URL in %q", text)
	}
	uploadJournal(t, s, strings.TrimSpace(url))
}

// ready sets a language's clients up and returns it.
func ready(t *testing.T, name string) language {
	t.Helper()
	for _, l := range languages(t) {
		if l.name == name {
			l.install(t)
			return l
		}
	}
	t.Fatalf("no language %s", name)
	return language{}
}

// first gives the recipe's line a word of its own, so that it is found among the others.
func first(t *testing.T, text string) (withToken, token string) {
	t.Helper()
	token = unique("recipe")
	withToken = strings.Replace(text, "first line", token, 1)
	if withToken == text {
		t.Fatalf("no first line in %q", text)
	}
	return withToken, token
}

func arrived(t *testing.T, s *server.Server, token, severity string) {
	t.Helper()
	row := s.WaitFor(t, token, 1)[0]
	recent(t, row)
	fields(t, row, map[string]string{"_severity": severity})
	if found := s.Query(t, token+" service:=my-app"); len(found) != 1 {
		t.Errorf("service:=my-app finds %d rows, want 1; the row is %v", len(found), row)
	}
}

func runPython(t *testing.T, s *server.Server, v variant, text string) {
	python := ready(t, "python").program[0]
	text, token := first(t, text)
	run(t, python, write(t, filepath.Join(t.TempDir(), v.File), text))
	arrived(t, s, token, "warn")
}

func runNode(t *testing.T, s *server.Server, v variant, text string) {
	node := ready(t, "node").program
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(filepath.Dir(node[1]), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	text, token := first(t, text)
	daemon(t, nil, node[0], write(t, filepath.Join(dir, v.File), text))
	arrived(t, s, token, "warn")
}

func runOTelSDK(t *testing.T, s *server.Server, _ variant, text string) {
	python := ready(t, "python").program
	token := unique("recipe")
	cmd := exec.CommandContext(t.Context(), python[0], python[1], "otlp_environment", token)
	cmd.Env = append(os.Environ(), strings.Fields(text)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	arrived(t, s, fmt.Sprintf(`"first %s"`, token), "info")
}

func runJava(t *testing.T, s *server.Server, v variant, text string) {
	java := ready(t, "java").program
	token := unique("recipe")
	file := write(t, filepath.Join(t.TempDir(), v.File), text)
	client, property := "log4jConfigured", "log4j2.configurationFile"
	if v.File == "logback.xml" {
		client, property = "logbackConfigured", "logback.configurationFile"
	}
	args := append([]string{"-D" + property + "=" + file}, java[1:]...)
	run(t, java[0], append(args, client, token)...)
	arrived(t, s, fmt.Sprintf(`"first %s"`, token), "info")
	arrived(t, s, fmt.Sprintf(`"second %s"`, token), "error")
}

func runCurl(t *testing.T, s *server.Server, v variant, text string) {
	text, token := first(t, text)
	cmd := exec.CommandContext(t.Context(), need(t, "sh"), "-c", fill(t, v.Run, s, v, ""))
	cmd.Dir = t.TempDir()
	write(t, filepath.Join(cmd.Dir, v.File), text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	arrived(t, s, token, "info")
}
