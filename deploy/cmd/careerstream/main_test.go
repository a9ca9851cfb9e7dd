package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"careerstream/deploy/datadir"
)

// TestMain puts the real program on the PATH of the tests: a copy of this
// binary that runs main under the name careerstream.
func TestMain(m *testing.M) {
	// The tests wait for processes most of the time, so more than one a core may
	// run; each process takes about 300 MB. The flag on the command line goes before.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"careerstream": main})
}

// program's result.
type ended struct {
	stdout, stderr string
	code           int
}

// run runs the program to its end.
func runProgram(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "careerstream", args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run careerstream %v: %v", args, err)
	}
	return ended{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// mustRun is runProgram for a command that has to end with code 0.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	e := runProgram(t, "", args...)
	if e.code != 0 {
		t.Fatalf("careerstream %s: exit code %d\n%s\n%s", strings.Join(args, " "), e.code, e.stdout, e.stderr)
	}
	return e.stdout
}

// decodeOutput reads a command's JSON.
func decodeOutput[T any](t *testing.T, stdout string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatalf("read output: %v\n%s", err, stdout)
	}
	return v
}

// queryRows runs SQL and returns its rows.
func queryRows(t *testing.T, data, sql string, flags ...string) []map[string]any {
	t.Helper()
	out := mustRun(t, append([]string{"query", "--data", data, "--json", sql}, flags...)...)
	var rows []map[string]any
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var row map[string]any
		if err := dec.Decode(&row); errors.Is(err, io.EOF) {
			return rows
		} else if err != nil {
			t.Fatalf("read rows of %q: %v\n%s", sql, err, out)
		}
		rows = append(rows, row)
	}
}

// process is a careerstream that stays up.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	data string
	done chan struct{}
	log  *lockedBuffer
	once sync.Once
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// startUp starts `up` on a data directory and returns once it is announced.
func startUp(t *testing.T, data string, flags ...string) *process {
	t.Helper()
	p := launch(t, data, append([]string{"up", "--data", data, "--listen", "127.0.0.1:0"}, flags...)...)
	if _, ok, err := datadir.Dir(data).Endpoint(t.Context()); err != nil || !ok {
		// The process may not have its lock yet.
		p.waitFor("an endpoint", 60*time.Second, func() bool {
			_, ok, err := datadir.Dir(data).Endpoint(t.Context())
			return ok && err == nil
		})
	}
	return p
}

// launch starts the program in the background; the test's end kills it.
func launch(t *testing.T, data string, args ...string) *process {
	t.Helper()
	log := &lockedBuffer{}
	return launchWith(t, data, log, log, args...)
}

// launchTo is launch with another standard output.
func launchTo(t *testing.T, stdout io.Writer, args ...string) *process {
	t.Helper()
	return launchWith(t, "", stdout, &lockedBuffer{}, args...)
}

func launchWith(t *testing.T, data string, stdout io.Writer, log *lockedBuffer, args ...string) *process {
	t.Helper()
	p := &process{t: t, data: data, done: make(chan struct{}), log: log}
	p.cmd = exec.Command("careerstream", args...)
	p.cmd.Stdout, p.cmd.Stderr = stdout, log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill is kill -9. It returns when the process is gone.
func (p *process) kill() {
	p.once.Do(func() { _ = p.cmd.Process.Kill() })
	<-p.done
}

// interrupt is Ctrl-C; it returns the exit code.
func (p *process) interrupt() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		p.t.Fatalf("still running 30 s after Ctrl-C:\n%s", p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// waitFor polls until ok returns true.
func (p *process) waitFor(what string, patience time.Duration, ok func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for !ok() {
		select {
		case <-p.done:
			p.t.Fatalf("process ended while waiting for %s:\n%s", what, p.log)
		case <-ctx.Done():
			p.t.Fatalf("no %s within %s:\n%s", what, patience, p.log)
		case <-ticker.C:
		}
	}
}

// ready asks GET /readyz.
func (p *process) ready() (bool, string) {
	p.t.Helper()
	endpoint, ok, err := datadir.Dir(p.data).Endpoint(p.t.Context())
	if err != nil || !ok {
		return false, "no endpoint"
	}
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(endpoint.Web + "/readyz")
	if err != nil {
		return false, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(bufio.NewReader(response.Body))
	if err != nil {
		return false, err.Error()
	}
	return response.StatusCode == http.StatusOK, string(body)
}

// sharedPages names a file or folder of real pages beside the repository. They
// are not part of it; without them the test is skipped.
func sharedPages(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "pages", name)
	if _, err := os.Stat(path); err != nil {
		skip(t, "needs the real pages beside the repository: %v", err)
	}
	return path
}

// skip says what is missing. In CI a skipped test fails.
func skip(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Skipf(format, args...)
}
