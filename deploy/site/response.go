package site

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"
)

// response counts what a handler sends.
type response struct {
	http.ResponseWriter
	now       func() time.Time
	status    int
	bytes     int64
	fault     string
	hijacked  bool
	failed    bool      // a write did
	lastWrite time.Time // when the last write began
}

// WriteHeader remembers the final status.
func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.count(w.ResponseWriter.Write, p)
}

// count writes p in its own way. The time is taken before it: once the last
// byte is on its way, the client may be done before this goroutine goes on.
func (w *response) count(write func([]byte) (int, error), p []byte) (int, error) {
	w.lastWrite = w.now()
	n, err := write(p)
	w.bytes += int64(n)
	w.failed = w.failed || err != nil
	return n, err
}

// aborted tells whether the client left before it had the whole answer. One
// that closes the connection once it has the promised length is done, not gone.
func (w *response) aborted(r *http.Request) bool {
	whole := w.Header().Get("Content-Length") == strconv.FormatInt(w.bytes, 10)
	return w.failed || (r.Context().Err() != nil && !whole)
}

// Unwrap is for http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// hijack takes the connection over; status is what the log shall say.
func hijack(w http.ResponseWriter, status int) (net.Conn, error) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, errors.Join(errors.New("take the connection over"), err)
	}
	if answer, ok := w.(*response); ok {
		answer.hijacked, answer.status = true, status
	}
	return conn, nil
}
