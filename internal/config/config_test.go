package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type inner struct {
	Listen string   `yaml:"listen" doc:"address"`
	Age    Duration `yaml:"age"`
	Size   Share    `yaml:"max_size"`
}

type section struct {
	Inner `yaml:",inline"`
	Name  string            `yaml:"name"`
	Count int               `yaml:"count" doc:"how many"`
	On    bool              `yaml:"on"`
	Paths []string          `yaml:"paths"`
	Extra map[string]string `yaml:"extra"`
	TLS   inner             `yaml:"tls"`
	List  []inner           `yaml:"list"`
}

type Inner = inner

func load(t *testing.T, text string, set ...string) (*Tree, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path, set)
}

func TestDecode(t *testing.T) {
	tree, err := load(t, `
listen: 127.0.0.1:1
tls.listen: 127.0.0.1:2     # dotted and nested meet
tls: {age: 30d, max_size: 80%}
paths: [/a, /b]
extra: {k: "1"}
list: [{age: 1h30m}]
`, "count=3", "on=true", "tls.listen=", "paths=[/c]", "name=a: b")
	if err != nil {
		t.Fatal(err)
	}
	got := section{Count: 1, TLS: inner{Listen: "default"}}
	if err := tree.Decode("", &got); err != nil {
		t.Fatal(err)
	}
	day := Duration(24 * time.Hour)
	want := section{
		Inner: inner{Listen: "127.0.0.1:1"}, Name: "a: b", Count: 3, On: true, Paths: []string{"/c"},
		Extra: map[string]string{"k": "1"}, TLS: inner{Age: 30 * day, Size: Share{Percent: 80}},
		List: []inner{{Age: Duration(90 * time.Minute)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

// Every mistake is one line that names file, line and key.
func TestErrors(t *testing.T) {
	tests := []struct {
		name, text string
		set        []string
		want       string
	}{
		{"unknown key", "name: x\ncuont: 3\n", nil, "c.yaml:2: cuont: unknown key, did you mean count?"},
		{"letters that changed places", "nmae: x\n", nil, "c.yaml:1: nmae: unknown key, did you mean name?"},
		{"unknown nested", "tls:\n  foo: 3\n", nil, "c.yaml:2: tls.foo: unknown key"},
		{"wrong type", "\ncount: many\n", nil, `c.yaml:2: count: wants a whole number, not "many"`},
		{"list for value", "count: [1]\n", nil, "c.yaml:1: count: wants a whole number, not a group or list"},
		{"value for group", "tls: 5\n", nil, "c.yaml:1: tls: wants a group of keys"},
		{"bad duration", "tls: {age: 3 fortnights}\n", nil, `c.yaml:1: tls.age: "3 fortnights" is not a time span, write it like 90s, 15m, 12h, 30d, 4w or 1y`},
		{"in list", "list:\n  - {age: x}\n", nil, `c.yaml:2: list[0].age: "x" is not a time span, write it like 90s, 15m, 12h, 30d, 4w or 1y`},
		{"set", "", []string{"count=x"}, `--set: count: wants a whole number, not "x"`},
		{"set unknown", "", []string{"tls.x=1"}, `--set: tls.x: unknown key`},
		{"set what is no YAML", "", []string{"name=[::]:80"}, `--set: name: cannot read the value as YAML (did not find expected node content); quote what is a text, such as '"[::1]:7700"'`},
		{"set below value", "count: 1\n", []string{"count.x=1"}, `--set: count.x: count is a value, not a group of keys`},
		{"twice", "count: 1\ncount: 2\n", nil, "c.yaml:2: count: set twice, first in line 1"},
		{"twice dotted", "tls: {age: 1h}\ntls.age: 2h\n", nil, `c.yaml:2: tls.age: set twice, first in line 1`},
		{"broken", "a: [\n", nil, "c.yaml:1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := load(t, tt.text, tt.set...)
			if err == nil {
				err = tree.Decode("", &section{})
			}
			if err == nil {
				t.Fatal("no error")
			}
			got := err.Error()
			if i := strings.Index(got, "c.yaml"); i > 0 {
				got = got[i:]
			}
			if !strings.HasPrefix(got, tt.want) || strings.Contains(got, "\n") {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestWriteIsReadBack(t *testing.T) {
	want := section{Inner: inner{Age: Duration(time.Hour), Size: Share{Percent: 80}}, Count: 2, Paths: []string{"/a", "b c"}, TLS: inner{Listen: "x"}}
	tree, err := load(t, Write(&want, 0))
	if err != nil {
		t.Fatal(err)
	}
	var got section
	if err := tree.Decode("", &got); err != nil {
		t.Fatal(err)
	}
	got.List, got.Extra = nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s\n%s", diff, Write(&want, 0))
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]int64{"1GiB": 1 << 30, "16MiB": 16 << 20, "2GB": 2e9, "4096": 4096, "1.5KiB": 1536} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "1h30m": 90 * time.Minute, "2w": 336 * time.Hour, "1y": 8760 * time.Hour, "250ms": 250 * time.Millisecond} {
		got, err := ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "3", "-1h", "1x", "1h2"} {
		if _, err := ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) succeeded", text)
		}
	}
}

// The form of a setting is drawn from its schema: names, types, texts and defaults must be there.
func TestSchema(t *testing.T) {
	got := Schema(&section{Count: 2, TLS: inner{Listen: "x"}})["properties"].(map[string]any)
	count := map[string]any{"type": "integer", "default": int64(2), "description": "how many"}
	if diff := cmp.Diff(count, got["count"]); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
	tls := got["tls"].(map[string]any)["properties"].(map[string]any)
	listen := map[string]any{"type": "string", "default": "x", "description": "address"}
	if diff := cmp.Diff(listen, tls["listen"]); diff != "" {
		t.Errorf("tls.listen (-want +got):\n%s", diff)
	}
	if _, ok := got["listen"]; !ok {
		t.Error("fields of an inline struct are missing")
	}
}
