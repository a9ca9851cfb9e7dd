package broker

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"careerstream/schemas/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a server in a new directory.
func start(t testing.TB, cfg Config) *Embedded {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	if cfg.Logger == nil {
		cfg.Logger = quiet
	}
	e, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// applied runs a server with every stream in place.
func applied(t testing.TB, cfg Config) *Conn {
	t.Helper()
	conn := start(t, cfg).Conn()
	if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	return conn
}

var quiet = slog.New(slog.DiscardHandler)

// record is an event on a subject; n tells it from others.
func record(subject string, n int) event.Out {
	e, err := event.New("/test", event.RecordNormalized, "x", map[string]int{"n": n})
	if err != nil {
		panic(err)
	}
	e.ID = event.ID("test", subject, fmt.Sprint(n))
	return event.Out{Subject: subject, Event: e}
}

// eventually polls until ok or the test's patience ends.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("not in time: " + what)
		}
	}
}
