package input

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// Beyond reports whether an address to listen on is reached from other machines. The error is that it is none.
func Beyond(addr string) (bool, error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return false, fmt.Errorf("%q is not an address such as 127.0.0.1:7700", addr)
	}
	ip, err := netip.ParseAddr(host)
	return host != "localhost" && (err != nil || !ip.IsLoopback()), nil
}
