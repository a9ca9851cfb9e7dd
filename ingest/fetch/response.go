package fetch

import (
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Response is what came of a call. Without an answer only URL, Kind, Started
// and Ended are set, and RemoteAddr where a connection was made.
type Response struct {
	// Kind is the outcome; OK, NotModified and Redirect come without an error.
	Kind Kind
	// URL is the address that was requested.
	URL *url.URL
	// Status is the HTTP status, 0 where no answer came.
	Status int
	// Proto is as in "HTTP/1.1".
	Proto  string
	Header http.Header
	// Body is decoded and whole. Only an OK response has one.
	Body []byte
	// WireBytes is the body's length as it was sent, as far as it was read.
	WireBytes int64
	// ContentType is the media type in lower case without parameters, as
	// declared, or told by content when Sniffed.
	ContentType string
	Sniffed     bool
	// Media is ContentType's family, "" for another.
	Media Media
	// Charset is Content-Type's parameter as received, or "".
	Charset string
	// ETag and LastModified are as received, for the next Request. A 304 that
	// leaves one out keeps the request's.
	ETag         string
	LastModified string
	// Location is a redirect's target, resolved and checked, without fragment;
	// Permanent is true for 301 and 308.
	Location  *url.URL
	Permanent bool
	// RetryAfter is the server's wish, 0 to Config.MaxRetryAfter.
	RetryAfter time.Duration
	// Started and Ended enclose the call.
	Started time.Time
	Ended   time.Time
	// RemoteAddr is the server's address; ReusedConn tells a kept connection.
	RemoteAddr netip.AddrPort
	ReusedConn bool
	// Raw is the exchange's bytes with Config.KeepRaw, nil where no answer came.
	Raw *Raw
}

// Duration is how long the call took.
func (r *Response) Duration() time.Duration { return r.Ended.Sub(r.Started) }

// NotModified reports a 304: what the validators stand for still holds.
func (r *Response) NotModified() bool { return r.Kind == NotModified }

// statusKind is the outcome of a status alone.
func statusKind(status int, conditional bool) Kind {
	if _, ok := isRedirect(status); ok {
		return Redirect
	}
	switch status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		return OK
	case http.StatusNotModified:
		if conditional {
			return NotModified
		}
		return UnexpectedStatus
	case http.StatusNotFound, http.StatusGone:
		return Gone
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return Forbidden
	case http.StatusTooManyRequests:
		return TooMany
	case http.StatusRequestTimeout:
		return Timeout
	}
	switch {
	case status >= 400 && status < 500:
		return ClientError
	case status >= 500 && status < 600:
		return ServerError
	}
	return UnexpectedStatus
}
