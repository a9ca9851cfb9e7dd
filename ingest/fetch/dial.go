package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// dial connects to host:port where the guard lets it. The guard sees the very
// address that the socket connects to, so a name that resolves differently the
// next time (DNS rebinding) gains nothing.
func (c *Client) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	limit := &LimitError{Limit: "connect time", Bound: c.cfg.ConnectTimeout.String(), kind: Timeout}
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.ConnectTimeout, limit)
	defer cancel()
	d := net.Dialer{
		Resolver: c.deps.Resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("address %q of %s: %w", address, host, err)
			}
			return c.guard.check(host, to)
		},
	}
	nc, err := d.DialContext(ctx, network, hostport)
	if err != nil {
		if context.Cause(ctx) == limit {
			return nil, fmt.Errorf("%w: %w", err, limit)
		}
		return nil, err
	}
	return &conn{Conn: nc}, nil
}

// handshakeError marks what happened between connecting and the first request.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return "TLS handshake: " + e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }

// dialTLS connects and shakes hands. With KeepRaw the connection hands out its
// bytes in the clear, and only speaks HTTP/1.1.
func (c *Client) dialTLS(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	plain, err := c.dial(ctx, network, hostport)
	if err != nil {
		return nil, err
	}
	cfg := &tls.Config{
		ServerName: host, RootCAs: c.deps.RootCAs, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"}, ClientSessionCache: c.sessions,
	}
	if c.cfg.KeepRaw {
		cfg.NextProtos = []string{"http/1.1"}
	}
	limit := &LimitError{Limit: "TLS handshake time", Bound: c.cfg.TLSTimeout.String(), kind: Timeout}
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.TLSTimeout, limit)
	defer cancel()
	tc := tls.Client(plain, cfg)
	if err := tc.HandshakeContext(ctx); err != nil {
		limit.Got = plain.(*conn).read.Load()
		_ = plain.Close()
		if context.Cause(ctx) == limit {
			return nil, &handshakeError{limit}
		}
		return nil, &handshakeError{err}
	}
	if c.cfg.KeepRaw {
		return &conn{Conn: tc}, nil
	}
	return tc, nil
}
