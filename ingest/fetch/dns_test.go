package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// nameserver answers over UDP on loopback. answer gives the addresses of a
// question; rcode is what else it says.
func nameserver(t *testing.T, answer func(name string, v6 bool) ([]netip.Addr, dnsmessage.RCode)) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			if out, err := reply(buf[:n], answer); err == nil && out != nil {
				_, _ = pc.WriteTo(out, from)
			}
		}
	}()
	t.Cleanup(func() { _ = pc.Close(); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

func reply(query []byte, answer func(string, bool) ([]netip.Addr, dnsmessage.RCode)) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	q := m.Questions[0]
	addrs, rcode := answer(q.Name.String(), q.Type == dnsmessage.TypeAAAA)
	m.Response, m.RCode, m.Additionals = true, rcode, nil
	for _, a := range addrs {
		h := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 1}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}

func TestPublicNameOfPrivateAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ addr, in string }{
		{"127.0.0.1", "127.0.0.0/8"},
		{"10.20.30.40", "10.0.0.0/8"},
		{"169.254.169.254", "169.254.0.0/16"},
		{"::1", "::1/128"},
		{"::ffff:127.0.0.1", "127.0.0.0/8"},
		{"fd00:ec2::254", "fc00::/7"},
		{"64:ff9b::a9fe:a9fe", "169.254.0.0/16"},
	} {
		t.Run(c.addr, func(t *testing.T) {
			t.Parallel()
			r := nameserver(t, func(string, bool) ([]netip.Addr, dnsmessage.RCode) {
				return []netip.Addr{netip.MustParseAddr(c.addr)}, dnsmessage.RCodeSuccess
			})
			cl := newClient(t, Config{UserAgent: testAgent}, Deps{Resolver: r})
			_, err := cl.Get(t.Context(), Request{URL: parse(t, "http://careers.example/")})
			var b *BlockedError
			if !errors.As(err, &b) || KindOf(err) != Blocked {
				t.Fatalf("err %v, want blocked", err)
			}
			if b.Host != "careers.example" || b.Addr != netip.MustParseAddr(c.addr).Unmap() || b.Range.String() != c.in {
				t.Errorf("%+v", b)
			}
		})
	}
}

// A name that is harmless when asked first and another when asked again.
func TestRebinding(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	r := nameserver(t, func(_ string, v6 bool) ([]netip.Addr, dnsmessage.RCode) {
		if v6 {
			return nil, dnsmessage.RCodeSuccess
		}
		if asked.Add(1) == 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, dnsmessage.RCodeSuccess
		}
		return []netip.Addr{netip.MustParseAddr("10.0.0.1")}, dnsmessage.RCodeSuccess
	})
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		sendPage(w, "<html>first")
	})
	u.Host = "careers.example:" + u.Port()
	cl := newClient(t, quick(), Deps{Resolver: r}) // allows loopback only
	if _, err := cl.Get(t.Context(), Request{URL: u}); err != nil {
		t.Fatal(err)
	}
	if _, err := cl.Get(t.Context(), Request{URL: u}); KindOf(err) != Blocked {
		t.Fatalf("err %v, want blocked", err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	r := nameserver(t, func(name string, _ bool) ([]netip.Addr, dnsmessage.RCode) {
		if name == "none.example." || name == "xn--bcher-kva.example." {
			return nil, dnsmessage.RCodeNameError
		}
		return nil, dnsmessage.RCodeServerFailure
	})
	cfg := quick()
	cl := newClient(t, cfg, Deps{Resolver: r})
	for host, want := range map[string]Kind{"none.example": NoSuchHost, "none.example.": NoSuchHost, "b\u00fccher.example": NoSuchHost, "sick.example": DNS} {
		if _, err := cl.Get(t.Context(), Request{URL: parse(t, "http://"+host+"/")}); KindOf(err) != want {
			t.Errorf("%s: %v, want %s", host, err, want)
		}
	}
}

func TestSilentNameServer(t *testing.T) {
	t.Parallel()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pc.Close() })
	var mu sync.Mutex
	var conns []net.Conn // the resolver waits on them for seconds after the call
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, "udp", pc.LocalAddr().String())
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			conns = append(conns, c)
		}
		return c, err
	}}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			_ = c.Close()
		}
	})
	cfg := quick()
	cfg.ConnectTimeout = 50 * time.Millisecond
	cl := newClient(t, cfg, Deps{Resolver: r})
	if _, err := cl.Get(t.Context(), Request{URL: parse(t, "http://quiet.example/")}); KindOf(err) != DNS {
		t.Fatalf("err %v, want dns", err)
	}
}
