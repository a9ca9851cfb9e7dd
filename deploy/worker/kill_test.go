package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/broker"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
)

// childDir names the directory that a child process works on.
const childDir = "CAREERSTREAM_TEST_CHILD_DIR"

// child works on a directory until it is killed.
func child(dir string) {
	began := time.Now()
	e, err := broker.Start(context.Background(), broker.Config{Dir: dir, Logger: quiet})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("started", time.Since(began).Microseconds())
	if _, err := e.Conn().Apply(context.Background(), broker.AllSpecs(), 0); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w, err := New(config(func(_ context.Context, m event.Message) ([]event.Out, error) {
		<-time.After(time.Millisecond) // so that the work outlasts the kills
		return outputs(m, 2), nil
	}), e.Conn())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("working")
	if err := w.Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestKill kills a process with broker and worker again and again: everything
// acknowledged is there afterwards, and nothing twice.
func TestKill(t *testing.T) {
	t.Parallel()
	const messages, kills = 2000, 8
	dir := t.TempDir()
	first, err := broker.Start(t.Context(), broker.Config{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Conn().Apply(t.Context(), broker.AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		publish(t, first.Conn(), input(fmt.Sprintf("m%d", i)))
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range kills {
		killChild(t, dir, time.Duration(50_000+random.IntN(150_000))*time.Microsecond)
	}
	began := time.Now()
	last := server(t, broker.Config{Dir: dir})
	t.Logf("start with Apply after %d kills: %s", kills, time.Since(began))
	consumer, _, err := last.Conn().Consumer(t.Context(), normalize())
	if err != nil {
		t.Fatal(err)
	}
	info := consumer.CachedInfo()
	t.Logf("before the last start: %d of %d not delivered, %d in doubt", info.NumPending, messages, info.NumAckPending)
	if info.NumPending == messages || info.NumPending == 0 {
		t.Errorf("%d of %d messages not delivered before the last start: the kills came too early or too late", info.NumPending, messages)
	}
	w, _ := run(t, config(func(_ context.Context, m event.Message) ([]event.Out, error) { return outputs(m, 2), nil }), last.Conn())
	drained(t, w, messages)
	t.Logf("drained after %s", time.Since(began))
	subjects, ids := contents(t, last.Conn(), stream.Normalized)
	slices.Sort(subjects)
	slices.Sort(ids)
	if len(subjects) != 2*messages || len(slices.Compact(subjects)) != 2*messages || len(slices.Compact(ids)) != 2*messages {
		t.Errorf("%d outputs stored, want %d, each once", len(subjects), 2*messages)
	}
	if dead := letters(t, last.Conn()); len(dead) > 0 {
		t.Errorf("%d dead letters, first %+v", len(dead), dead[0])
	}
}

// killChild starts a child and kills it some time after it began to work.
func killChild(t *testing.T, dir string, after time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "working" {
		t.Log(lines.Text(), "µs")
	}
	<-time.After(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("child ended before it was killed: %v\n%s", err, stderr.String())
	}
}
