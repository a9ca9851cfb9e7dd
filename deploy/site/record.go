package site

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// recorder remembers requests and lets others wait for them.
type recorder struct {
	now func() time.Time

	mu       sync.Mutex
	log      Log
	begun    int
	inFlight int
	changed  chan struct{} // closed and replaced when a count changes
	file     *os.File      // nil when nothing is written
	fileErr  error
}

func newRecorder(now func() time.Time, file string) (*recorder, error) {
	r := &recorder{now: now, changed: make(chan struct{})}
	if file != "" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, fmt.Errorf("open the site's request log: %w", err)
		}
		r.file = f
	}
	return r, nil
}

// wrap records what next answers.
func (r *recorder) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		entry := Request{
			Method: req.Method, Path: req.URL.RequestURI(), Host: req.Host, Remote: req.RemoteAddr, Start: r.now(),
			Conditional: req.Header.Get("If-None-Match") != "" || req.Header.Get("If-Modified-Since") != "",
			UserAgent:   req.UserAgent(),
		}
		r.begin()
		answer := &response{ResponseWriter: w, now: r.now}
		// Deferred, since a handler may cut the connection with a panic.
		defer func() {
			entry.End, entry.Aborted = r.now(), answer.aborted(req)
			if !entry.Aborted && !answer.lastWrite.IsZero() {
				entry.End = answer.lastWrite
			}
			entry.Status, entry.Bytes, entry.Fault = answer.status, answer.bytes, answer.fault
			r.end(entry)
		}()
		next.ServeHTTP(answer, req)
		if answer.status == 0 && !answer.hijacked {
			answer.status = http.StatusOK
		}
	})
}

func (r *recorder) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun++
	r.inFlight++
	r.signal()
}

func (r *recorder) end(entry Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight--
	r.log = append(r.log, entry)
	if r.file != nil {
		line, err := json.Marshal(entry)
		if err == nil {
			_, err = r.file.Write(append(line, '\n'))
		}
		r.fileErr = errors.Join(r.fileErr, err)
	}
	r.signal()
}

func (r *recorder) signal() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *recorder) snapshot() Log {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.log)
}

// wait blocks until enough says so of the counts.
func (r *recorder) wait(ctx context.Context, enough func(begun, ended int) bool) error {
	for {
		r.mu.Lock()
		done, changed := enough(r.begun, r.begun-r.inFlight), r.changed
		r.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// drain blocks until no request is being served.
func (r *recorder) drain() {
	for {
		r.mu.Lock()
		idle, changed := r.inFlight == 0, r.changed
		r.mu.Unlock()
		if idle {
			return
		}
		<-changed
	}
}

func (r *recorder) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	err := errors.Join(r.fileErr, r.file.Close())
	r.file, r.fileErr = nil, nil
	return err
}

// ReadLog reads what Config.LogFile was written to. A torn last line, as a
// killed process leaves it, is left out.
func ReadLog(file string) (Log, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open the site's request log: %w", err)
	}
	defer f.Close()
	var log Log
	for lines, n := bufio.NewReader(f), 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return log, nil
		}
		if err != nil {
			return log, fmt.Errorf("read the site's request log: %w", err)
		}
		var r Request
		if err := json.Unmarshal(line, &r); err != nil {
			return log, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		log = append(log, r)
	}
}
