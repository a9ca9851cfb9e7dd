package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// kindError is a cause whose kind is known where it arises.
type kindError struct {
	kind Kind
	err  error
}

func (e *kindError) Error() string { return e.err.Error() }
func (e *kindError) Unwrap() error { return e.err }

// classify tells the kind of what the transport, the network or the checks of
// this package report. answered says whether the header had come.
func classify(err error, answered bool) Kind {
	var known *kindError
	var limit *LimitError
	var blocked *BlockedError
	var dns *net.DNSError
	var timeout net.Error
	var handshake *handshakeError
	switch {
	case errors.As(err, &known):
		return known.kind
	case errors.As(err, &blocked):
		return Blocked
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return NoSuchHost
		}
		return DNS
	case errors.As(err, &limit):
		return limit.kind
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.Is(err, errRepeat):
		return Reset
	}
	if kind := certificateKind(err); kind != "" {
		return kind
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return Unreachable
	case errors.As(err, &handshake), notTLS(err):
		return TLSHandshake
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return Reset
	case errors.As(err, &timeout) && timeout.Timeout():
		return Timeout
	case headerTooLarge(err):
		return TooLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), serverClosed(err):
		if answered {
			return Truncated
		}
		return Reset
	}
	return Protocol
}

func certificateKind(err error) Kind {
	var authority x509.UnknownAuthorityError
	var roots x509.SystemRootsError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return TLSName
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return TLSExpired
	case errors.As(err, &authority), errors.As(err, &roots), errors.As(err, &invalid):
		return TLSAuthority
	}
	return ""
}

// The transport has no values for these; tests hold the texts.

func headerTooLarge(err error) bool {
	return strings.Contains(err.Error(), "response headers exceeded") ||
		strings.Contains(err.Error(), "response header list larger")
}

func serverClosed(err error) bool {
	return strings.Contains(err.Error(), "server closed idle connection")
}

func notTLS(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record) || strings.Contains(err.Error(), "HTTP response to HTTPS client")
}
