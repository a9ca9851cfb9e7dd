package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// broker is the broker in memory: objects, one stream with compare-and-set and
// message ids, and dead letters. fail, when set, is asked before every call and
// may return an error; lost, when set, is asked after a publication was stored
// and may lose its answer.
type broker struct {
	mu      sync.Mutex
	bodies  map[string][]byte
	stream  []event.Message
	ids     map[string]uint64
	letters map[string]deadletter.Letter
	fail    func(op string) error
	lost    func() error
}

func newBroker() *broker {
	return &broker{bodies: map[string][]byte{}, ids: map[string]uint64{}, letters: map[string]deadletter.Letter{}}
}

func (b *broker) enter(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.fail != nil {
		return b.fail(op)
	}
	return nil
}

func (b *broker) Put(ctx context.Context, sum string, body []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.enter(ctx, "put"); err != nil {
		return err
	}
	if own := sha256.Sum256(body); hex.EncodeToString(own[:]) != sum {
		return fmt.Errorf("body is not what its name %s says", sum)
	}
	b.bodies[sum] = append([]byte{}, body...)
	return nil
}

func (b *broker) Publish(ctx context.Context, out event.Out) (uint64, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.enter(ctx, "publish"); err != nil {
		return 0, false, err
	}
	if seq, known := b.ids[out.Event.ID]; known {
		return seq, true, nil
	}
	if last, _ := b.last(out.Subject); out.ExpectLast != nil && *out.ExpectLast != last.Seq {
		return 0, false, fault.New(fault.Conflict, "last on %s is %d, not %d", out.Subject, last.Seq, *out.ExpectLast)
	}
	seq := uint64(len(b.stream) + 1)
	b.stream = append(b.stream, event.Message{Stream: "PAGES", Seq: seq, Subject: out.Subject, Event: out.Event})
	b.ids[out.Event.ID] = seq
	if b.lost != nil {
		if err := b.lost(); err != nil {
			return 0, false, err
		}
	}
	return seq, false, nil
}

func (b *broker) last(subject string) (event.Message, bool) {
	for i := len(b.stream) - 1; i >= 0; i-- {
		if b.stream[i].Subject == subject {
			return b.stream[i], true
		}
	}
	return event.Message{}, false
}

func (b *broker) Last(ctx context.Context, subject string) (event.Message, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.enter(ctx, "last"); err != nil {
		return event.Message{}, false, err
	}
	m, found := b.last(subject)
	return m, found, nil
}

func (b *broker) Bury(ctx context.Context, letter deadletter.Letter) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.enter(ctx, "bury"); err != nil {
		return err
	}
	b.letters[letter.Stage+" "+letter.Origin] = letter
	return nil
}

// snapshots are what the stream holds, in order.
func (b *broker) snapshots(t *testing.T) []page.Snapshot {
	t.Helper()
	var all []page.Snapshot
	for _, m := range b.stream {
		s, err := event.Data[page.Snapshot](m)
		if err != nil {
			t.Fatal(err)
		}
		if _, stored := b.bodies[s.BodySHA256]; !stored {
			t.Errorf("snapshot of %s names a body that is not stored", s.Origin)
		}
		all = append(all, s)
	}
	return all
}

var noon = time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)

// ingester works on b with short delays and a small limit.
func ingester(t *testing.T, b *broker, change ...func(*Config, *Deps)) *Ingester {
	t.Helper()
	cfg := Config{RetryInitial: time.Microsecond, RetryMax: time.Millisecond}
	deps := Deps{Bodies: b, Publisher: b, Last: b, DeadLetters: b, Clock: func() time.Time { return noon }}
	for _, f := range change {
		f(&cfg, &deps)
	}
	in, err := New(cfg, deps)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func run1(t *testing.T, in *Ingester, sources ...string) Statement {
	t.Helper()
	s, err := in.Run(t.Context(), sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Complete && s.Discovered != s.Accounted() {
		t.Errorf("a complete statement does not add up: %+v", s)
	}
	return s
}
