package config

import (
	"strings"
	"testing"
)

// No secret may leave the server, wherever in the settings it stands.
func TestEffectiveHidesSecrets(t *testing.T) {
	type peer struct {
		URL   string `yaml:"url"`
		Token string `yaml:"token"`
	}
	settings := struct {
		User     string            `yaml:"user" doc:"who"`
		Password string            `yaml:"password"`
		Empty    string            `yaml:"api_key"`
		Key      string            `yaml:"key"`
		Headers  map[string]string `yaml:"headers"`
		Peers    []peer            `yaml:"peers"`
		Tokens   []string          `yaml:"tokens"`
		Secrets  map[string]string `yaml:"secrets"`
		S3       string            `yaml:"secret_key"`
		Private  string            `yaml:"tls_private_key"`
		Nested   struct {
			Secret string `yaml:"client_secret"`
		} `yaml:"nested"`
	}{
		User: "kim", Password: "hunter2", Key: "/etc/key.pem",
		Headers: map[string]string{"Authorization": "Bearer hunter2", "X-Team": "ops"},
		Peers:   []peer{{URL: "https://kim:hunter2@example.com/", Token: "hunter2"}},
		Tokens:  []string{"hunter2"}, Secrets: map[string]string{"kim": "hunter2"}, S3: "hunter2", Private: "hunter2",
	}
	settings.Nested.Secret = "hunter2"
	shown := map[string]Value{}
	for _, v := range Effective("in", &settings) {
		if strings.Contains(v.Text, "hunter2") {
			t.Errorf("%s shows a secret: %s", v.Key, v.Text)
		}
		shown[v.Key] = v
	}
	for key, secret := range map[string]bool{
		"in.user": false, "in.password": true, "in.api_key": false, "in.key": false, "in.headers": true, "in.peers": true,
		"in.nested.client_secret": true, "in.tokens": true, "in.secrets": true, "in.secret_key": true, "in.tls_private_key": true,
	} {
		if v, ok := shown[key]; !ok || v.Secret != secret {
			t.Errorf("%s: listed %t, secret %t, want %t", key, ok, v.Secret, secret)
		}
	}
	for key, want := range map[string]string{"in.headers": "X-Team: ops", "in.peers": "https://kim:" + Hidden + "@example.com/", "in.key": "/etc/key.pem"} {
		if !strings.Contains(shown[key].Text, want) {
			t.Errorf("%s is %s, want it to hold %s", key, shown[key].Text, want)
		}
	}
	if shown["in.user"].Doc != "who" {
		t.Errorf("the text of in.user is %q", shown["in.user"].Doc)
	}
}

// address shows what is before the first slash.
type address string

func (a address) Shown() (text string, ok bool) {
	text, _, ok = strings.Cut(string(a), "/")
	return text, ok
}

// A setting that knows what is secret in it is asked, and hidden when it does not know.
func TestEffectiveAsksShowers(t *testing.T) {
	for set, want := range map[address]string{"db/hunter2": "db", "hunter2": Hidden} {
		settings := struct {
			DSN address `yaml:"dsn"`
		}{set}
		got := Effective("store.meta", &settings)[0]
		if strings.Trim(got.Text, `"'`) != want || !got.Secret {
			t.Errorf("%s is shown as %s (secret %t), want %s", set, got.Text, got.Secret, want)
		}
	}
}

func TestSourceOfSettings(t *testing.T) {
	tree, err := Load("", []string{"log.level=DEBUG"})
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.parse([]byte("http:\n  listen: 127.0.0.1:1\n")); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"log.level": "flag", "http.listen": "file", "log.format": "default"} {
		if got := tree.Source(key); got != want {
			t.Errorf("%s comes from %s, want %s", key, got, want)
		}
	}
}
