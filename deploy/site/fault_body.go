package site

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// TenGiB is a body that no crawler may take.
const TenGiB = 10 << 30

// Huge sends HTML of size bytes, with Content-Length when declared. It is made
// as it goes and takes no memory.
func Huge(size int64, declared bool) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", htmlType)
		if declared {
			w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		}
		block := bytes.Repeat([]byte("<p>zero</p>\n"), 8<<10/12)
		for left := size; left > 0; {
			n, err := w.Write(block[:min(int64(len(block)), left)])
			if err != nil {
				return
			}
			left -= int64(n)
		}
	}
}

// GzipBomb sends gzip that unpacks to size bytes of spaces, about a thousand
// times less on the wire. contentType is "text/html" with Content-Encoding, or
// "application/gzip" for a file that is compressed itself.
func GzipBomb(size int64, contentType string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		const member = 1 << 20
		packed, err := pack(bytes.Repeat([]byte(" "), member))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", contentType)
		if contentType != "application/gzip" {
			w.Header().Set("Content-Encoding", "gzip")
		}
		// Members that follow each other are one gzip file (RFC 1952, 2.2).
		for sent := int64(0); sent < size; sent += member {
			if _, err := w.Write(packed); err != nil {
				return
			}
		}
	}
}

// Drip sends the good answer's headers, then one byte of a body each time that
// every has passed, for ever.
func Drip(every time.Duration) Behavior {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", htmlType)
		flush := http.NewResponseController(w).Flush
		for {
			if _, err := w.Write([]byte("x")); err != nil || flush() != nil || !pause(r, every) {
				return
			}
		}
	}
}

// DripHeader sends a header that never ends, one byte each time that every has
// passed.
func DripHeader(every time.Duration) Behavior {
	return raw(func(r *http.Request, send func(string) error) {
		if send("HTTP/1.1 200 OK\r\nX-Slow: ") != nil {
			return
		}
		for send("x") == nil && pause(r, every) {
		}
	})
}

// HugeHeader sends headers of about size bytes before a small body.
func HugeHeader(size int) Behavior {
	return raw(func(_ *http.Request, send func(string) error) {
		err := send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n")
		line := "X-Filler: " + string(bytes.Repeat([]byte("x"), 4000)) + "\r\n"
		for sent := 0; sent < size && err == nil; sent += len(line) {
			err = send(line)
		}
		if err == nil {
			_ = send("\r\n<p>small</p>")
		}
	})
}

// WrongLength answers with the good page under a Content-Length that is off by
// that many bytes: above 0 it promises more than comes before the connection is
// closed, below 0 it promises less than is sent.
func WrongLength(off int) Behavior {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		good := goodAnswer(r, next)
		raw(func(_ *http.Request, send func(string) error) {
			head := fmt.Sprintf("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
				good.header.Get("Content-Type"), max(good.body.Len()+off, 0))
			_ = send(head + good.body.String())
		})(w, r, next)
	}
}

// Nonce makes an HTML page that differs at every request: in an attribute that
// nobody sees, or, inText, in words that everybody sees.
func Nonce(inText bool) Behavior {
	var count atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		good := goodAnswer(r, next)
		nonce := fmt.Sprintf(`<body data-nonce="%d">`, count.Add(1))
		if inText {
			nonce = fmt.Sprintf("<body><p>You are visitor number %d of this page.</p>", count.Load())
		}
		w.Header().Set("Content-Type", good.header.Get("Content-Type"))
		_, _ = w.Write(bytes.Replace(good.body.Bytes(), []byte("<body>"), []byte(nonce), 1))
	}
}

// raw lets a behavior write to the bare connection, which is closed after it.
func raw(write func(r *http.Request, send func(string) error)) Behavior {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		conn, err := hijack(w, http.StatusOK)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer conn.Close()
		// The server does not close a connection that it gave away.
		defer context.AfterFunc(r.Context(), func() { _ = conn.Close() })()
		send := conn.Write
		if answer, ok := w.(*response); ok {
			send = func(p []byte) (int, error) { return answer.count(conn.Write, p) }
		}
		write(r, func(s string) error {
			_, err := send([]byte(s))
			return err
		})
	}
}

// goodAnswer is what next says, plain and whole.
func goodAnswer(r *http.Request, next http.Handler) *memory {
	plain := r.Clone(r.Context())
	for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
		plain.Header.Del(name)
	}
	good := &memory{header: http.Header{}}
	next.ServeHTTP(good, plain)
	return good
}

// memory keeps an answer instead of sending it.
type memory struct {
	header http.Header
	body   bytes.Buffer
}

// Header is the answer's.
func (m *memory) Header() http.Header { return m.header }

// WriteHeader drops the status.
func (m *memory) WriteHeader(int) {}

// Write keeps the body.
func (m *memory) Write(p []byte) (int, error) { return m.body.Write(p) }
