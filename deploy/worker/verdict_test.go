package worker

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"careerstream/deploy/broker"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// TestTranscript holds the order on the wire: outputs, then the verdict; a
// letter, then the end of its message.
func TestTranscript(t *testing.T) {
	t.Parallel()
	e := server(t, broker.Config{Listen: "127.0.0.1:0"})
	wire := tap(t, e)
	tries := 0
	cfg := config(func(_ context.Context, m event.Message) ([]event.Out, error) {
		switch m.Event.Subject {
		case "none":
			return nil, nil
		case "poison":
			return outputs(m, 1), fault.New(fault.NotACareerPage, "no career on it")
		case "later":
			if tries++; tries < 3 {
				return nil, fault.New(fault.BodyMissing, "not yet")
			}
		case "panic":
			panic("handler is wrong")
		}
		return outputs(m, 2), nil
	})
	cfg.Consumer.Workers, cfg.Prefetch = 1, 1
	w, _ := run(t, cfg, e.Conn())
	for i, name := range []string{"two", "none", "poison", "later", "panic"} {
		publish(t, e.Conn(), input(name))
		drained(t, w, uint64(i+1))
	}
	const lines = 5 + 7 + 4 + 2 + 7
	eventually(t, "the whole transcript", func() bool { return wire.count() >= lines })
	golden(t, "transcript.txt", wire.text())
}

// TestVerdicts walks the kinds of outcomes, one message each.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{MaxPayload: 1 << 20}).Conn()
	tests := []struct {
		name    string
		tune    Tuning
		handler func(call int, ctx context.Context, m event.Message) ([]event.Out, error)
		calls   int
		kind    fault.Kind // of the letter; "" when handled
		reason  string
		outputs int
	}{
		{
			name: "handled", calls: 1, outputs: 2,
			handler: func(_ int, _ context.Context, m event.Message) ([]event.Out, error) { return outputs(m, 2), nil },
		},
		{
			name: "poison", calls: 1, kind: fault.SlugTaken, reason: "slug-taken: owned by another site",
			handler: func(_ int, _ context.Context, m event.Message) ([]event.Out, error) {
				return outputs(m, 2), fault.New(fault.SlugTaken, "owned by another site")
			},
		},
		{
			name: "retried", calls: 3, outputs: 1,
			handler: func(call int, _ context.Context, m event.Message) ([]event.Out, error) {
				if call < 3 {
					return nil, fault.After(fault.BodyMissing, time.Millisecond, "not yet")
				}
				return outputs(m, 1), nil
			},
		},
		{
			name: "exhausted", calls: 3, kind: fault.RetriesExhausted, reason: "retries-exhausted: gave up after 3 deliveries: internal: broken 3",
			handler: func(call int, _ context.Context, _ event.Message) ([]event.Out, error) {
				return nil, fault.New(fault.Internal, "broken %d", call)
			},
		},
		{
			name: "infrastructure-is-retried-for-ever", calls: 9, outputs: 1,
			handler: func(call int, _ context.Context, m event.Message) ([]event.Out, error) {
				if call < 9 {
					return nil, fault.New(fault.StoreUnavailable, "away")
				}
				return outputs(m, 1), nil
			},
		},
		{
			name: "conflict-is-run-again", calls: 8, outputs: 1,
			handler: func(call int, _ context.Context, m event.Message) ([]event.Out, error) {
				if call < 8 {
					return nil, fault.New(fault.Conflict, "another was faster")
				}
				return outputs(m, 1), nil
			},
		},
		{
			name: "panic", calls: 1, kind: fault.Panic, reason: "panic: panic: oh",
			handler: func(int, context.Context, event.Message) ([]event.Out, error) { panic("oh") },
		},
		{
			name: "timeout", tune: Tuning{Timeout: 10 * time.Millisecond}, calls: 3, kind: fault.RetriesExhausted, reason: "timeout: not done after 10ms",
			handler: func(_ int, ctx context.Context, _ event.Message) ([]event.Out, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
		},
		{
			name: "wrong-output", calls: 1, kind: fault.SchemaViolation, reason: "breaks its own contract",
			handler: func(_ int, _ context.Context, m event.Message) ([]event.Out, error) {
				outs := outputs(m, 2)
				outs[1].Event.Type = "wrong"
				return outs, nil
			},
		},
		{
			name: "oversize-output", calls: 1, kind: fault.EventTooLarge, reason: "is over max_payload 1048576",
			handler: func(_ int, _ context.Context, m event.Message) ([]event.Out, error) {
				outs := outputs(m, 2)
				outs[1].Event.Data = []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
				return outs, nil
			},
		},
	}
	var seq uint64
	letterCount := 0
	for _, test := range tests {
		var calls atomic.Int32
		cfg := config(func(ctx context.Context, m event.Message) ([]event.Out, error) {
			return test.handler(int(calls.Add(1)), ctx, m)
		})
		cfg.Timeout, cfg.MaxTries = test.tune.Timeout, 3
		cfg.Validate = func(e event.Event) error {
			if e.Type == "wrong" {
				return fault.New(fault.SchemaViolation, "type %s", e.Type)
			}
			return nil
		}
		before, _ := contents(t, conn, stream.Normalized)
		w, stop := run(t, cfg, conn)
		seq++
		publish(t, conn, input(test.name))
		drained(t, w, seq)
		stop()
		if got := int(calls.Load()); got != test.calls {
			t.Errorf("%s: handler called %d times, want %d", test.name, got, test.calls)
		}
		after, _ := contents(t, conn, stream.Normalized)
		if got := len(after) - len(before); got != test.outputs {
			t.Errorf("%s: %d outputs stored, want %d", test.name, got, test.outputs)
		}
		dead := letters(t, conn)
		status := w.Status()
		if test.kind == "" {
			if len(dead) != letterCount || status.Handled != 1 || status.Dead != 0 {
				t.Errorf("%s: %d letters, status %+v; want it handled", test.name, len(dead), status)
			}
			continue
		}
		letterCount++
		if len(dead) != letterCount {
			t.Fatalf("%s: %d letters, want %d", test.name, len(dead), letterCount)
		}
		letter := dead[letterCount-1]
		if letter.Kind != string(test.kind) || !strings.Contains(letter.Reason, test.reason) || letter.Seq != seq {
			t.Errorf("%s: letter %s %d %q, want %s %d %q", test.name, letter.Kind, letter.Seq, letter.Reason, test.kind, seq, test.reason)
		}
		if status.Dead != 1 || status.Handled != 0 || status.State != Running {
			t.Errorf("%s: status %+v, want one dead", test.name, status)
		}
	}
}

