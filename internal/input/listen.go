package input

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// LoopbackOnly checks an address to listen on: until accounts exist, what cannot authenticate its senders and
// has no allowed address ranges of its own listens on this machine alone.
func LoopbackOnly(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is not an address such as 127.0.0.1:7700", addr)
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s reaches beyond this machine; until accounts exist only loopback is allowed, such as 127.0.0.1:%s", addr, port)
	}
	return nil
}
