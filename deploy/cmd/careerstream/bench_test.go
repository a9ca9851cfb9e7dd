package main

import (
	"bytes"
	"errors"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// measured is a run of the program with what it took.
type measured struct {
	ended
	// cpu is user and system time together: unlike wall time it does not grow
	// when the machine is busy with other things.
	cpu time.Duration
	// peak is the most memory that was resident, in bytes. The system counts the
	// parent's memory at the start too, so the parent has to be small.
	peak int64
}

// measure runs the program, which has to end with this code.
func measure(tb testing.TB, code int, args ...string) measured {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "careerstream", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatalf("run careerstream %v: %v", args, err)
	}
	state := cmd.ProcessState
	if state.ExitCode() != code {
		tb.Fatalf("careerstream %s: exit code %d, want %d\n%.2000s\n%.4000s", strings.Join(args, " "), state.ExitCode(), code, stdout.String(), stderr.String())
	}
	peak := state.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" {
		peak <<= 10 // darwin counts bytes, others KiB
	}
	return measured{ended{stdout.String(), stderr.String(), code}, state.UserTime() + state.SystemTime(), peak}
}
