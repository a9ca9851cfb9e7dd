package examples_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"careerstream/deploy/broker"
	"careerstream/deploy/worker"
	"careerstream/publish/feed"
	"careerstream/schemas/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startBroker runs a broker that other processes reach, with every stream.
func startBroker(t *testing.T) *broker.Embedded {
	t.Helper()
	e, err := broker.Start(t.Context(), broker.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
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

// startFeed runs the stage that writes the bucket, until the test's end.
func startFeed(t *testing.T, conn *broker.Conn) {
	t.Helper()
	i := slices.IndexFunc(stream.Consumers(), func(c stream.Consumer) bool { return c.Name == stream.Feed })
	w, err := worker.New(worker.Config{
		Tuning:   worker.Tuning{Logger: slog.New(slog.DiscardHandler)},
		Consumer: stream.Consumers()[i], Handler: feed.New(conn.Bucket(stream.Careers)),
	}, conn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// goConsumer builds the Go example and returns its command.
func goConsumer(t *testing.T) []string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "consumer-go")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./consumer-go").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return []string{binary}
}

// tsConsumer builds the TypeScript example, once for each state of its source,
// in the user's cache, and returns its command.
func tsConsumer(t *testing.T) []string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skipf("needs node, 20 or later: %v", err)
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skipf("needs npm: %v", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skipf("needs a cache directory: %v", err)
	}
	hash := sha256.New()
	dir := t.TempDir()
	for _, name := range []string{".npmrc", "package.json", "package-lock.json", "tsconfig.json", "src/consumer.ts", "src/journal.ts"} {
		text, err := os.ReadFile(filepath.Join("consumer-ts", name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(hash, "%s %d %s", name, len(text), text)
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, text, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	built := filepath.Join(cache, "careerstream", "consumer-ts-"+hex.EncodeToString(hash.Sum(nil)[:8]))
	command := []string{node, filepath.Join(built, "dist", "consumer.js")}
	if _, err := os.Stat(command[1]); err == nil {
		return command
	}
	run := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), npm, args...)
		cmd.Dir = dir
		return cmd.CombinedOutput()
	}
	if out, err := run("ci", "--ignore-scripts"); err != nil {
		t.Skipf("needs the npm packages of consumer-ts/package-lock.json, which npm could not fetch: %v\n%s", err, out)
	}
	if out, err := run("run", "build"); err != nil {
		t.Fatalf("npm run build: %v\n%s", err, out)
	}
	// Whole or not at all: another test may build it at the same time.
	half, err := os.MkdirTemp(filepath.Dir(mustMake(t, built)), ".consumer-ts-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(half, "built"), os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	err = os.Rename(filepath.Join(half, "built"), built)
	if err != nil && !errors.Is(err, fs.ErrExist) && !strings.Contains(err.Error(), "not empty") {
		t.Fatal(err)
	}
	if err := os.RemoveAll(half); err != nil {
		t.Error(err)
	}
	return command
}

func mustMake(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// running is a consumer's process.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{}
	said *bytes.Buffer
}

// start starts a consumer; the test's end kills it.
func start(t *testing.T, command []string, address, log string) *running {
	t.Helper()
	args := append(slices.Clone(command[1:]), "--nats", address, "--log", log)
	r := &running{t: t, cmd: exec.Command(command[0], args...), done: make(chan struct{}), said: &bytes.Buffer{}}
	r.cmd.Stderr = r.said
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait()
		close(r.done)
	}()
	t.Cleanup(r.kill)
	return r
}

// kill is kill -9. It returns when the process is gone.
func (r *running) kill() {
	_ = r.cmd.Process.Kill()
	<-r.done
}

// waitFor polls until ok returns true; the process has to live so long.
func (r *running) waitFor(what string, ok func() bool) {
	r.t.Helper()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-r.done:
			r.t.Fatalf("the consumer ended before %s:\n%s", what, r.said)
		case <-patience.C:
			r.t.Fatalf("no %s within a minute", what)
		case <-tick.C:
		}
	}
}

// interrupt is Ctrl-C, after which a consumer ends without an error.
func (r *running) interrupt() {
	r.t.Helper()
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		r.t.Fatal(err)
	}
	select {
	case <-r.done:
	case <-time.After(30 * time.Second):
		r.t.Fatal("the consumer still runs 30 s after Ctrl-C")
	}
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		r.t.Errorf("exit code %d after Ctrl-C, want 0\n%s", code, r.said)
	}
}
