package fetch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// certificate signs itself for names, valid until then.
func certificate(t *testing.T, until time.Time, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		} else {
			tmpl.DNSNames = append(tmpl.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func serveTLS(t *testing.T, cert tls.Certificate, h2 bool) *url.URL {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { sendPage(w, "<p>"+r.Proto) }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.EnableHTTP2 = h2
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return parse(t, s.URL+"/page")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(24 * time.Hour)
	good, pool := certificate(t, soon, "127.0.0.1")
	expired, expiredPool := certificate(t, time.Now().Add(-24*time.Hour), "127.0.0.1")
	other, otherPool := certificate(t, soon, "other.example")
	for _, c := range []struct {
		name  string
		cert  tls.Certificate
		roots *x509.CertPool
		raw   bool
		h2    bool
		kind  Kind
		proto string
	}{
		{"good", good, pool, false, false, OK, "HTTP/1.1"},
		{"good, HTTP/2", good, pool, false, true, OK, "HTTP/2.0"},
		{"good, raw", good, pool, true, true, OK, "HTTP/1.1"},
		{"authority", good, otherPool, false, false, TLSAuthority, ""},
		{"expired", expired, expiredPool, false, false, TLSExpired, ""},
		{"name", other, otherPool, true, false, TLSName, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := quick()
			cfg.KeepRaw = c.raw
			cl := newClient(t, cfg, Deps{RootCAs: c.roots})
			u := serveTLS(t, c.cert, c.h2)
			for range 2 {
				r, err := cl.Get(t.Context(), Request{URL: u})
				if r.Kind != c.kind || r.Proto != c.proto {
					t.Fatalf("%s %s, %v; want %s", r.Kind, r.Proto, err, c.kind)
				}
				if c.kind == OK && string(r.Body) != "<p>"+c.proto {
					t.Errorf("body %q", r.Body)
				}
				if c.kind == OK && (r.Raw != nil) != c.raw {
					t.Errorf("raw %v", r.Raw)
				}
				if c.raw && c.kind == OK && (!strings.HasPrefix(string(r.Raw.Request), "GET /page HTTP/1.1\r\n") || !strings.HasSuffix(string(r.Raw.Response), "\r\n\r\n<p>HTTP/1.1")) {
					t.Errorf("raw\n%s\n%s", r.Raw.Request, r.Raw.Response)
				}
			}
		})
	}
}

func TestTLSHandshake(t *testing.T) {
	t.Parallel()
	c := newClient(t, quick(), Deps{})
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { sendPage(w, "x") })
	plain.Scheme = "https"
	if r, err := c.Get(t.Context(), Request{URL: plain}); r.Kind != TLSHandshake {
		t.Errorf("plain HTTP: %s, %v", r.Kind, err)
	}
	cert, _ := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS11}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	if r, err := c.Get(t.Context(), Request{URL: parse(t, s.URL)}); r.Kind != TLSHandshake {
		t.Errorf("TLS 1.1: %s, %v", r.Kind, err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // connects, and then nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	cfg := quick()
	cfg.TLSTimeout = 40 * time.Millisecond
	_, err = newClient(t, cfg, Deps{}).Get(t.Context(), Request{URL: parse(t, "https://"+l.Addr().String())})
	assertLimit(t, "silent", err, "TLS handshake time")
}