// TestLetter holds what a letter tells of its message.
func TestLetter(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	cfg := config(func(context.Context, event.Message) ([]event.Out, error) {
		return nil, fault.New(fault.NotACareerPage, "file a.html: no heading")
	})
	w, _ := run(t, cfg, conn)
	in := input("a")
	publish(t, conn, in)
	big := input("big")
	big.Event.Data = []byte(`"` + strings.Repeat("x", deadletter.MaxOriginal) + `"`)
	publish(t, conn, big)
	if _, err := conn.JetStream().PublishMsg(t.Context(), &nats.Msg{Subject: "page.fetched.local.text", Data: []byte("no event")}); err != nil {
		t.Fatal(err)
	}
	drained(t, w, 3)
	byLetter := make(map[uint64]deadletter.Letter)
	for _, letter := range letters(t, conn) {
		byLetter[letter.Seq] = letter
	}
	raw, _, err := conn.Get(t.Context(), stream.Pages, 1)
	if err != nil {
		t.Fatal(err)
	}
	a := byLetter[1]
	if a.Stage != stream.Normalize || a.Stream != stream.Pages || a.Subject != in.Subject || a.State != deadletter.Open ||
		a.Deliveries != 1 || a.FailedAt.IsZero() || a.TraceParent != in.Event.TraceParent {
		t.Errorf("letter %+v", a)
	}
	if string(a.Original) != string(raw.Body) || a.Header["Nats-Msg-Id"][0] != in.Event.ID {
		t.Errorf("letter holds %q %v, want the message", a.Original, a.Header)
	}
	if got := byLetter[2]; len(got.Original) != 0 || got.Kind != string(fault.NotACareerPage) {
		t.Errorf("letter of a large message holds %d bytes, kind %s; want none", len(got.Original), got.Kind)
	}
	if got := byLetter[3]; got.Kind != string(fault.BadEnvelope) || string(got.Original) != "no event" {
		t.Errorf("letter of a message that is no event: %s %q", got.Kind, got.Original)
	}
}

