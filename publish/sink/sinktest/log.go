package sinktest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"careerstream/publish/sink"
)

// Log is a stream in memory. It is safe for concurrent use.
type Log struct {
	name string

	mu          sync.Mutex
	incarnation string
	messages    []sink.Raw // index = sequence - 1
	deleted     map[uint64]bool
	more        chan struct{}
}

// NewLog makes an empty stream.
func NewLog(name, incarnation string) *Log {
	return &Log{name: name, incarnation: incarnation, deleted: make(map[uint64]bool), more: make(chan struct{})}
}

// Append publishes messages and returns the last sequence.
func (l *Log) Append(subject string, bodies ...[]byte) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, body := range bodies {
		l.messages = append(l.messages, sink.Raw{
			Subject: subject, Seq: uint64(len(l.messages) + 1), Body: body,
			Stored: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(len(l.messages)) * time.Millisecond),
		})
	}
	close(l.more)
	l.more = make(chan struct{})
	return uint64(len(l.messages))
}

// Delete removes a message.
func (l *Log) Delete(seq uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deleted[seq] = true
}

// Remake deletes the stream and makes it anew, empty.
func (l *Log) Remake(incarnation string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.incarnation, l.messages = incarnation, nil
	clear(l.deleted)
}

// Name of the stream.
func (l *Log) Name() string { return l.name }

// Info of the stream.
func (l *Log) Info(context.Context) (sink.LogInfo, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return sink.LogInfo{Incarnation: l.incarnation, First: 1, Last: uint64(len(l.messages))}, nil
}

// Get returns one message, and false when it is deleted or not there yet.
func (l *Log) Get(_ context.Context, seq uint64) (sink.Raw, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seq == 0 || seq > uint64(len(l.messages)) || l.deleted[seq] {
		return sink.Raw{}, false, nil
	}
	return l.messages[seq-1], true, nil
}

// Tail reads from a sequence on.
func (l *Log) Tail(_ context.Context, from uint64) (sink.Reader, error) {
	return &reader{log: l, next: max(from, 1)}, nil
}

type reader struct {
	log    *Log
	next   uint64
	closed bool
}

func (r *reader) Next(ctx context.Context) (sink.Raw, error) {
	for {
		if r.closed {
			return sink.Raw{}, fmt.Errorf("read %s: reader is closed", r.log.name)
		}
		raw, ok, more := r.take()
		if ok {
			return raw, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return sink.Raw{}, ctx.Err()
		}
	}
}

func (r *reader) take() (sink.Raw, bool, <-chan struct{}) {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	for r.next <= uint64(len(r.log.messages)) {
		raw := r.log.messages[r.next-1]
		r.next++
		if !r.log.deleted[raw.Seq] {
			return raw, true, nil
		}
	}
	return sink.Raw{}, false, r.log.more
}

func (r *reader) Close() error {
	r.closed = true
	return nil
}

var _ sink.Log = (*Log)(nil)
