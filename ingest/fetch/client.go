package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Client makes requests. It is safe for concurrent use.
type Client struct {
	cfg       Config
	deps      Deps
	guard     guard
	transport *http.Transport
	sessions  tls.ClientSessionCache
}

// New returns a client, or every problem of cfg.
func New(cfg Config, deps Deps) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	c := &Client{
		cfg: cfg, deps: deps,
		guard:    guard{ranges: specialRanges(), allow: slices.Clone(cfg.AllowPrivate), ports: slices.Clone(cfg.Ports)},
		sessions: tls.NewLRUClientSessionCache(0),
	}
	c.transport = &http.Transport{
		Proxy:                  nil,
		DialContext:            c.dial,
		DialTLSContext:         c.dialTLS,
		ForceAttemptHTTP2:      !cfg.KeepRaw,
		DisableCompression:     true, // undone here, within limits
		MaxConnsPerHost:        cfg.MaxConnsPerHost,
		MaxIdleConnsPerHost:    cfg.MaxConnsPerHost,
		MaxIdleConns:           256,
		IdleConnTimeout:        cfg.IdleTimeout,
		MaxResponseHeaderBytes: cfg.MaxHeaderBytes,
	}
	return c, nil
}

// Close gives idle connections back. Calls under way go on.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Request is one GET.
type Request struct {
	// URL is http or https, without user name; its fragment is not sent.
	URL *url.URL
	// ETag and LastModified are validators as an earlier Response had them; a
	// weak ETag is fine (RFC 9110, sections 13.1.2 and 13.1.3). One that cannot
	// stand in a header is left out.
	ETag         string
	LastModified string
	// Accept is what may come; default DefaultAccept.
	Accept []Media
}

// Get makes the request and reads the whole answer. The Response is never nil;
// without an error its Kind is OK, NotModified or Redirect. Every error is an
// *Error of the Response's Kind. A cancelled ctx ends the call at once, with
// Canceled, or Timeout where ctx had a deadline.
func (c *Client) Get(ctx context.Context, req Request) (*Response, error) {
	r := &Response{URL: req.URL, Started: c.deps.Now()}
	err := c.get(ctx, req, r)
	r.Ended = c.deps.Now()
	if err == nil {
		return r, nil
	}
	r.Kind, r.Body = classify(err, r.Status != 0), nil
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return r, &Error{Kind: r.Kind, URL: name(req.URL), Err: err}
}

func (c *Client) get(ctx context.Context, req Request, r *Response) error {
	if err := checkURL(req.URL); err != nil {
		return &kindError{BadURL, err}
	}
	if len(req.Accept) == 0 {
		req.Accept = DefaultAccept()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a := &attempt{cancel: cancel, headers: c.cfg.HeaderTimeout}
	defer a.answered()
	total := time.AfterFunc(c.cfg.TotalTimeout, func() {
		cancel(&LimitError{Limit: "total time", Bound: c.cfg.TotalTimeout.String(), Got: a.received(), kind: Timeout})
	})
	defer total.Stop()
	if c.cfg.KeepRaw {
		// Twice the body leaves room for the framing of chunks.
		a.rawMax = int(c.cfg.MaxHeaderBytes + 2*c.cfg.MaxWireBytes)
	}
	hr, conditional, err := c.request(a.trace(ctx), req)
	if err != nil {
		return &kindError{BadURL, err}
	}
	resp, err := c.transport.RoundTrip(hr)
	a.answered()
	r.RemoteAddr, r.ReusedConn = a.connected()
	if err == nil {
		err = c.read(a, req, r, resp, conditional, cancel)
	}
	var known *kindError
	var limit *LimitError
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.As(err, &known) && !errors.As(err, &limit) {
		return cause // why the connection broke
	}
	return err
}

// request builds the HTTP request; conditional says whether it has validators.
func (c *Client) request(ctx context.Context, req Request) (hr *http.Request, conditional bool, err error) {
	hr, err = http.NewRequestWithContext(ctx, http.MethodGet, bare(req.URL), nil)
	if err != nil {
		return nil, false, err
	}
	hr.Header.Set("User-Agent", c.cfg.UserAgent)
	hr.Header.Set("Accept", acceptHeader(req.Accept))
	hr.Header.Set("Accept-Encoding", acceptEncoding)
	for name, v := range map[string]string{"If-None-Match": req.ETag, "If-Modified-Since": req.LastModified} {
		if v != "" && len(v) <= maxValidator && !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			hr.Header.Set(name, v)
			conditional = true
		}
	}
	return hr, conditional, nil
}