// TestCrashBeforeAck repeats a message whose outputs are stored and whose
// acknowledgement was never sent.
func TestCrashBeforeAck(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	cfg := config(func(ctx context.Context, m event.Message) ([]event.Out, error) {
		outs := outputs(m, 2)
		var zero uint64
		outs[1].ExpectLast = &zero
		return outs, nil
	})
	w, err := New(cfg, conn)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, conn, input("a"))
	raw, _, err := conn.Get(t.Context(), stream.Pages, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.step(t.Context(), stream.Pages, raw); err != nil {
		t.Fatal(err)
	}
	again, _ := run(t, cfg, conn)
	drained(t, again, 1)
	if subjects, _ := contents(t, conn, stream.Normalized); len(subjects) != 2 {
		t.Errorf("stored %q, want each output once", subjects)
	}
	if status := again.Status(); status.Handled != 1 {
		t.Errorf("status %+v, want the repeat handled", status)
	}
}

// TestCrashLoop kills nobody: it leaves the mark that a killed process leaves.
func TestCrashLoop(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	consumer, _, err := conn.Consumer(t.Context(), normalize())
	if err != nil {
		t.Fatal(err)
	}
	publish(t, conn, input("innocent"), input("killer"))
	const limit = 3
	// The server takes turns as it likes.
	for delivered := map[uint64]uint64{}; delivered[1] < limit || delivered[2] < limit; {
		msg, err := consumer.Next()
		if err != nil {
			t.Fatal(err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			t.Fatal(err)
		}
		delivered[meta.Sequence.Stream] = meta.NumDelivered
		if err := msg.Nak(); err != nil {
			t.Fatal(err)
		}
	}
	cfg := config(func(context.Context, event.Message) ([]event.Out, error) { return nil, nil })
	cfg.CrashLimit, cfg.CrashDeaths, cfg.CrashCalm = limit, 2, time.Nanosecond
	dying, err := New(cfg, conn)
	if err != nil {
		t.Fatal(err)
	}
	d := &delivery{}
	for range cfg.CrashDeaths {
		d = &delivery{deliveries: limit + 1}
		d.raw.Seq = 2
		if err := dying.engine.suspect(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	cfg.CrashLimit = limit - 1
	w, _ := run(t, cfg, conn)
	drained(t, w, 2)
	dead := letters(t, conn)
	if len(dead) != 1 || dead[0].Seq != 2 || dead[0].Kind != string(fault.CrashLoop) {
		t.Errorf("letters %+v, want one for the killer alone", dead)
	}
	eventually(t, "the marks to go", func() bool {
		for _, seq := range []uint64{1, 2} {
			d.raw.Seq = seq
			if value, _, err := conn.Bucket(stream.Marks).Get(t.Context(), w.engine.suspectKey(d)); err != nil || value != nil {
				return false
			}
		}
		return true
	})
}

// A process that is killed again and again dies at whatever it begins with. A
// message that was delivered to many such processes is let alone until one of
// them has lived for a while, and handled then.
func TestNoCrashLoopInShortLives(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	cfg := config(func(context.Context, event.Message) ([]event.Out, error) { return nil, nil })
	cfg.CrashLimit, cfg.CrashCalm = 1, time.Hour
	now := time.Now()
	cfg.Clock = func() time.Time { return now }
	for range 5 * 3 {
		w, err := New(cfg, conn)
		if err != nil {
			t.Fatal(err)
		}
		d := &delivery{deliveries: 99}
		if delay, ok := postponed(w.engine.suspect(t.Context(), d)); !ok || delay != time.Hour || d.suspected {
			t.Fatalf("postponed by %s (%t), suspected %t; want an hour's delay and no suspicion", delay, ok, d.suspected)
		}
	}
	w, err := New(cfg, conn)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if err := w.engine.suspect(t.Context(), &delivery{deliveries: 99}); err != nil {
		t.Errorf("after an hour: %v", err)
	}
}
