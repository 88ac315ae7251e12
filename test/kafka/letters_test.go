package kafka

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/test/server"
)

// Records of a foreign topic that a rule refuses are listed with their place; when the rule is mended and they are replayed,
// each is found once with that place, also when the replay is killed half-way and repeated.
func TestLettersOfForeignTopic(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	const n = 2000
	var good, bad strings.Builder
	for i := range n {
		fmt.Fprintf(&good, "order %d paid\n", i)
		fmt.Fprintf(&bad, "order #%d paid\n", n+i) // of the release that changed the format
	}
	kcat(t, c, "orders", good.String())
	kcat(t, c, "orders", bad.String())
	s := server.New(t, "inputs.shop.type=kafka", "inputs.shop.brokers=["+c.Brokers()[0]+"]", "inputs.shop.topics=[orders]")
	s.Config = filepath.Join(t.TempDir(), "haetae.yaml")
	rule := func(regexp string) {
		text := fmt.Sprintf("pipeline: {rules: [{if: 'kafka.topic:=orders', extract: {regexp: '%s', required: true}}]}\n", regexp)
		if err := os.WriteFile(s.Config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rule(`order (?P<n>\d+) (?P<state>\w+)`)
	s.Run(t)
	all := func(query string, want int) func() bool {
		return func() bool { return s.Query(t, query+" | stats count() as n")[0]["n"] == fmt.Sprint(want) }
	}
	eventually(t, "records are stored or set aside", func() bool { return all("state:paid", n)() && all("_dataset:deadletter", n)() })

	group := groupsOf(t, s)[0]
	if group.Count != n || group.Input != "shop" || group.Topic != "orders" || group.Offset == nil || group.Partition == nil {
		t.Fatalf("group %+v", group)
	}
	held := places(t, s, "_dataset:deadletter")
	if len(held) != n || held[fmt.Sprintf("%d %d", *group.Partition, *group.Offset)] == "" {
		t.Errorf("%d places of %d letters; the newest is at %s", len(held), n, group.Source)
	}
	if out := command(t, s, "list"); !strings.Contains(out, group.Source) || !strings.Contains(out, "extract.regexp does not match _msg") {
		t.Errorf("the command line lists\n%s", out)
	}
	if out := command(t, s, "show", "-n", "1", group.Query); !strings.Contains(out, "order #") || !strings.Contains(out, "  orders/") || !strings.Contains(out, "not replayed") {
		t.Errorf("the command line shows\n%s", out)
	}

	rule(`order #?(?P<n>\d+) (?P<state>\w+)`)
	if err := s.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the mended rule is in effect", func() bool {
		return !strings.Contains(s.Post(t, "/api/v1/formats/try", "application/json", `{"line":"order #1 paid","fields":{"kafka.topic":"orders"},"saved_rules":true}`, http.StatusOK), "refused")
	})
	// What is in no segment yet is read again after a kill, and the mended rule takes it then: it must not be there beside its replay.
	if out := command(t, s, "replay", "-n", "100", group.Query); out != "100 replayed, 0 were replayed before, 0 failed\n" {
		t.Errorf("the first replay: %s", out)
	}
	s.Kill()
	s.Run(t)
	for range 4 { // killed half-way
		eventually(t, "the letters are found", all("_dataset:deadletter", n))
		ended := make(chan struct{})
		go func(url, body string) {
			defer close(ended)
			if resp, err := http.Post(url, "application/json", strings.NewReader(body)); err == nil {
				resp.Body.Close()
			}
		}(s.URL("/api/v1/deadletters/replay"), fmt.Sprintf(`{"query":%q}`, group.Query))
		time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond) // the moment of the kill is the test
		s.Kill()
		<-ended
		s.Run(t)
	}
	eventually(t, "the letters are found", all("_dataset:deadletter", n))
	command(t, s, "replay", group.Query)
	if out := command(t, s, "replay", group.Query); out != fmt.Sprintf("0 replayed, %d were replayed before, 0 failed\n", n) {
		t.Errorf("repeated: %s", out)
	}
	eventually(t, "all is found", all("state:paid", 2*n))
	if left := groupsOf(t, s)[0]; left.Replayed != n || left.Count != n {
		t.Errorf("after the replay: %+v", left)
	}
	for place, msg := range places(t, s, fmt.Sprintf("state:paid n:>=%d", n)) {
		if held[place] != msg {
			t.Fatalf("%s holds %q, the letter held %q", place, msg, held[place])
		}
	}
}

// places returns the messages that a query finds by partition and offset; no place may be there twice.
func places(t *testing.T, s *server.Server, query string) map[string]string {
	t.Helper()
	at := map[string]string{}
	for _, r := range s.Query(t, query+" | fields _msg, kafka.topic, kafka.partition, kafka.offset") {
		place := r["kafka.partition"] + " " + r["kafka.offset"]
		if at[place] != "" || r["kafka.topic"] != "orders" {
			t.Fatalf("%v is there twice, or of another topic", r)
		}
		at[place] = r["_msg"]
	}
	return at
}

func groupsOf(t *testing.T, s *server.Server) []api.LetterGroup {
	t.Helper()
	var answer struct{ Groups []api.LetterGroup }
	if err := json.Unmarshal([]byte(get(t, s, "/api/v1/dead-letters/groups")), &answer); err != nil || len(answer.Groups) != 1 {
		t.Fatalf("groups %+v, %v; want one", answer, err)
	}
	return answer.Groups
}

// command runs haetae dead-letters.
func command(t *testing.T, s *server.Server, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), server.Binary(t), append([]string{"dead-letters"}, append(args, "--url", s.URL(""))...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("haetae dead-letters %v: %v\n%s", args, err, out)
	}
	return string(out)
}
