package netguard

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestOnlyPublicAddressesAreConnected(t *testing.T) {
	refused := map[string]string{
		"127.0.0.1:443": "loopback", "127.8.9.10:80": "loopback", "[::1]:443": "loopback",
		"0.0.0.0:443": "this machine", "[::]:443": "this machine", "0.1.2.3:443": "no public address",
		"10.0.0.1:443": "private", "172.16.0.1:443": "private", "172.31.255.255:80": "private", "192.168.1.1:443": "private",
		"100.64.0.1:443": "private", "[fc00::1]:443": "private", "[fd12:3456::1]:443": "private",
		"169.254.169.254:80": "metadata", "[fd00:ec2::254]:80": "metadata", "100.100.100.200:80": "metadata", "168.63.129.16:80": "metadata",
		"169.254.1.1:80": "link-local", "[fe80::1]:443": "link-local", "[fe80::1%eth0]:443": "link-local",
		"224.0.0.1:443": "multicast", "[ff02::1]:443": "multicast", "255.255.255.255:80": "no public address", "240.0.0.1:80": "no public address",
		"[::ffff:127.0.0.1]:443": "loopback", "[::ffff:169.254.169.254]:80": "metadata", "[::ffff:10.0.0.1]:80": "private",
		"[64:ff9b::7f00:1]:443": "translation", "[64:ff9b::a9fe:a9fe]:80": "translation", "[64:ff9b:1::1]:443": "translation",
		"[2002:7f00:1::]:443": "translation", "[::127.0.0.1]:443": "translation", "[2001:0:53aa:64c::1]:443": "translation",
		"192.0.2.1:443": "no public address", "198.18.0.1:443": "no public address", "[2001:db8::1]:443": "no public address",
		"[4000::1]:443": "no public address", "[1::1]:443": "no public address",
		"93.184.216.34:22": "no port", "93.184.216.34:6379": "no port", "[2606:4700::1111]:25": "no port",
	}
	g := &Guard{}
	for text, why := range refused {
		err := g.Check(netip.MustParseAddrPort(text))
		var r *RefusedError
		if !errors.As(err, &r) || !strings.Contains(r.Why, why) || !strings.Contains(err.Error(), "access.allow_addresses") {
			t.Errorf("%s: %v, want it refused as %s", text, err, why)
		}
	}
	for _, text := range []string{"93.184.216.34:443", "8.8.8.8:80", "[2606:4700::1111]:443", "[::ffff:8.8.8.8]:8443", "172.32.0.1:443", "100.128.0.1:443", "9.255.255.255:8080"} {
		if err := g.Check(netip.MustParseAddrPort(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestListedAddressesAreConnected(t *testing.T) {
	g, err := New([]string{"10.1.2.3", "10.2.0.0/16", "127.0.0.1:9000", "[fd00::1]:8443", "fd12::/16", "::ffff:10.9.9.9"})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"10.1.2.3:1": true, "10.1.2.4:443": false, "10.2.255.1:65535": true, "[::ffff:10.2.0.1]:80": true,
		"127.0.0.1:9000": true, "127.0.0.1:443": false, "127.0.0.2:9000": false, "[::ffff:127.0.0.1]:9000": true,
		"[fd00::1]:8443": true, "[fd00::1]:443": false, "[fd12::9]:5": true, "10.9.9.9:7": true,
	} {
		if err := g.Check(netip.MustParseAddrPort(text)); (err == nil) != want {
			t.Errorf("%s: %v, want allowed %t", text, err, want)
		}
	}
	for _, wrong := range []string{"", "db", "db:443", "10.1.2.3:0", "10.1.2.3:99999", "10.0.0.0/33", "*", "::ffff:10.0.0.0/104"} {
		if _, err := New([]string{wrong}); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}

// The name is checked by what it means when it is connected: one that means loopback gets nowhere, whatever it is called.
func TestNamesAreCheckedWhenConnected(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"} {
		resp, err := (&Guard{}).Client(time.Second).Get("http://" + host + ":" + port)
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s was reached", host)
		}
	}
	var r *RefusedError
	if _, err := (&Guard{}).Client(time.Second).Get("http://localhost:" + port); !errors.As(err, &r) { //nolint:bodyclose // there is none
		t.Errorf("localhost: %v", err)
	}
	if asked > 0 {
		t.Errorf("the server was asked %d times", asked)
	}
}

// A redirect is checked as the first address was.
func TestRedirectsAreChecked(t *testing.T) {
	asked := 0
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer inner.Close()
	outer := httptest.NewServer(http.RedirectHandler(inner.URL, http.StatusFound))
	defer outer.Close()
	loop := httptest.NewUnstartedServer(nil)
	loop.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, loop.URL, http.StatusFound) })
	loop.Start()
	defer loop.Close()

	g, err := New([]string{outer.Listener.Addr().String(), loop.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	var r *RefusedError
	if _, err := get(t.Context(), g, outer.URL); !errors.As(err, &r) || asked > 0 {
		t.Errorf("the redirect was followed: %v, asked %d times", err, asked)
	}
	if _, err := get(t.Context(), g, loop.URL); err == nil || !strings.Contains(err.Error(), "more than 3 redirects") {
		t.Errorf("a loop: %v", err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.Atoi(r.URL.Query().Get("size"))
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(make([]byte, size)) // the client may end it
	}))
	defer server.Close()
	g, err := New([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1000, MaxBody, MaxBody + 1, 3 * MaxBody} {
		got, err := get(t.Context(), g, server.URL+"/?size="+strconv.Itoa(size))
		if (err == nil) != (size <= MaxBody) || got > MaxBody {
			t.Errorf("of %d bytes %d were read: %v", size, got, err)
		}
	}
}

func get(ctx context.Context, g *Guard, url string) (read int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	resp, err := g.Client(5 * time.Second).Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return len(body), err
}

func FuzzParseAllowed(f *testing.F) {
	for _, text := range []string{"10.1.2.3", "10.0.0.0/8", "[fd00::1]:8443", "::ffff:1.2.3.4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parseAllowed(text)
		if err == nil && (!a.prefix.IsValid() || a.prefix.Addr().Is4In6()) {
			t.Errorf("%q is %v, which matches nothing", text, a.prefix)
		}
	})
}
