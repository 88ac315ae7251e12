// Package accounts tries users and tokens on the real binary: with and without a server, and when it is killed.
package accounts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

const password = "horse battery staple"

// haetae runs a command on the data folder and returns its standard output.
func haetae(t *testing.T, data, stdin string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), server.Binary(t), append(args, "--data", data)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("haetae %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

func run(t *testing.T, data, stdin string, args ...string) string {
	t.Helper()
	out, err := haetae(t, data, stdin, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tokenOf wants a token alone on one line.
func tokenOf(t *testing.T, out string) string {
	t.Helper()
	text, ok := strings.CutSuffix(out, "\n")
	if !ok || !strings.HasPrefix(text, "hae_") || strings.ContainsAny(text, " \n") {
		t.Fatalf("not a token alone: %q", out)
	}
	return text
}

// answer is the status of a question with a token, "" for none.
func answer(t *testing.T, s *server.Server, token string) int {
	t.Helper()
	status, _ := get(t, s, "/api/v1/logs/query?query=*", token)
	return status
}

func body(t *testing.T, s *server.Server, path, token string) string {
	t.Helper()
	_, body := get(t, s, path, token)
	return body
}

func get(t *testing.T, s *server.Server, path, token string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL(path), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestWithoutAndWithServer(t *testing.T) {
	s := server.New(t)
	if _, err := haetae(t, s.Data, "", "token", "create", "--role", "viewer", "--name", "early"); err == nil {
		t.Error("a folder that is none of Haetae's got a token")
	}
	run(t, s.Data, password+"\n", "user", "add", "root", "--role", "admin", "--password-stdin")
	offline := tokenOf(t, run(t, s.Data, "", "token", "create", "--role", "viewer", "--name", "offline"))

	s.Run(t)
	if s.Setup != "" {
		t.Errorf("the link of the first start is shown though there is an administrator: %s", s.Setup)
	}
	if code := answer(t, s, ""); code != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", code)
	}
	if code := answer(t, s, offline); code != http.StatusOK {
		t.Errorf("the token that was made without a server is answered %d", code)
	}
	online := tokenOf(t, run(t, s.Data, "", "token", "create", "--role", "viewer", "--name", "online", "--expires", "90d"))
	if code := answer(t, s, online); code != http.StatusOK {
		t.Errorf("the token that the server made is answered %d", code)
	}
	list := run(t, s.Data, "", "token", "list")
	if !strings.Contains(list, "offline") || !strings.Contains(list, "127.0.0.1") || strings.Contains(list, strings.Split(online, "_")[2]) {
		t.Errorf("the list is\n%s", list)
	}
	run(t, s.Data, "", "token", "revoke", online)
	if code := answer(t, s, online); code != http.StatusUnauthorized {
		t.Errorf("a token that was just revoked is answered %d", code)
	}
	made := strings.TrimSpace(run(t, s.Data, "", "user", "reset-password", "ROOT", "--second-factor"))
	if !signsIn(t, s, "root", made) || signsIn(t, s, "root", password) {
		t.Errorf("the password %q does not replace the old one", made)
	}
	if log := s.Log(); strings.Contains(log, made) || strings.Contains(log, online) || strings.Contains(log, "hae_") {
		t.Error("the log tells a secret")
	}
	s.Stop(t)
	run(t, s.Data, "", "token", "revoke", strings.Split(offline, "_")[1])
	s.Run(t)
	if code := answer(t, s, offline); code != http.StatusUnauthorized {
		t.Errorf("a token that was revoked without a server is answered %d", code)
	}
	// What was done while no server ran is in the audit trail too, told by the next one.
	admin := tokenOf(t, run(t, s.Data, "", "token", "create", "--role", "admin", "--name", "auditor"))
	want := []string{"user.add root", "token.add offline", "token.revoke offline"}
	deadline := time.Now().Add(20 * time.Second)
	for told := ""; !containsAll(told, want); told = trail(t, s, admin) {
		if time.Now().After(deadline) {
			t.Fatalf("the audit trail lacks one of %q:\n%s", want, told)
		}
		time.Sleep(50 * time.Millisecond) // another process writes it
	}
	if report := body(t, s, "/api/v1/audit/verify", admin); !strings.Contains(report, `"ok":true`) {
		t.Errorf("the audit trail is not whole: %s", report)
	}
}

// trail lists the audit trail as lines of action and target.
func trail(t *testing.T, s *server.Server, token string) string {
	t.Helper()
	var answer struct {
		Entries []struct{ Action, Target string }
	}
	if err := json.Unmarshal([]byte(body(t, s, "/api/v1/audit?limit=100", token)), &answer); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, e := range answer.Entries {
		fmt.Fprintln(&lines, e.Action, e.Target)
	}
	return lines.String()
}

func containsAll(text string, want []string) bool {
	return !slices.ContainsFunc(want, func(part string) bool { return !strings.Contains(text, part+"\n") })
}

func signsIn(t *testing.T, s *server.Server, name, password string) bool {
	t.Helper()
	body := fmt.Sprintf(`{"name":%q,"password":%q}`, name, password)
	resp, err := http.Post("http://"+s.Addr["http"]+"/api/v1/session", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// What was answered holds after kill -9: tokens that were made let in, tokens that were revoked do not.
func TestKilled(t *testing.T) {
	s := server.New(t)
	run(t, s.Data, password+"\n", "user", "add", "root", "--role", "admin", "--password-stdin")
	want := map[string]int{}
	for round := range 4 {
		s.Run(t)
		for token, code := range want {
			if got := answer(t, s, token); got != code {
				t.Fatalf("round %d: %s is answered %d, want %d", round, token, got, code)
			}
		}
		ended, pid := s.Ended(), s.PID()
		for i := 0; !over(ended); i++ { // the last ones may be made without a server
			if i == 3 { // so that each round has answers to hold, however slow the machine
				time.AfterFunc(time.Duration(20+round*40)*time.Millisecond, func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
			}
			out, err := haetae(t, s.Data, "", "token", "create", "--role", "viewer", "--name", fmt.Sprint("token ", i))
			if err != nil {
				continue
			}
			token := tokenOf(t, out)
			want[token] = http.StatusOK
			if i%2 == 0 {
				continue
			}
			delete(want, token) // it may or may not be revoked when the answer does not come
			if _, err := haetae(t, s.Data, "", "token", "revoke", token); err == nil {
				want[token] = http.StatusUnauthorized
			}
		}
		s.Kill()
	}
	if len(want) < 8 {
		t.Errorf("%d tokens only", len(want))
	}
}

func over(ended <-chan struct{}) bool {
	select {
	case <-ended:
		return true
	default:
		return false
	}
}
