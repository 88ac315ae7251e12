package shippers

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// address is a URL, or a path that stands on a line of its own key.
var address = regexp.MustCompile(`https?://[^"\s<>',]+|uri: /\S+`)

// What a shipper that cannot be run here sends to the address in its recipe arrives there: a request as it makes them.
func TestRecipeAddresses(t *testing.T) {
	s, ca := startWithTLS(t)
	for _, r := range recipes(t) {
		for _, v := range r.Variants {
			if v.Tried != "" || !strings.HasSuffix(v.Listen, "http") {
				continue
			}
			t.Run(r.ID+"/"+v.ID, func(t *testing.T) {
				found := address.FindString(configuration(t, s, v, ca))
				if found == "" {
					t.Fatal("the recipe names no address")
				}
				if path, ok := strings.CutPrefix(found, "uri: "); ok {
					found = "http://" + s.Addr[v.Listen] + path
				}
				token := unique("recipe")
				want := http.StatusOK
				if v.Input == "loki" {
					want = http.StatusNoContent
				}
				u, err := url.Parse(endpoint(v, strings.TrimSuffix(found, "/")))
				if err != nil || u.Host != s.Addr[v.Listen] {
					t.Fatalf("%s is no address of the server: %v", found, err)
				}
				at := &server.Server{Addr: map[string]string{"http": u.Host}}
				at.Post(t, u.RequestURI(), "application/json", request(v, token), want)
				recent(t, s.WaitFor(t, token, 1)[0])
			})
		}
	}
}

// endpoint is where a shipper posts to, which adds its protocol's path to the address that it is given.
func endpoint(v variant, address string) string {
	for input, path := range map[string]string{"elasticsearch": "/_bulk", "loki": "/loki/api/v1/push", "otlp": "/v1/logs"} {
		if v.Input == input && !strings.HasSuffix(address, path) {
			return address + path
		}
	}
	return address
}

// request is a record as the shippers of the recipes send them.
func request(v variant, token string) string {
	now := time.Now()
	switch v.Input {
	case "elasticsearch":
		return fmt.Sprintf("{\"create\":{\"_index\":\"logs\"}}\n{\"@timestamp\":%q,\"message\":%q,\"host\":{\"name\":\"web-1\"}}\n", now.UTC().Format(time.RFC3339Nano), token)
	case "loki":
		return fmt.Sprintf(`{"streams":[{"stream":{"job":"files"},"values":[["%d",%q]]}]}`, now.UnixNano(), token)
	case "otlp":
		return fmt.Sprintf(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"%d","body":{"stringValue":%q}}]}]}]}`, now.UnixNano(), token)
	}
	return fmt.Sprintf("{\"date\":%q,\"log\":%q,\"host.name\":\"web-1\",\"log.file.path\":\"/var/log/a.log\"}\n", now.UTC().Format("2006-01-02T15:04:05.000000Z"), token)
}
