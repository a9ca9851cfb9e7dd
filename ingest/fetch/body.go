package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// An error page is read so far: enough to keep the connection, or to see in an
// archive what the server said.
const (
	errorBodyBytes = 64 << 10
	errorBodyTime  = 2 * time.Second
)

// firstBuffer is the most that is set aside for an announced length, in bytes.
const firstBuffer = 128 << 10

func tooLarge(limit string, bound, got int64) error {
	return &LimitError{Limit: limit, Bound: fmt.Sprintf("%d bytes", bound), Got: got, kind: TooLarge}
}

// wireReader counts a body as sent and keeps the network's errors apart from
// the decoders'.
type wireReader struct {
	r     io.Reader
	count *atomic.Int64
	limit int64
	err   error
}

func (w *wireReader) Read(b []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.r.Read(b)
	if got := w.count.Add(int64(n)); got > w.limit {
		err = tooLarge("body", w.limit, got)
	}
	w.err = err
	return n, err
}

// failed is the network's error, or nil.
func (w *wireReader) failed() error {
	if errors.Is(w.err, io.EOF) {
		return nil
	}
	return w.err
}

// readBody reads and decodes a whole body. wire is read to its end, so that a
// length that does not hold is seen and the connection can be kept.
func (c *Client) readBody(wire *wireReader, r *http.Response) ([]byte, error) {
	list, err := codings(r.Header)
	if err != nil {
		return nil, &kindError{BadEncoding, err}
	}
	if r.ContentLength > wire.limit {
		return nil, tooLarge("announced body", wire.limit, r.ContentLength)
	}
	if len(list) == 0 && r.ContentLength > c.cfg.MaxBodyBytes {
		return nil, tooLarge("announced body", c.cfg.MaxBodyBytes, r.ContentLength)
	}
	decoded, done, err := decode(wire, list)
	defer done()
	var body []byte
	if err == nil {
		body, err = readUpTo(decoded, r.ContentLength, c.cfg.MaxBodyBytes)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, wire)
	}
	var limit *LimitError
	switch {
	case err == nil:
		return body, nil
	case wire.failed() != nil:
		return nil, wire.failed()
	case errors.As(err, &limit):
		return nil, err
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return nil, &kindError{Truncated, fmt.Errorf("compressed body ends early after %d bytes", wire.count.Load())}
	}
	return nil, &kindError{BadEncoding, fmt.Errorf("after %d bytes: %w", wire.count.Load(), err)}
}

// readUpTo reads r to its end, or to one byte more than limit.
func readUpTo(r io.Reader, hint, limit int64) ([]byte, error) {
	buf := make([]byte, 0, min(max(hint+1, 4<<10), firstBuffer, limit+1))
	for {
		if len(buf) == cap(buf) {
			bigger := make([]byte, len(buf), min(2*int64(cap(buf)), limit+1))
			copy(bigger, buf)
			buf = bigger
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return nil, tooLarge("decoded body", limit, int64(len(buf)))
		}
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
