package fetch

import "net/netip"

// special is one range that no public web server has.
type special struct {
	prefix netip.Prefix
	name   string
	source string
}

// specialRanges are the rows of the IANA IPv4 and IPv6 Special-Purpose Address
// Registries (RFC 6890, RFC 8190 and the documents named) that are not globally
// reachable, the tunnels that carry an IPv4 address inside, and multicast.
// https://www.iana.org/assignments/iana-ipv4-special-registry
// https://www.iana.org/assignments/iana-ipv6-special-registry
func specialRanges() []special {
	row := func(prefix, name, source string) special {
		return special{netip.MustParsePrefix(prefix), name, source}
	}
	return []special{
		row("0.0.0.0/8", "this network", "RFC 791"),
		row("10.0.0.0/8", "private use", "RFC 1918"),
		row("100.64.0.0/10", "carrier-grade NAT", "RFC 6598"),
		row("127.0.0.0/8", "loopback", "RFC 1122"),
		row("169.254.0.0/16", "link-local, cloud metadata", "RFC 3927"),
		row("172.16.0.0/12", "private use", "RFC 1918"),
		row("192.0.0.0/24", "IETF protocol assignments", "RFC 6890"),
		row("192.0.2.0/24", "documentation", "RFC 5737"),
		row("192.88.99.0/24", "6to4 relay", "RFC 7526"),
		row("192.168.0.0/16", "private use", "RFC 1918"),
		row("198.18.0.0/15", "benchmarking", "RFC 2544"),
		row("198.51.100.0/24", "documentation", "RFC 5737"),
		row("203.0.113.0/24", "documentation", "RFC 5737"),
		row("224.0.0.0/4", "multicast", "RFC 5771"),
		row("240.0.0.0/4", "reserved, broadcast", "RFC 1112"),
		row("::/128", "unspecified", "RFC 4291"),
		row("::1/128", "loopback", "RFC 4291"),
		row("::/96", "IPv4-compatible", "RFC 4291"),
		row("64:ff9b:1::/48", "local NAT64", "RFC 8215"),
		row("100::/64", "discard only", "RFC 6666"),
		row("2001::/32", "Teredo tunnel", "RFC 4380"),
		row("2001::/23", "IETF protocol assignments", "RFC 2928"),
		row("2001:db8::/32", "documentation", "RFC 3849"),
		row("2002::/16", "6to4 tunnel", "RFC 7526"),
		row("3fff::/20", "documentation", "RFC 9637"),
		row("5f00::/16", "segment routing", "RFC 9602"),
		row("fc00::/7", "unique local", "RFC 4193"),
		row("fe80::/10", "link-local", "RFC 4291"),
		row("fec0::/10", "site-local", "RFC 3879"),
		row("ff00::/8", "multicast", "RFC 4291"),
		// What is left outside 2000::/3 is not allocated.
		row("::/3", "not allocated", "RFC 4291"),
		row("4000::/2", "not allocated", "RFC 4291"),
		row("8000::/1", "not allocated", "RFC 4291"),
	}
}
