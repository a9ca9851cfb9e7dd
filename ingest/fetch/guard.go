package fetch

import (
	"fmt"
	"net/netip"
	"slices"
)

// BlockedError is an address that no request goes to.
type BlockedError struct {
	// Host is the name as in the URL.
	Host string
	// Addr and Port are what it resolved to.
	Addr netip.Addr
	Port uint16
	// Range holds Addr; it is invalid where the port is the reason.
	Range netip.Prefix
	// Name says what the range is for, as in "private use (RFC 1918)".
	Name string
}

// Error names host, address and range, and the way out.
func (e *BlockedError) Error() string {
	if !e.Range.IsValid() {
		return fmt.Sprintf("%s (%s): port %d is not allowed", e.Host, e.Addr, e.Port)
	}
	return fmt.Sprintf("%s is at %s in %s, %s; --allow-private %s lets it through",
		e.Host, e.Addr, e.Range, e.Name, netip.PrefixFrom(e.Addr, e.Addr.BitLen()))
}

// guard decides where connections may go.
type guard struct {
	ranges []special
	allow  []netip.Prefix
	ports  []uint16
}

// check returns a *BlockedError, or nil where a connection may be made. An
// address that was allowed by name may be reached at any port.
func (g *guard) check(host string, to netip.AddrPort) error {
	addr := to.Addr().WithZone("").Unmap()
	inner := addr
	if nat64.Contains(addr) {
		b := addr.As16()
		inner = netip.AddrFrom4([4]byte(b[12:]))
	}
	if g.allowed(addr) || g.allowed(inner) {
		return nil
	}
	for _, r := range g.ranges {
		if r.prefix.Contains(inner) {
			return &BlockedError{Host: host, Addr: addr, Port: to.Port(), Range: r.prefix, Name: r.name + " (" + r.source + ")"}
		}
	}
	if !slices.Contains(g.ports, to.Port()) {
		return &BlockedError{Host: host, Addr: addr, Port: to.Port()}
	}
	return nil
}

func (g *guard) allowed(addr netip.Addr) bool {
	return slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// nat64 holds the IPv4 addresses of an IPv6-only network (RFC 6052). The
// address inside decides: there, every public site has one of these.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")
