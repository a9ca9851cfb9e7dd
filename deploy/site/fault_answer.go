package site

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Latency waits before all goes on well.
func Latency(d time.Duration) Behavior {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if pause(r, d) {
			next.ServeHTTP(w, r)
		}
	}
}

// pause waits and tells whether the client is still there.
func pause(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// Status answers with the status and a short text.
func Status(status int) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		http.Error(w, http.StatusText(status), status)
	}
}

// RetryAfter answers with the status, 429 or 503, and Retry-After in whole
// seconds, rounded up.
func RetryAfter(status int, after time.Duration) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
		http.Error(w, http.StatusText(status), status)
	}
}

// RetryAfterDate is RetryAfter with a date instead of seconds.
func RetryAfterDate(status int, after time.Duration) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", time.Now().Add(after).UTC().Format(http.TimeFormat))
		http.Error(w, http.StatusText(status), status)
	}
}

// Reset cuts the connection with a TCP reset before any answer.
func Reset() Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		conn, err := hijack(w, 0)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer conn.Close()
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // close then sends RST
		}
	}
}

// Silent takes the request and never answers.
func Silent() Behavior {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
}

// Serve answers 200 with these bytes under this Content-Type, which may be a
// wrong one or "" for none.
func Serve(contentType string, body []byte) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header()["Content-Type"] = nil // else it is guessed
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		_, _ = w.Write(body)
	}
}

// RedirectTo redirects to a URL, absolute or not, with the status.
func RedirectTo(status int, url string) Behavior {
	return redirectTo(status, func() string { return url })
}

func redirectTo(status int, url func() string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Location", url())
		w.WriteHeader(status)
	}
}

// RedirectLoop redirects to the same path with a query and back, for ever.
func RedirectLoop(status int) Behavior {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		to := r.URL.Path
		if r.URL.RawQuery == "" {
			to += "?again=1"
		}
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

// RedirectChain takes hops redirects, each to another URL, before all goes on
// well. With hops below 0 it never ends and never repeats itself.
func RedirectChain(status, hops int) Behavior {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		hop, _ := strconv.Atoi(r.URL.Query().Get("hop"))
		if hops >= 0 && hop >= hops {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Location", fmt.Sprintf("%s?hop=%d", r.URL.Path, hop+1))
		w.WriteHeader(status)
	}
}
