// Package syslog receives syslog over UDP, TCP and TLS: RFC 5424 and RFC 3164 messages in the framings of RFC 5426,
// RFC 6587 and RFC 5425, and what devices and libraries send in their place. A line that is no syslog message is kept
// as plain text. Field names: docs/fields.md.
package syslog

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input"
)

// Descriptor of the input.
var Descriptor = input.Descriptor{
	Type:        "syslog",
	Summary:     "syslog of servers, network devices and libraries over UDP, TCP and TLS (RFC 5424, RFC 3164)",
	Defaults:    func() any { return Defaults() },
	New:         func(settings any, env input.Env) (input.Input, error) { return New(settings.(*Settings), env) },
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common   `yaml:",inline"`
	UDP            string          `yaml:"udp" doc:"address to receive datagrams at; empty turns UDP off"`
	TCP            string          `yaml:"tcp" doc:"address to accept connections at; empty turns TCP off"`
	TLS            TLSSettings     `yaml:"tls" doc:"syslog over TLS"`
	Allow          []string        `yaml:"allow,omitempty" doc:"address ranges that may send, such as 10.0.0.0/8; empty means this machine only, and by TLS with client_ca any; the rest is dropped and counted"`
	Charset        string          `yaml:"charset,omitempty" doc:"charset of messages that are not UTF-8, such as euc-kr; empty finds out"`
	SocketBuffer   config.Size     `yaml:"socket_buffer" doc:"receive buffer of the UDP socket asked of the kernel"`
	MaxConnections int             `yaml:"max_connections" doc:"connections served at a time; further ones wait"`
	IdleTimeout    config.Duration `yaml:"idle_timeout" doc:"closes a connection that sends nothing for so long; 0 never does, since a plain TCP sender notices only after it lost a line"`
}

// TLSSettings of the TLS listener.
type TLSSettings struct {
	Listen      string   `yaml:"listen" doc:"address to accept TLS connections at; empty turns TLS off"`
	Cert        string   `yaml:"cert" doc:"file with the certificate chain (PEM); read anew when it changes"`
	Key         string   `yaml:"key" doc:"file with the private key (PEM)"`
	MinVersion  string   `yaml:"min_version" doc:"lowest TLS version accepted: 1.2 or 1.3"`
	ClientCA    string   `yaml:"client_ca,omitempty" doc:"file with authorities (PEM); when set, senders must show a certificate of one of them"`
	ClientNames []string `yaml:"client_names,omitempty" doc:"names that senders' certificates may have, such as web1.example.com or *.example.com; empty takes each of client_ca"`
}

// Defaults returns the settings of an input that nobody configured.
func Defaults() *Settings {
	return &Settings{
		UDP: "127.0.0.1:5514", TCP: "127.0.0.1:5514",
		TLS:            TLSSettings{MinVersion: "1.2"},
		SocketBuffer:   32 << 20,
		MaxConnections: 1000,
	}
}

func (s *Settings) validate() error {
	addresses := []struct{ key, address string }{{"udp", s.UDP}, {"tcp", s.TCP}, {"tls.listen", s.TLS.Listen}}
	for _, a := range addresses {
		if a.address == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(a.address); err != nil {
			return &input.SettingError{Key: a.key, Err: fmt.Errorf("%q is not an address, write it like 127.0.0.1:5514", a.address)}
		}
	}
	if err := format.CheckCharset(s.Charset); err != nil {
		return &input.SettingError{Key: "charset", Err: err}
	}
	if s.SocketBuffer < 0 || s.SocketBuffer > 1<<30 {
		return &input.SettingError{Key: "socket_buffer", Err: errors.New("must be from 0 to 1GiB")}
	}
	if s.MaxConnections < 1 {
		return &input.SettingError{Key: "max_connections", Err: errors.New("must be at least 1")}
	}
	if s.IdleTimeout < 0 {
		return &input.SettingError{Key: "idle_timeout", Err: errors.New("must not be negative")}
	}
	return nil
}

func (s *Settings) location() (*time.Location, error) {
	if s.Timezone == "" {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return nil, &input.SettingError{Key: "timezone", Err: err}
	}
	return zone, nil
}

// allowList says which senders are heard.
type allowList []netip.Prefix

func newAllowList(ranges []string) (allowList, error) {
	if len(ranges) == 0 {
		return allowList{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}, nil
	}
	var list allowList
	for _, text := range ranges {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return nil, &input.SettingError{Key: "allow", Err: fmt.Errorf("%q is not an address range, write it like 10.0.0.0/8", text)}
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// allows takes an address without zone and IPv4 in IPv6 form.
func (l allowList) allows(a netip.Addr) bool {
	for _, p := range l {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
