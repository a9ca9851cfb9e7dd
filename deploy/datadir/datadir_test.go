package datadir_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/datadir"
)

// TestMain lets the test binary play the other process.
func TestMain(m *testing.M) {
	if dir := os.Getenv("DATADIR_TEST_HOLD"); dir != "" {
		hold(dir)
	}
	os.Exit(m.Run())
}

// hold owns dir, announces itself, and stays until its standard input ends.
func hold(dir string) {
	lock, err := datadir.Dir(dir).Lock(context.Background())
	if err == nil {
		err = lock.Announce(datadir.Endpoint{NATS: "nats://here"})
	}
	if err != nil {
		_, _ = os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	os.Exit(0)
}

func startHolder(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "DATADIR_TEST_HOLD="+dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "held" {
		t.Fatalf("holder says %q, %v", line, err)
	}
	return cmd
}

func TestSecondProcessIsRefusedWithThePID(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	holder := startHolder(t, dir)

	_, err := datadir.Dir(dir).Lock(t.Context())
	var inUse *datadir.InUseError
	if !errors.As(err, &inUse) || inUse.PID != holder.Process.Pid {
		t.Fatalf("Lock() = %v, want the pid %d", err, holder.Process.Pid)
	}
	if !strings.Contains(err.Error(), strconv.Itoa(holder.Process.Pid)) || !strings.Contains(err.Error(), "--data") {
		t.Errorf("error %q names no pid or no way out", err)
	}
	endpoint, ok, err := datadir.Dir(dir).Endpoint(t.Context())
	if err != nil || !ok || endpoint.NATS != "nats://here" || endpoint.PID != holder.Process.Pid {
		t.Errorf("Endpoint() = %+v, %t, %v", endpoint, ok, err)
	}
}

func TestKilledOwnerLeavesNothingInTheWay(t *testing.T) {
	t.Parallel()
	dir := datadir.Dir(t.TempDir())
	holder := startHolder(t, string(dir))
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()
	if _, ok, err := dir.Endpoint(t.Context()); ok || err != nil {
		t.Errorf("Endpoint() after the kill = %t, %v; want none", ok, err)
	}
	start := time.Now()
	lock, err := dir.Lock(t.Context())
	if err != nil {
		t.Fatalf("Lock() after the kill, %s: %v", time.Since(start), err)
	}
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
}

func TestLockAgainAfterRelease(t *testing.T) {
	t.Parallel()
	dir := datadir.Dir(t.TempDir())
	for range 3 {
		lock, err := dir.Lock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := lock.Announce(datadir.Endpoint{}); err != nil {
			t.Error(err)
		}
		if err := lock.Release(); err != nil {
			t.Error(err)
		}
	}
	if _, ok, err := dir.Endpoint(t.Context()); ok || err != nil {
		t.Errorf("Endpoint() = %t, %v; want none", ok, err)
	}
}

func TestUnusableDirectorySaysWhatToDo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.Dir(file).Lock(t.Context()); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("Lock() = %v, want a way out", err)
	}
	if _, _, err := datadir.Dir(file).Endpoint(t.Context()); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("Endpoint() = %v, want a way out", err)
	}
}

// TestKilledOwnersEndpointIsNotTaken looks while the next owner holds the lock
// and has not yet removed what the one before left behind.
func TestKilledOwnersEndpointIsNotTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lock, err := datadir.Dir(dir).Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Release() }()
	if err := os.WriteFile(filepath.Join(dir, "up.json"), []byte(`{"pid": 1, "nats": "nats://gone"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	endpoint, _, err := datadir.Dir(dir).Endpoint(ctx)
	var inUse *datadir.InUseError
	if !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Errorf("Endpoint() = %+v, %v, want that the owner is still starting", endpoint, err)
	}
}
