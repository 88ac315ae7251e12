package api

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func behind(header string, proxies ...string) *Wrapper {
	w := NewWrapper(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	a := Admission{Authenticator: &door{admin: true}, OpenIngest: true, ProxyHeader: header}
	for _, p := range proxies {
		a.Proxies = append(a.Proxies, netip.MustParsePrefix(p))
	}
	w.Admit(a)
	return w
}

// Nobody chooses the address that the throttle, the trail and the list of sessions know him by.
func TestOriginBehindProxies(t *testing.T) {
	ours := []string{"10.0.0.0/8", "127.0.0.1/32", "2001:db8:1::/48"}
	usual, standard := behind(HeaderForwardedFor, ours...), behind(HeaderForwarded, ours...)
	const xff, xfp, std = "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"
	for _, tt := range []struct {
		name, peer string
		header     []string // names and values, in order
		want       origin
	}{
		{"nobody between", "192.0.2.1:5000", nil, origin{peer: "192.0.2.1:5000"}},
		{"a proxy", "10.0.0.1:5000", []string{xff, "192.0.2.1", xfp, "https"}, origin{"192.0.2.1:0", true}},
		{"no proxy of ours", "192.0.2.9:5000", []string{xff, "192.0.2.1", xfp, "https"}, origin{peer: "192.0.2.9:5000"}},
		{"a proxy that says nothing", "10.0.0.1:5000", nil, origin{peer: "10.0.0.1:5000"}},
		{"what the sender made up stands left", "10.0.0.1:5000", []string{xff, "127.0.0.1, 192.0.2.1"}, origin{peer: "192.0.2.1:0"}},
		{"in another line", "10.0.0.1:5000", []string{xff, "198.51.100.1", xff, "192.0.2.1"}, origin{peer: "192.0.2.1:0"}},
		{"two proxies", "10.0.0.1:5000", []string{xff, "198.51.100.1, 192.0.2.1, 10.0.0.2"}, origin{peer: "192.0.2.1:0"}},
		{"a sender among the proxies", "10.0.0.1:5000", []string{xff, "10.0.0.3, 10.0.0.2"}, origin{peer: "10.0.0.3:0"}},
		{"no address", "10.0.0.1:5000", []string{xff, "192.0.2.1, unknown, 10.0.0.2"}, origin{peer: "10.0.0.2:0"}},
		{"no address at all", "10.0.0.1:5000", []string{xff, "me"}, origin{peer: "10.0.0.1:5000"}},
		{"with a port", "10.0.0.1:5000", []string{xff, "192.0.2.1:80"}, origin{peer: "192.0.2.1:0"}},
		{"IPv6", "[2001:db8:1::1]:5000", []string{xff, "2001:db8::7"}, origin{peer: "[2001:db8::7]:0"}},
		{"mapped", "[::ffff:10.0.0.1]:5000", []string{xff, "::ffff:192.0.2.1"}, origin{peer: "192.0.2.1:0"}},
		{"plain after TLS", "10.0.0.1:5000", []string{xff, "192.0.2.1", xfp, "https, http"}, origin{peer: "192.0.2.1:0"}},
		{"one that the proxy does not write, beside", "10.0.0.1:5000", []string{xff, "192.0.2.1", xfp, "https", std, "for=127.0.0.1;proto=http"}, origin{"192.0.2.1:0", true}},
		{"one that the proxy does not write, alone", "10.0.0.1:5000", []string{std, "for=192.0.2.1;proto=https"}, origin{peer: "10.0.0.1:5000"}},
		{"the socket", "@", []string{xff, "192.0.2.1", xfp, "https"}, origin{peer: "@"}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.peer
		for i := 0; i < len(tt.header); i += 2 {
			r.Header.Add(tt.header[i], tt.header[i+1])
		}
		if got := usual.originOf(r); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	for _, tt := range []struct {
		name   string
		header []string
		want   origin
	}{
		{"as it is written", []string{std, `for=198.51.100.1, For="[2001:db8::7]:4711";Proto=HTTPS;by=10.0.0.1`}, origin{"[2001:db8::7]:0", true}},
		{"hidden", []string{std, `for=_hidden;proto=https`}, origin{"10.0.0.1:5000", true}},
		{"beside others that were made up", []string{xff, "127.0.0.1", xfp, "http", std, "for=192.0.2.1;proto=https"}, origin{"192.0.2.1:0", true}},
		{"others alone", []string{xff, "192.0.2.1", xfp, "https"}, origin{peer: "10.0.0.1:5000"}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:5000"
		for i := 0; i < len(tt.header); i += 2 {
			r.Header.Add(tt.header[i], tt.header[i+1])
		}
		if got := standard.originOf(r); got != tt.want {
			t.Errorf("the standard's header, %s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("192.0.2.1, 10.0.0.1", `for="[2001:db8::7]:4711";proto=https`)
	both := []*Wrapper{behind(HeaderForwardedFor, "10.0.0.0/8"), behind(HeaderForwarded, "10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, usual, standard string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:5000"
		for name, value := range map[string]string{"X-Forwarded-For": usual, "Forwarded": standard} {
			if value != "" {
				r.Header[name] = []string{value}
			}
		}
		for _, w := range both {
			if _, err := netip.ParseAddrPort(w.originOf(r).peer); err != nil {
				t.Errorf("from %q and %q by %s: %v", usual, standard, w.proxyHeader, err)
			}
		}
	})
}

// A proxy on this machine does not make its visitors this machine, whatever they say of themselves.
func TestVisitorsOfAProxyAreNotThisMachine(t *testing.T) {
	h := behind(HeaderForwardedFor, "127.0.0.1/32").Wrap(routed(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = rw.Write([]byte(peerOf(r.Context()) + " " + r.RemoteAddr))
	}, "/insert/jsonline", "GET /healthz"))
	ask := func(method, path string, said ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://localhost"+path, nil)
		r.RemoteAddr = "127.0.0.1:5000"
		r.Header["X-Forwarded-For"] = said
		r.Header.Set("X-Forwarded-Proto", "https")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec
	}
	for _, said := range [][]string{{"127.0.0.1"}, {"::1"}, {"192.0.2.1"}, {""}, {"", "127.0.0.1"}, {"", "192.0.2.1"}} {
		if rec := ask(http.MethodPost, "/insert/jsonline", said...); rec.Code != http.StatusUnauthorized {
			t.Errorf("as %s: status %d, want 401", said, rec.Code)
		}
	}
	rec := ask(http.MethodGet, "/healthz", "192.0.2.1")
	if got := rec.Body.String(); got != "192.0.2.1:0 192.0.2.1:0" {
		t.Errorf("handlers know it by %q", got)
	}
	if rec.Header().Get("Strict-Transport-Security") == "" {
		t.Error("a browser that speaks TLS with the proxy is not told to go on so")
	}
}
