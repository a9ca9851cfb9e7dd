package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"careerstream/deploy/broker"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// TestPause holds one message over its AckWait, takes no other, and resumes.
func TestPause(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	var mended atomic.Bool
	var mu sync.Mutex
	tried := make(map[uint64]bool)
	cfg := config(func(_ context.Context, m event.Message) ([]event.Out, error) {
		if mended.Load() {
			return outputs(m, 1), nil
		}
		mu.Lock()
		defer mu.Unlock()
		tried[m.Seq] = true
		return nil, fault.New(fault.StoreDenied, "wrong password")
	})
	cfg.Consumer.Workers, cfg.Prefetch = 1, 2
	var log lines
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w, _ := run(t, cfg, conn)
	const messages = 20
	for i := range messages {
		publish(t, conn, input(fmt.Sprint(i)))
	}
	eventually(t, "the pause", func() bool { return w.Status().State == Paused })
	since := w.Status().Since
	eventually(t, "more than an AckWait", func() bool { return time.Since(since) > 1500*time.Millisecond })
	status := w.Status()
	if status.Kind != fault.StoreDenied || status.Handled+status.Dead != 0 || status.InFlight > 2 || status.LastError == "" || status.Since != since {
		t.Errorf("status %+v, want it paused for %s since %s with 2 held", status, fault.StoreDenied, since)
	}
	mu.Lock()
	if len(tried) != 1 {
		t.Errorf("%d messages tried during the pause, want the first alone", len(tried))
	}
	mu.Unlock()
	mended.Store(true)
	drained(t, w, messages)
	if got := w.Status(); got.State != Running || got.Kind != "" || got.Handled != messages {
		t.Errorf("status %+v, want it running and %d handled", got, messages)
	}
	if n := log.count("redelivered"); n != 0 {
		t.Errorf("%d redeliveries during the pause", n)
	}
	if waiting, back := log.count("waiting: ClickHouse refuses the login"), log.count("recovered"); waiting != 1 || back != 1 {
		t.Errorf("%d lines on the start and %d on the end of the pause, want one each:\n%s", waiting, back, &log)
	}
}

// lines keeps a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) count(part string) int { return strings.Count(l.String(), part) }

// TestHeartbeat keeps work alive that takes longer than AckWait, and messages
// that wait for it.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	registry := prometheus.NewRegistry()
	metrics, err := NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	cfg := config(func(ctx context.Context, m event.Message) ([]event.Out, error) {
		if calls.Add(1) == 1 {
			long := time.NewTimer(2500 * time.Millisecond)
			defer long.Stop()
			select {
			case <-long.C:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		return nil, nil
	})
	cfg.Consumer.Workers, cfg.Metrics = 1, metrics
	w, stop := run(t, cfg, conn)
	publish(t, conn, input("a"), input("b"), input("c"))
	drained(t, w, 3)
	stop()
	if got := calls.Load(); got != 3 {
		t.Errorf("handler called %d times, want 3", got)
	}
	want := map[string]float64{MetricHandled: 3, MetricRedeliveries: 0, MetricInFlight: 0}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{MetricRedeliveries: 0}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if metric.GetLabel()[0].GetValue() == stream.Normalize {
				got[family.GetName()] = metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			}
		}
	}
	for name, value := range want {
		if v, ok := got[name]; !ok || v != value {
			t.Errorf("metric %s is %v (%t), want %v", name, v, ok, value)
		}
	}
}

