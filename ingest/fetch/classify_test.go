package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

// What no server on loopback can bring about.
func TestClassify(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	connect := &LimitError{Limit: "connect time", Bound: "10s", kind: Timeout}
	for _, c := range []struct {
		err      error
		answered bool
		want     Kind
	}{
		{fmt.Errorf("%w: %w", dial(os.ErrDeadlineExceeded), connect), false, Timeout},
		{fmt.Errorf("%w: %w", dial(&net.DNSError{Err: "i/o timeout", IsTimeout: true}), connect), false, DNS},
		{dial(&net.DNSError{Err: "no such host", IsNotFound: true}), false, NoSuchHost},
		{dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), false, Unreachable},
		{dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), false, Unreachable},
		{dial(os.NewSyscallError("connect", syscall.ETIMEDOUT)), false, Timeout},
		{os.NewSyscallError("write", syscall.EPIPE), false, Reset},
		{&handshakeError{os.NewSyscallError("read", syscall.ECONNRESET)}, false, TLSHandshake},
		{&handshakeError{tls.AlertError(40)}, false, TLSHandshake},
		{&handshakeError{io.EOF}, false, TLSHandshake},
		{&handshakeError{&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}}}, false, TLSName},
		{x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.NotAuthorizedToSign}, false, TLSAuthority},
		{io.ErrUnexpectedEOF, true, Truncated},
		{io.ErrUnexpectedEOF, false, Reset},
		{errors.New("http: server closed idle connection"), false, Reset},
		{errors.New("http2: response header list larger than advertised limit"), false, TooLarge},
		{context.Canceled, true, Canceled},
		{context.DeadlineExceeded, true, Timeout},
		{errors.New("malformed HTTP response"), false, Protocol},
	} {
		if got := classify(c.err, c.answered); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}
