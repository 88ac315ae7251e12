package cli

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A number in a script must not look whole when segments could not be read.
func TestPartialAnswerIsTold(t *testing.T) {
	for stats, want := range map[string]error{
		`{"stats":{"partial":true,"partial_reason":"damaged segments: x"}}`: ErrPartial,
		`{"stats":{}}`: nil,
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"row":{"rows":"7"}}` + "\n" + stats + "\n")) // the client says it when it fails
		}))
		var out, told strings.Builder
		err := Query{Server: Server{URL: s.URL}, Text: "* | stats count() rows", Out: &out, Err: &told}.Run(t.Context())
		s.Close()
		if !errors.Is(err, want) || strings.Contains(told.String(), "damaged segments: x") != (want != nil) {
			t.Errorf("%s: error %v, told %q", stats, err, told.String())
		}
		if out.String() != `{"rows":"7"}`+"\n" {
			t.Errorf("%s: answer %q", stats, out.String())
		}
	}
}

// Whoever has no server running needs its address and the reason, not the request's own URL.
func TestConnectionError(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	err := Query{Server: Server{URL: s.URL}, Text: "*"}.Run(t.Context())
	if err == nil || strings.Contains(err.Error(), "/api/") || !strings.Contains(err.Error(), s.Listener.Addr().String()) {
		t.Errorf("error %v, want the address %s without a path", err, s.Listener.Addr())
	}
}