// TestShutdown lets work in hand end, and gives back at once what is not started.
func TestShutdown(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	started, proceed := make(chan struct{}), make(chan struct{})
	cfg := config(func(ctx context.Context, m event.Message) ([]event.Out, error) {
		if m.Seq == 1 {
			close(started)
			<-proceed
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return outputs(m, 1), nil
	})
	cfg.Consumer.Workers = 1
	w, stop := run(t, cfg, conn)
	publish(t, conn, input("a"), input("b"), input("c"), input("d"))
	<-started
	eventually(t, "all to be held", func() bool { return w.Status().InFlight == 4 })
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	close(proceed)
	<-stopped
	if got := w.Status(); got.Handled != 1 || got.InFlight != 0 {
		t.Errorf("status %+v, want one handled and none held", got)
	}
	began := time.Now()
	next, _ := run(t, cfg, conn)
	drained(t, next, 4)
	if took := time.Since(began); took > cfg.Consumer.AckWait/2 {
		t.Errorf("the next worker had the messages after %s: they were not given back", took)
	}
	if subjects, _ := contents(t, conn, stream.Normalized); len(subjects) != 4 {
		t.Errorf("stored %q, want 4 outputs", subjects)
	}
}

// TestGrace ends work that does not end by itself, and gives it back.
func TestGrace(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	started := make(chan struct{})
	cfg := config(func(ctx context.Context, _ event.Message) ([]event.Out, error) {
		close(started)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	cfg.Grace = 50 * time.Millisecond
	_, stop := run(t, cfg, conn)
	publish(t, conn, input("a"))
	<-started
	began := time.Now()
	stop()
	if took := time.Since(began); took < cfg.Grace {
		t.Errorf("stopped after %s, before the grace time of %s", took, cfg.Grace)
	}
	cfg = config(func(context.Context, event.Message) ([]event.Out, error) { return nil, nil })
	w, _ := run(t, cfg, conn)
	drained(t, w, 1)
	if dead := letters(t, conn); len(dead) != 0 {
		t.Errorf("letters %+v, want none", dead)
	}
}

// TestServerRestart restarts the server under load: every message is handled
// and every output stored once.
func TestServerRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start := func(listen string) *broker.Embedded {
		e, err := broker.Start(t.Context(), broker.Config{Dir: dir, Listen: listen, Token: "secret", Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := start("127.0.0.1:0")
	address := e.URL()
	conn, err := broker.Connect(t.Context(), broker.ConnectConfig{URL: address, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if _, err := conn.Apply(t.Context(), broker.AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	const messages = 600
	for i := range messages {
		publish(t, conn, input(fmt.Sprint(i)))
	}
	var handled atomic.Int32
	cfg := config(func(_ context.Context, m event.Message) ([]event.Out, error) {
		handled.Add(1)
		<-time.After(time.Millisecond)
		return outputs(m, 2), nil
	})
	w, _ := run(t, cfg, conn)
	for restart := range int32(2) {
		eventually(t, "some work", func() bool { return handled.Load() > 100*(restart+1) })
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the outage to show", func() bool { return w.Status().State == Retrying })
		e = start(strings.TrimPrefix(address, "nats://secret@"))
	}
	t.Cleanup(func() { e.Close() })
	drained(t, w, messages)
	subjects, _ := contents(t, conn, stream.Normalized)
	slices.Sort(subjects)
	if len(subjects) != 2*messages || len(slices.Compact(subjects)) != 2*messages {
		t.Errorf("%d outputs stored, want %d, each once", len(subjects), 2*messages)
	}
	if dead := letters(t, conn); len(dead) > 0 {
		t.Errorf("%d dead letters, first %+v", len(dead), dead[0])
	}
	if got := w.Status(); got.State != Running {
		t.Errorf("status %+v, want it running", got)
	}
}

// TestConsumerDeleted makes a deleted consumer anew; the repeats change nothing.
func TestConsumerDeleted(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	cfg := config(func(_ context.Context, m event.Message) ([]event.Out, error) { return outputs(m, 1), nil })
	var log lines
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w, _ := run(t, cfg, conn)
	publish(t, conn, input("a"), input("b"))
	drained(t, w, 2)
	if err := conn.JetStream().DeleteConsumer(t.Context(), stream.Pages, stream.Normalize); err != nil {
		t.Fatal(err)
	}
	publish(t, conn, input("c"))
	drained(t, w, 3)
	if subjects, _ := contents(t, conn, stream.Normalized); len(subjects) != 3 {
		t.Errorf("stored %q, want 3 outputs", subjects)
	}
	if log.count("consumer was deleted and is made anew") != 1 {
		t.Errorf("log does not tell of the deleted consumer:\n%s", &log)
	}
}

// TestIdleStageIsWellAgain: a stage that has had an outage and nothing to do since
// does not count as failing.
func TestIdleStageIsWellAgain(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	cfg := config(func(_ context.Context, m event.Message) ([]event.Out, error) { return outputs(m, 1), nil })
	var log lines
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w, err := New(cfg, conn)
	if err != nil {
		t.Fatal(err)
	}
	w.engine.alive = 50 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	js := conn.JetStream()
	eventually(t, "a fetch", func() bool {
		consumer, err := js.Consumer(t.Context(), stream.Pages, stream.Normalize)
		return err == nil && consumer.CachedInfo().NumWaiting > 0
	})
	if err := js.DeleteConsumer(t.Context(), stream.Pages, stream.Normalize); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of the outage", func() bool { return log.count("recovered") == 1 && w.Status().State == Running })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestConfig reports every wrong setting.
func TestConfig(t *testing.T) {
	t.Parallel()
	_, err := New(Config{Tuning: Tuning{BackoffMin: time.Minute, BackoffMax: time.Second, Prefetch: -1}}, nil)
	for _, part := range []string{"want all three", "0 workers", "no handler", "backoff is 1m0s to 1s", "prefetch is -1"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not name %q", err, part)
		}
	}
	if errors.Unwrap(err) == nil {
		t.Error("error is not wrapped")
	}
}
