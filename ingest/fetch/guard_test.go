package fetch

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	g := guard{ranges: specialRanges(), ports: []uint16{80, 443}}
	for _, c := range []struct{ addr, inRange string }{
		{"8.8.8.8", ""},
		{"93.184.216.34", ""},
		{"2606:4700::1", ""},
		{"64:ff9b::808:808", ""},
		{"172.15.255.255", ""},
		{"172.32.0.0", ""},
		{"100.63.255.255", ""},
		{"100.128.0.0", ""},
		{"127.0.0.1", "127.0.0.0/8"},
		{"127.255.255.255", "127.0.0.0/8"},
		{"0.0.0.0", "0.0.0.0/8"},
		{"0.1.2.3", "0.0.0.0/8"},
		{"10.0.0.1", "10.0.0.0/8"},
		{"172.16.0.1", "172.16.0.0/12"},
		{"172.31.255.255", "172.16.0.0/12"},
		{"192.168.1.1", "192.168.0.0/16"},
		{"169.254.169.254", "169.254.0.0/16"},
		{"100.64.0.1", "100.64.0.0/10"},
		{"192.0.0.8", "192.0.0.0/24"},
		{"192.0.2.1", "192.0.2.0/24"},
		{"198.51.100.1", "198.51.100.0/24"},
		{"203.0.113.1", "203.0.113.0/24"},
		{"198.19.255.255", "198.18.0.0/15"},
		{"224.0.0.1", "224.0.0.0/4"},
		{"240.0.0.1", "240.0.0.0/4"},
		{"255.255.255.255", "240.0.0.0/4"},
		{"::", "::/128"},
		{"::1", "::1/128"},
		{"::7f00:1", "::/96"},
		{"::ffff:127.0.0.1", "127.0.0.0/8"},
		{"::ffff:10.0.0.1", "10.0.0.0/8"},
		{"64:ff9b::7f00:1", "127.0.0.0/8"},
		{"64:ff9b::a9fe:a9fe", "169.254.0.0/16"},
		{"64:ff9b:1::1", "64:ff9b:1::/48"},
		{"100::1", "100::/64"},
		{"2001::1", "2001::/32"},
		{"2001:20::1", "2001::/23"},
		{"2001:db8::1", "2001:db8::/32"},
		{"2002:7f00:1::1", "2002::/16"},
		{"3fff::1", "3fff::/20"},
		{"5f00::1", "5f00::/16"},
		{"fc00::1", "fc00::/7"},
		{"fd12:3456::1", "fc00::/7"},
		{"fe80::1", "fe80::/10"},
		{"fe80::1%eth0", "fe80::/10"},
		{"fec0::1", "fec0::/10"},
		{"ff02::1", "ff00::/8"},
		{"4000::1", "4000::/2"},
		{"fe00::1", "8000::/1"},
		{"1000::1", "::/3"},
	} {
		err := g.check("site.example", netip.AddrPortFrom(netip.MustParseAddr(c.addr), 80))
		var b *BlockedError
		switch {
		case c.inRange == "" && err != nil:
			t.Errorf("%s: %v", c.addr, err)
		case c.inRange != "" && !errors.As(err, &b):
			t.Errorf("%s: let through, want %s", c.addr, c.inRange)
		case c.inRange != "" && b.Range.String() != c.inRange:
			t.Errorf("%s: range %s, want %s", c.addr, b.Range, c.inRange)
		case c.inRange != "" && !strings.Contains(err.Error(), "site.example") || err != nil && !strings.Contains(err.Error(), "--allow-private"):
			t.Errorf("%s: %v names no host or no way out", c.addr, err)
		}
	}
}

func TestGuardAllows(t *testing.T) {
	t.Parallel()
	g := guard{ranges: specialRanges(), ports: []uint16{80, 443}, allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for _, c := range []struct {
		to string
		ok bool
	}{
		{"10.1.2.3:80", true},
		{"10.1.2.3:9999", true},
		{"[::ffff:10.1.2.3]:80", true},
		{"[64:ff9b::10.1.2.3]:80", true},
		{"10.2.0.1:80", false},
		{"127.0.0.1:80", false},
		{"8.8.8.8:443", true},
		{"8.8.8.8:22", false},
		{"8.8.8.8:8080", false},
	} {
		if err := g.check("h", netip.MustParseAddrPort(c.to)); (err == nil) != c.ok {
			t.Errorf("%s: %v, want ok %v", c.to, err, c.ok)
		}
	}
}

// What std calls other than public must never pass, whatever form it takes.
func TestGuardHoldsStdRules(t *testing.T) {
	t.Parallel()
	g := guard{ranges: specialRanges(), ports: []uint16{80}}
	private := func(a netip.Addr) bool {
		return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "v4")
		b[0] = rapid.SampledFrom([]byte{b[0], 10, 127, 169, 172, 192, 224}).Draw(t, "first")
		v4 := netip.AddrFrom4([4]byte(b))
		mapped := netip.AddrFrom16(v4.As16())
		wide := nat64.Addr().As16()
		copy(wide[12:], b)
		blocked := g.check("h", netip.AddrPortFrom(v4, 80)) != nil
		if private(v4) && !blocked {
			t.Fatalf("%s passes", v4)
		}
		for _, a := range []netip.Addr{mapped, netip.AddrFrom16(wide)} {
			if got := g.check("h", netip.AddrPortFrom(a, 80)) != nil; got != blocked {
				t.Fatalf("%s blocked %v, %s %v", v4, blocked, a, got)
			}
		}
		v6 := netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "v6")))
		if (private(v6) || v6.As16()[0]>>5 != 1) && v6.Unmap() == v6 && !nat64.Contains(v6) && g.check("h", netip.AddrPortFrom(v6, 80)) == nil {
			t.Fatalf("%s passes", v6)
		}
	})
}
