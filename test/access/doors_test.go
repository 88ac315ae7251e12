package access

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A page of another origin that a user has open can change nothing with the user's cookie, and neither can a form that says
// nothing of where it comes from.
func TestForeignPagesChangeNothing(t *testing.T) {
	g := begin(t)
	for _, header := range []http.Header{
		{"Origin": {"https://evil.example"}}, {"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"null"}}, {},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", g.base+"/api/v1/teams", strings.NewReader(`{"code":"evil","name":"evil"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header.Clone()
		r.Header.Set("Content-Type", "application/json")
		r.AddCookie(g.admin.cookie)
		resp, err := g.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("a change with %v is answered %s", header, resp.Status)
		}
	}
	var teams struct{ Teams []struct{ Code string } }
	if g.admin.call(t, "GET", "/api/v1/teams", nil, &teams); len(teams.Teams) != 0 {
		t.Errorf("there are the teams %v", teams.Teams)
	}
}

// A cookie that was in the browser before, which somebody else may know, is not the one of the session that begins.
func TestSignInTakesNoCookieOver(t *testing.T) {
	g := begin(t)
	planted := &person{g: g, cookie: &http.Cookie{Name: "haetae_session", Value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}
	signed := g.signed(t, planted.send(t, "POST", "/api/v1/session", map[string]string{"name": "root", "password": password}))
	if signed.cookie.Value == planted.cookie.Value {
		t.Error("the session has the cookie that was there before")
	}
	if !signed.cookie.HttpOnly || signed.cookie.SameSite != http.SameSiteLaxMode || signed.cookie.Path != "/" {
		t.Errorf("the cookie is %s", signed.cookie.Raw)
	}
	if status, _ := planted.refusal(t, "GET", "/api/v1/users", nil); status != http.StatusUnauthorized {
		t.Errorf("the planted cookie is answered %d", status)
	}
	// One who is signed in and signs in again has two sessions, of which the second cookie is the browser's.
	again := g.signed(t, signed.send(t, "POST", "/api/v1/session", map[string]string{"name": "root", "password": password}))
	if again.cookie.Value == signed.cookie.Value {
		t.Error("signing in again keeps the cookie")
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	g := begin(t)
	kim := g.user(t, "kim", "viewer", nil)
	kim.call(t, "DELETE", "/api/v1/session", nil, nil)
	if status, _ := kim.refusal(t, "GET", "/api/v1/logs/language", nil); status != http.StatusUnauthorized {
		t.Errorf("the cookie of a session that is over is answered %d", status)
	}
}

// Who ends what is no session of his is answered, and leaves nothing in the trail, which anybody could fill so.
func TestSessionsThatAreNotThereAreNotTold(t *testing.T) {
	g := begin(t)
	kim := g.user(t, "kim", "viewer", nil)
	for range 3 {
		if status, _ := kim.refusal(t, "DELETE", "/api/v1/account/sessions/nothing", nil); status != http.StatusNotFound {
			t.Fatalf("a session that is not there is answered %d", status)
		}
	}
	kim.call(t, "DELETE", "/api/v1/session", nil, nil)
	var told []string
	for deadline := time.Now().Add(10 * time.Second); !slices.Contains(told, "session.sign_out"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the sign-out is not told: %q", told)
		}
		var page struct{ Entries []struct{ Action string } }
		g.admin.call(t, "GET", "/api/v1/audit?action=session.end,session.sign_out", nil, &page)
		told = nil
		for _, e := range page.Entries {
			told = append(told, e.Action)
		}
	}
	if slices.Contains(told, "session.end") {
		t.Errorf("told is %q", told)
	}
}

// Somebody who tries passwords has to wait ever longer, and is told how long.
func TestPasswordsCannotBeTried(t *testing.T) {
	g := begin(t)
	g.user(t, "kim", "viewer", nil)
	nobody := &person{g: g}
	for try := range 50 {
		resp := nobody.send(t, "POST", "/api/v1/session", map[string]string{"name": "kim", "password": "wrong"})
		resp.Body.Close()
		switch {
		case resp.StatusCode == http.StatusTooManyRequests && resp.Header.Get("Retry-After") != "":
			return
		case resp.StatusCode != http.StatusUnauthorized:
			t.Fatalf("try %d is answered %s, Retry-After %q", try, resp.Status, resp.Header.Get("Retry-After"))
		}
	}
	t.Error("fifty wrong passwords were taken one after the other")
}

func TestRevokedTokenIsRefusedAtOnce(t *testing.T) {
	g := begin(t)
	id, sender := g.newToken(t, "ingest", nil)
	if status, _ := sender.refusal(t, "POST", "/insert/jsonline", `{"_msg":"one"}`); status != http.StatusOK {
		t.Fatalf("a token to send is answered %d", status)
	}
	g.admin.call(t, "DELETE", "/api/v1/tokens/"+id, nil, nil)
	if status, code := sender.refusal(t, "POST", "/insert/jsonline", `{"_msg":"two"}`); status != http.StatusUnauthorized {
		t.Errorf("the revoked token is answered %d %s; records need no token here, but a wrong one is refused", status, code)
	}
	if n := len(g.rows(t, "*")); n != 1 {
		t.Errorf("there are %d rows, want 1", n)
	}
}

// What somebody follows ends soon after the right to see it, in the form of each protocol.
func TestTailsEndWithTheRight(t *testing.T) {
	g := begin(t)
	id, reader := g.newToken(t, "viewer", nil)
	kim, lee := g.user(t, "kim", "viewer", map[string]any{"everything": true}), g.user(t, "lee", "operator", map[string]any{"everything": true})
	events, lines := reader.send(t, "GET", "/api/v1/logs/tail?query=*", nil), reader.send(t, "GET", "/select/logsql/tail?query=*", nil)
	kims, lees := kim.send(t, "GET", "/api/v1/logs/tail?query=*", nil), lee.send(t, "GET", "/api/v1/logs/tail?query=*", nil)
	g.admin.call(t, "DELETE", "/api/v1/tokens/"+id, nil, nil)
	g.admin.call(t, "PUT", "/api/v1/roles/viewer", map[string]any{"masked": []string{"user.name"}}, nil)
	lee.call(t, "DELETE", "/api/v1/session", nil, nil)
	for code, resp := range map[string]*http.Response{"access.credentials": events, "access.denied": kims, "access.expired": lees} {
		if text := read(t, resp); resp.StatusCode != http.StatusOK || !strings.Contains(text, "event: error") || !strings.Contains(text, `"`+code+`"`) {
			t.Errorf("the tail that ends with %s: %s\n%s", code, resp.Status, text)
		}
	}
	defer lines.Body.Close()
	if _, err := io.ReadAll(lines.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the tail of lines ended as if it were whole: %v", err)
	}
}

// The head of the audit trail counts what everybody does: it is for those who see the whole.
func TestHeadOfTheTrailIsForWhoSeesTheWhole(t *testing.T) {
	g := begin(t)
	_, whole := g.newToken(t, "viewer", nil)
	_, part := g.newToken(t, "viewer", map[string]any{"stream": `{team="a"}`})
	for who, want := range map[*person]bool{g.admin: true, whole: true, part: false} {
		resp := who.send(t, "GET", "/api/v1/logs/export?query=*", nil)
		_ = read(t, resp)
		if got := resp.Header.Get("Haetae-Audit-Head"); resp.StatusCode != http.StatusOK || (got != "") != want {
			t.Errorf("an export is answered %s with the head %q", resp.Status, got)
		}
	}
}

// rows waits for the first row of a query.
func (g *ground) rows(t *testing.T, query string) []string {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		resp := g.admin.send(t, "GET", "/select/logsql/query?query="+query, nil)
		var lines []string
		for line := range strings.SplitSeq(strings.TrimSpace(read(t, resp)), "\n") {
			if line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 || time.Now().After(deadline) {
			return lines
		}
		time.Sleep(20 * time.Millisecond) // polling a server of its own process
	}
}

func TestTokenExpires(t *testing.T) {
	g := begin(t)
	_, reader := g.newToken(t, "viewer", map[string]any{"expires": time.Now().Add(time.Second)})
	if status, _ := reader.refusal(t, "GET", "/api/v1/logs/language", nil); status != http.StatusOK {
		t.Fatalf("the token is answered %d before its time", status)
	}
	time.Sleep(1100 * time.Millisecond) // the token's own time, by the server's clock
	if status, code := reader.refusal(t, "GET", "/api/v1/logs/language", nil); status != http.StatusUnauthorized || code != "access.expired" {
		t.Errorf("the token is answered %d %s behind its time", status, code)
	}
}

// Senders are refused in the form of their protocol, and let in with a token in the header that it uses.
func TestSendersShowTokensAsTheirProtocolsDo(t *testing.T) {
	g := begin(t, "access.open_ingest=false")
	_, good := g.newToken(t, "ingest", nil)
	_, other := g.newToken(t, "ingest", map[string]any{"datasets": []string{"traps"}})
	pair := func(a, b string) string { return base64.StdEncoding.EncodeToString([]byte(a + ":" + b)) }
	tests := []struct {
		name, url, contentType, body string
		header                       func(token string) (string, string)
		says                         string // part of a refusal
	}{
		{
			"jsonline", g.base + "/insert/jsonline", "application/json", `{"_msg":"a"}`,
			func(token string) (string, string) { return "X-Api-Key", token }, `"code":"access.`,
		},
		{
			"elasticsearch", g.base + "/insert/elasticsearch/_bulk", "application/json", "{\"create\":{}}\n{\"message\":\"a\"}\n",
			func(token string) (string, string) { return "Authorization", "ApiKey " + pair("any", token) }, `"type":"security_exception"`,
		},
		{
			"elasticsearch by name and password", g.base + "/insert/elasticsearch/_bulk", "application/json", "{\"create\":{}}\n{\"message\":\"a\"}\n",
			func(token string) (string, string) { return "Authorization", "Basic " + pair("elastic", token) }, `"type":"security_exception"`,
		},
		{
			"loki", g.base + "/insert/loki/api/v1/push", "application/json", `{"streams":[{"stream":{"app":"a"},"values":[["1700000000000000000","a"]]}]}`,
			func(token string) (string, string) { return "Authorization", "Bearer " + token }, "",
		},
		{
			"otlp", "http://" + g.Addr["otlp.http"] + "/v1/logs", "application/json",
			`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}}]}]}]}`,
			func(token string) (string, string) { return "Authorization", "Bearer " + token }, `"message":`,
		},
	}
	for _, tt := range tests {
		send := func(token string) (int, string) {
			r, err := http.NewRequestWithContext(t.Context(), "POST", tt.url, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tt.contentType)
			if token != "" {
				name, value := tt.header(token)
				r.Header.Set(name, value)
			}
			resp, err := g.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, read(t, resp)
		}
		if status, body := send(good.token); status/100 != 2 || strings.Contains(body, `"errors":true`) {
			t.Errorf("%s: a token is answered %d %s", tt.name, status, body)
		}
		if status, body := send(""); status != http.StatusUnauthorized || !strings.Contains(body, tt.says) {
			t.Errorf("%s: without a token the answer is %d %s", tt.name, status, body)
		}
		if status, body := send(good.token + "x"); status != http.StatusUnauthorized {
			t.Errorf("%s: a wrong token is answered %d %s", tt.name, status, body)
		}
		if status, body := send(other.token); status != http.StatusForbidden {
			t.Errorf("%s: a token for another dataset is answered %d %s", tt.name, status, body)
		}
	}
}

// The figures of Prometheus want a token once there is an administrator, and health says what is wrong to nobody else.
func TestScrapersShowTokens(t *testing.T) {
	g := begin(t)
	_, reader := g.newToken(t, "viewer", nil)
	if status, _ := reader.refusal(t, "GET", "/metrics", nil); status != http.StatusOK {
		t.Errorf("a viewer's token is answered %d", status)
	}
	if status, _ := (&person{g: g}).refusal(t, "GET", "/metrics", nil); status != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", status)
	}
}
