package fetch

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"time"

	"careerstream/schemas/page"
)

// The defaults of Config.
const (
	DefaultMaxHeaderBytes  = 64 << 10
	DefaultMaxConnsPerHost = 1
	DefaultConnectTimeout  = 10 * time.Second
	DefaultTLSTimeout      = 10 * time.Second
	DefaultHeaderTimeout   = 30 * time.Second
	DefaultTotalTimeout    = 2 * time.Minute
	DefaultIdleTimeout     = 30 * time.Second
	DefaultMinRateBytes    = 1 << 10
	DefaultMinRateWindow   = 10 * time.Second
	DefaultMinRateGrace    = 5 * time.Second
	DefaultMaxRetryAfter   = 24 * time.Hour
)

// Config is a client's settings. The zero value of every field but UserAgent is
// its default.
type Config struct {
	// UserAgent is "careerstream/VERSION (+CONTACT)"; see UserAgent. There is no
	// default: who is visited must be able to find out by whom (RFC 9110, 10.1.5).
	UserAgent string
	// AllowPrivate are ranges that may be reached although they are special, at
	// any port.
	AllowPrivate []netip.Prefix
	// Ports are what may be connected to elsewhere; default 80 and 443.
	Ports []uint16
	// MaxConnsPerHost bounds connections to one host and port; default 1. A
	// further request waits, within TotalTimeout.
	MaxConnsPerHost int
	// MaxHeaderBytes bounds a response's header; default 64 KiB.
	MaxHeaderBytes int64
	// MaxWireBytes bounds a body as it is sent, compressed, without the framing
	// of chunks; default page.DefaultMaxBytes (10 MiB).
	MaxWireBytes int64
	// MaxBodyBytes bounds a body when decompressed; default page.DefaultMaxBytes.
	MaxBodyBytes int64
	// ConnectTimeout bounds name lookup and connecting; default 10 s.
	ConnectTimeout time.Duration
	// TLSTimeout bounds the TLS handshake; default 10 s.
	TLSTimeout time.Duration
	// HeaderTimeout bounds the time from a connection to the end of the
	// response's header; default 30 s.
	HeaderTimeout time.Duration
	// TotalTimeout bounds a whole call; default 2 minutes.
	TotalTimeout time.Duration
	// IdleTimeout closes connections nothing was asked over; default 30 s.
	IdleTimeout time.Duration
	// A body must bring MinRateBytes (default 1 KiB) within every MinRateWindow
	// (default 10 s) that begins after MinRateGrace (default 5 s).
	MinRateBytes  int64
	MinRateWindow time.Duration
	MinRateGrace  time.Duration
	// MaxRetryAfter bounds Response.RetryAfter; default 24 hours.
	MaxRetryAfter time.Duration
	// KeepRaw fills Response.Raw. It holds connections to HTTP/1.1, the only
	// version whose bytes a WARC file can hold; without it TLS servers may
	// choose HTTP/2.
	KeepRaw bool
}

// Deps are what a client uses. Every field may be nil.
type Deps struct {
	// Resolver looks names up; default net.DefaultResolver. Its own connections
	// are not checked.
	Resolver *net.Resolver
	// RootCAs are trusted authorities; default the system's.
	RootCAs *x509.CertPool
	// Now tells the time for Retry-After dates and Response.Started and Ended;
	// default time.Now.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	if c.Ports == nil {
		c.Ports = []uint16{80, 443}
	}
	c.MaxConnsPerHost = cmp.Or(c.MaxConnsPerHost, DefaultMaxConnsPerHost)
	c.MaxHeaderBytes = cmp.Or(c.MaxHeaderBytes, DefaultMaxHeaderBytes)
	c.MaxWireBytes = cmp.Or(c.MaxWireBytes, page.DefaultMaxBytes)
	c.MaxBodyBytes = cmp.Or(c.MaxBodyBytes, page.DefaultMaxBytes)
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, DefaultConnectTimeout)
	c.TLSTimeout = cmp.Or(c.TLSTimeout, DefaultTLSTimeout)
	c.HeaderTimeout = cmp.Or(c.HeaderTimeout, DefaultHeaderTimeout)
	c.TotalTimeout = cmp.Or(c.TotalTimeout, DefaultTotalTimeout)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, DefaultIdleTimeout)
	c.MinRateBytes = cmp.Or(c.MinRateBytes, DefaultMinRateBytes)
	c.MinRateWindow = cmp.Or(c.MinRateWindow, DefaultMinRateWindow)
	c.MinRateGrace = cmp.Or(c.MinRateGrace, DefaultMinRateGrace)
	c.MaxRetryAfter = cmp.Or(c.MaxRetryAfter, DefaultMaxRetryAfter)
	return c
}

func (c Config) validate() error {
	var errs []error
	if !userAgent.MatchString(c.UserAgent) {
		errs = append(errs, fmt.Errorf("user agent %q: want careerstream/VERSION (+CONTACT), CONTACT an http(s) address or an e-mail address", c.UserAgent))
	}
	for i, p := range c.AllowPrivate {
		if !p.IsValid() {
			errs = append(errs, fmt.Errorf("allowed private range %d is not valid", i+1))
		}
	}
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"connections a host", int64(c.MaxConnsPerHost)},
		{"header bytes", c.MaxHeaderBytes},
		{"wire bytes", c.MaxWireBytes},
		{"body bytes", c.MaxBodyBytes},
		{"connect timeout", int64(c.ConnectTimeout)},
		{"TLS timeout", int64(c.TLSTimeout)},
		{"header timeout", int64(c.HeaderTimeout)},
		{"total timeout", int64(c.TotalTimeout)},
		{"idle timeout", int64(c.IdleTimeout)},
		{"minimum rate bytes", c.MinRateBytes},
		{"minimum rate window", int64(c.MinRateWindow)},
		{"minimum rate grace", int64(c.MinRateGrace)},
		{"longest Retry-After", int64(c.MaxRetryAfter)},
	} {
		if n.value < 0 {
			errs = append(errs, fmt.Errorf("%s: %d is negative", n.name, n.value))
		}
	}
	return errors.Join(errs...)
}

var userAgent = regexp.MustCompile(`^careerstream/[0-9A-Za-z._+-]+ \(\+(?:https?://[^\s()]+|(?:mailto:)?[^\s()@]+@[^\s()@]+)\)$`)

// UserAgent returns the User-Agent line for a version and a contact: an http(s)
// address or an e-mail address.
func UserAgent(version, contact string) (string, error) {
	ua := "careerstream/" + version + " (+" + contact + ")"
	if !userAgent.MatchString(ua) {
		return "", fmt.Errorf("version %q, contact %q: want an http(s) address or an e-mail address as contact", version, contact)
	}
	return ua, nil
}
