package config

import (
	"errors"
	"strings"
	"testing"
)

// Values of keys that are hidden when shown are looked up; nothing else is, however it begins.
func TestResolveSecrets(t *testing.T) {
	tree, err := load(t, `
store.meta.dsn: secret:db
queue: {sasl: {password: "secret:kafka", username: secret:kafka}}
access.oidc.main: {client_secret: &s secret:oidc, label: secret:oidc}
access.oidc.other: {client_secret: *s}
tokens: {kim: secret:kim, list: [secret:lee, plain]}
rules: [{match: "secret:kafka"}]
`, "api_key=secret:set")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]int{}
	err = tree.ResolveSecrets(func(name string) (string, error) {
		asked[name]++
		return "secret:<" + name + ">", nil // looks like a name itself, and is none
	})
	if err != nil {
		t.Fatal(err)
	}
	values := tree.Values()
	for key, want := range map[string]string{
		"store.meta.dsn": `"secret:<db>"`, "queue.sasl.password": `"secret:<kafka>"`, "queue.sasl.username": "secret:kafka",
		"access.oidc.main.label": "secret:oidc", "access.oidc.other.client_secret": `"secret:<oidc>"`, "tokens.kim": `"secret:<kim>"`,
		"api_key": `"secret:<set>"`,
	} {
		if got := values[key]; !strings.HasSuffix(got, want) {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if got := values["tokens.list"]; !strings.Contains(got, `"secret:<lee>"`) || !strings.Contains(got, "plain") {
		t.Errorf("tokens.list is %s", got)
	}
	if !strings.Contains(values["rules"], "secret:kafka") || asked["kafka"] != 1 || asked["oidc"] != 1 {
		t.Errorf("rules are %s, asked %v", values["rules"], asked)
	}
}

// A secret that is not there is a mistake at its place in the file.
func TestUnknownSecretIsAMistake(t *testing.T) {
	tree, err := load(t, "\nqueue.sasl.password: secret:kafka\n")
	if err != nil {
		t.Fatal(err)
	}
	err = tree.ResolveSecrets(func(string) (string, error) { return "", errors.New("there is none") })
	if err == nil || !strings.HasSuffix(err.Error(), "c.yaml:2: queue.sasl.password: there is none") {
		t.Errorf("%v", err)
	}
}