// maxValidator bounds what is sent back to a server, in bytes.
const maxValidator = 1 << 10

// read takes the answer apart.
func (c *Client) read(a *attempt, req Request, r *Response, resp *http.Response, conditional bool, cancel context.CancelCauseFunc) (err error) {
	r.Status, r.Proto, r.Header = resp.StatusCode, resp.Proto, resp.Header
	r.Kind = statusKind(resp.StatusCode, conditional)
	r.ETag, r.LastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	r.RetryAfter = retryAfter(resp.Header, c.deps.Now(), c.cfg.MaxRetryAfter)
	p := &pace{least: c.cfg.MinRateBytes, window: c.cfg.MinRateWindow, slow: cancel}
	p.start(c.cfg.MinRateGrace)
	defer p.stop()
	wire := &wireReader{r: resp.Body, count: &p.bytes, limit: c.cfg.MaxWireBytes}
	defer func() {
		_ = resp.Body.Close()
		r.WireBytes = p.bytes.Load()
		r.keepRaw(a, resp, wire)
	}()
	switch r.Kind {
	case OK:
		return c.readPage(req, r, resp, wire)
	case NotModified:
		if r.ETag == "" {
			r.ETag = req.ETag
		}
		if r.LastModified == "" {
			r.LastModified = req.LastModified
		}
		return nil
	}
	wire.limit = min(wire.limit, errorBodyBytes)
	enough := time.AfterFunc(errorBodyTime, func() { cancel(context.DeadlineExceeded) })
	defer enough.Stop()
	// What is wrong with an error page's body changes nothing.
	_, _ = io.Copy(io.Discard, wire)
	if r.Kind == Redirect {
		r.Permanent, _ = isRedirect(r.Status)
		if r.Location, err = location(req.URL, resp.Header); err != nil {
			return &kindError{BadRedirect, fmt.Errorf("status %d: %w", r.Status, err)}
		}
		return nil
	}
	return &kindError{r.Kind, fmt.Errorf("status %.60s", resp.Status)}
}

// readPage reads the body of a page that came. A type that is declared and not
// wanted is refused unread.
func (c *Client) readPage(req Request, r *Response, resp *http.Response, wire *wireReader) (err error) {
	r.ContentType, r.Charset = declared(resp.Header.Get("Content-Type"))
	if r.ContentType != "" {
		if err := wanted(r.ContentType, req.Accept); err != nil {
			return &kindError{WrongType, err}
		}
	}
	if r.Body, err = c.readBody(wire, resp); err != nil {
		return err
	}
	if r.ContentType == "" {
		r.ContentType, r.Sniffed = sniff(r.Body), true
		if err := wanted(r.ContentType, req.Accept); err != nil {
			return &kindError{WrongType, sniffed(err)}
		}
	}
	r.Media = mediaOf(r.ContentType)
	return nil
}

// keepRaw fills Raw once the exchange is over.
func (r *Response) keepRaw(a *attempt, resp *http.Response, wire *wireReader) {
	request, response, over, ok := a.recorded()
	if !ok {
		return
	}
	raw := &Raw{Request: request}
	raw.Response, raw.HeaderLen = cutRaw(response, resp)
	var limit *LimitError
	switch failed := wire.failed(); {
	case over, errors.As(failed, &limit) && limit.kind == TooLarge:
		raw.Truncated = "length"
	case failed == nil && !errors.Is(wire.err, io.EOF) && resp.ContentLength != 0 && r.Kind != NotModified:
		raw.Truncated = "length" // refused unread
	case failed != nil && (errors.Is(failed, context.Canceled) || errors.Is(failed, context.DeadlineExceeded)), errors.As(failed, &limit):
		raw.Truncated = "time"
	case failed != nil:
		raw.Truncated = "disconnect"
	}
	r.Raw = raw
}

// name is u for messages.
func name(u *url.URL) string {
	if u == nil {
		return "(no address)"
	}
	const most = 300 // bytes
	s := u.Redacted()
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}
