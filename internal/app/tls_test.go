package app

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/haetae/haetae/internal/tlsfiles"
)

// openSelf opens a certificate that is made in a new folder, with the authorities in a file.
func openSelf(t *testing.T, authorities string) (files *tlsfiles.Files, cert string) {
	t.Helper()
	cert, key, err := tlsfiles.SelfMade(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files, err = tlsfiles.Open(tlsfiles.Options{Cert: cert, Key: key, ClientCA: authorities, ClientOptional: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return files, cert
}

// A process asks another one of the installation only when its certificate is its own or one that it trusts: what is asked carries
// the secret of all.
func TestMembersTrustEachOther(t *testing.T) {
	other, cert := openSelf(t, "")
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	srv.TLS = other.Listener()
	srv.StartTLS()
	defer srv.Close()
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	stranger, _ := openSelf(t, "")
	trusting, _ := openSelf(t, cert)
	for _, tt := range []struct {
		name string
		own  *tlsfiles.Files
		want bool
	}{{"the same certificate", other, true}, {"a stranger", stranger, false}, {"one that trusts its authority", trusting, true}} {
		a := &app{tls: tt.own}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: a.memberTLS()}}
		resp, err := client.Get("https://127.0.0.1:" + port)
		if err == nil {
			resp.Body.Close()
		}
		if (err == nil) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
