package worker

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"careerstream/deploy/broker"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// handler makes a stage of a function.
type handler func(context.Context, event.Message) ([]event.Out, error)

func (h handler) Handle(ctx context.Context, m event.Message) ([]event.Out, error) { return h(ctx, m) }

// item is the data of test events.
type item struct {
	Name string `json:"name"`
}

// input is an event that the normalize stage takes.
func input(name string) event.Out {
	e, err := event.New("/test", event.PageFetched, name, item{name})
	if err != nil {
		panic(err)
	}
	e.ID = event.ID("test", name)
	e.TraceParent = event.NewTrace(e.ID)
	return event.Out{Subject: subject.Page("local", name), Event: e}
}

// outputs are n events caused by m.
func outputs(m event.Message, n int) []event.Out {
	var outs []event.Out
	for i := range n {
		e, err := event.New("/test", event.RecordNormalized, m.Event.Subject, item{m.Event.Subject})
		if err != nil {
			panic(err)
		}
		e.ID = event.ID("normalize", m.Event.ID, fmt.Sprint(i))
		outs = append(outs, event.Out{Subject: subject.Normalized(fmt.Sprintf("%s-%d", m.Event.Subject, i)), Event: e.CausedBy(m.Event)})
	}
	return outs
}

// server is a broker with every stream in place.
func server(t testing.TB, cfg broker.Config) *broker.Embedded {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	cfg.Logger = quiet
	e, err := broker.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := e.Conn().Apply(t.Context(), broker.AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	return e
}

var quiet = slog.New(slog.DiscardHandler)

// normalize is the consumer under test.
func normalize() stream.Consumer {
	c := stream.Consumers()[0]
	c.AckWait = time.Second
	return c
}

// config of a worker with quick retries.
func config(h handler) Config {
	return Config{Consumer: normalize(), Handler: h, Tuning: Tuning{
		Logger: quiet, BackoffMin: 5 * time.Millisecond, BackoffMax: 20 * time.Millisecond,
	}}
}

// run starts a worker and returns how to stop it and wait for its end.
func run(t testing.TB, cfg Config, conn *broker.Conn) (*Worker, func()) {
	t.Helper()
	w, err := New(cfg, conn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return w, stop
}

func publish(t testing.TB, conn *broker.Conn, outs ...event.Out) {
	t.Helper()
	if err := conn.PublishAll(t.Context(), outs); err != nil {
		t.Fatal(err)
	}
}

// drained waits until the worker has given a verdict on everything up to seq.
func drained(t testing.TB, w *Worker, seq uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := w.Drained(ctx, seq); err != nil {
		t.Fatal(err)
	}
}

// contents lists subject and id of every message of a stream.
func contents(t testing.TB, conn *broker.Conn, name string) (subjects, ids []string) {
	t.Helper()
	info, err := conn.Log(name).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for seq := max(info.First, 1); seq <= info.Last; seq++ {
		raw, ok, err := conn.Get(t.Context(), name, seq)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			subjects = append(subjects, raw.Subject)
			ids = append(ids, raw.Header["Nats-Msg-Id"][0])
		}
	}
	return subjects, ids
}

// letters returns the dead letters in order.
func letters(t testing.TB, conn *broker.Conn) []deadletter.Letter {
	t.Helper()
	info, err := conn.Log(stream.Dead).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []deadletter.Letter
	for seq := max(info.First, 1); seq <= info.Last; seq++ {
		letter, ok, err := conn.Letter(t.Context(), stream.Dead, seq)
		if err != nil || !ok {
			t.Fatalf("letter %d: %t, %v", seq, ok, err)
		}
		all = append(all, letter)
	}
	return all
}

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

// wiretap records what goes over the wire: published subjects and verdicts.
type wiretap struct {
	mu    sync.Mutex
	lines []string
}

func tap(t testing.TB, e *broker.Embedded) *wiretap {
	t.Helper()
	w := &wiretap{}
	nc, err := nats.Connect(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	note := func(line string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.lines = append(w.lines, line)
	}
	_, err = nc.Subscribe(">", func(m *nats.Msg) {
		if rest, ok := strings.CutPrefix(m.Subject, "$JS.ACK."); ok {
			tokens := strings.Split(rest, ".")
			verdict, detail, _ := strings.Cut(string(m.Data), " ")
			if verdict == "+WPI" {
				return
			}
			if strings.HasPrefix(detail, "{") {
				var nak struct{ Delay time.Duration }
				if json.Unmarshal([]byte(detail), &nak) == nil && nak.Delay > 0 {
					detail = "later"
				}
			}
			note(strings.TrimSpace(fmt.Sprintf("%s %s %s %s", verdict, tokens[0], tokens[3], detail)))
			return
		}
		for _, prefix := range []string{"page.", "record.", "dead.", "redrive."} {
			if strings.HasPrefix(m.Subject, prefix) {
				if strings.HasPrefix(m.Reply, "$JS.ACK.") {
					note("deliver " + m.Subject)
				} else {
					note("publish " + m.Subject)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *wiretap) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.lines)
}

func (w *wiretap) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n") + "\n"
}

// golden compares with testdata/<name>.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
