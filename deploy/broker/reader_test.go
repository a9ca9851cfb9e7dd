package broker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

func purge(subject string) jetstream.StreamPurgeOpt { return jetstream.WithPurgeSubject(subject) }

func tail(t *testing.T, conn *Conn, from uint64) sink.Reader {
	t.Helper()
	r, err := conn.Log(stream.Published).Tail(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// readTo reads from sequence from to to, all of them, in order.
func readTo(t *testing.T, r sink.Reader, from, to uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	for want := from; want <= to; want++ {
		raw, err := r.Next(ctx)
		if err != nil {
			t.Fatalf("message %d: %v", want, err)
		}
		if raw.Seq != want || raw.Subject != "record.published.a" || len(raw.Body) == 0 || raw.Stored.IsZero() {
			t.Fatalf("read %+v, want sequence %d", raw, want)
		}
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	log := conn.Log(stream.Published)
	if info, err := log.Info(t.Context()); err != nil || info.Last != 0 || info.Incarnation == "" || log.Name() != stream.Published {
		t.Errorf("info of an empty stream %+v, %v", info, err)
	}
	early := tail(t, conn, 0)
	const n = 3000
	fill(t, conn, "record.published.a", n)
	readTo(t, early, 1, n)
	middle, late := tail(t, conn, n/2), tail(t, conn, n+2)
	readTo(t, middle, n/2, n)
	fill(t, conn, "record.published.a", 3)
	readTo(t, early, n+1, n+3)
	readTo(t, late, n+2, n+3)
	if err := early.Close(); err != nil {
		t.Error(err)
	}
	if _, err := early.Next(t.Context()); err == nil {
		t.Error("Next succeeds after Close")
	}
	eventually(t, "the closed reader's consumer to go", func() bool {
		s, err := conn.js.Stream(t.Context(), stream.Published)
		return err == nil && s.CachedInfo().State.Consumers == 2+1 // and the feed's
	})
}

// TestReaderCancel cancels Next at every point and misses nothing.
func TestReaderCancel(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	r := tail(t, conn, 1)
	const n = 500
	published := make(chan error, 1)
	go func() {
		for i := range n {
			if _, err := conn.js.PublishAsync("record.published.a", []byte{byte(i)}); err != nil {
				published <- err
				return
			}
		}
		published <- nil
	}()
	for next, cancelled := uint64(1), 0; next <= n; {
		ctx, cancel := context.WithTimeout(t.Context(), time.Microsecond<<(cancelled%12))
		raw, err := r.Next(ctx)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			cancelled++
			continue
		}
		if err != nil || raw.Seq != next {
			t.Fatalf("read %d, %v; want %d", raw.Seq, err, next)
		}
		next++
	}
	if err := <-published; err != nil {
		t.Error(err)
	}
}

// TestReaderGap leaves out deleted messages, and no other.
func TestReaderGap(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	fill(t, conn, "record.published.a", 10)
	s, err := conn.stream(t.Context(), stream.Published)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteMsg(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	r := tail(t, conn, 1)
	readTo(t, r, 1, 4)
	readTo(t, r, 6, 10)
}

// TestReaderSurvives loses its consumer, then its server, twice.
func TestReaderSurvives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := start(t, Config{Dir: dir, Listen: "127.0.0.1:0", Token: "secret"})
	address := e.server.Load().Addr().String()
	conn, err := Connect(t.Context(), ConnectConfig{URL: e.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	const n = 2000
	fill(t, conn, "record.published.a", n)
	r := tail(t, conn, 1)
	readTo(t, r, 1, 10)
	name := r.(*reader).session.name
	if err := conn.js.DeleteConsumer(t.Context(), stream.Published, name); err != nil {
		t.Fatal(err)
	}
	readTo(t, r, 11, n)
	for round := range uint64(2) {
		changed := conn.Changed()
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		<-changed
		short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := r.Next(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Next during the outage: %v, want it to wait", err)
		}
		cancel()
		e = start(t, Config{Dir: dir, Listen: address, Token: "secret"})
		out := record("record.published.a", int(round))
		if _, _, err := e.Conn().Publish(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		readTo(t, r, n+1+round, n+1+round)
	}
}

// TestReaderIncarnation does not read on in another stream of the same name.
func TestReaderIncarnation(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	fill(t, conn, "record.published.a", 3)
	r := tail(t, conn, 1)
	readTo(t, r, 1, 3)
	before, err := conn.Log(stream.Published).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.js.DeleteStream(t.Context(), stream.Published); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	fill(t, conn, "record.published.a", 9)
	if _, err := r.Next(t.Context()); !errors.Is(err, fault.ForeignIncarnation) {
		t.Errorf("error %v, want %v", err, fault.ForeignIncarnation)
	}
	if after, err := conn.Log(stream.Published).Info(t.Context()); err != nil || after.Incarnation == before.Incarnation {
		t.Errorf("incarnation %q before and after, %v", after.Incarnation, err)
	}
}
