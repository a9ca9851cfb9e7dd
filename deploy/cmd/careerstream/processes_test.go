package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"careerstream/deploy/sample"
)

// TestCommandsWhileUp runs the commands beside an `up` that owns the engines.
func TestCommandsWhileUp(t *testing.T) {
	t.Parallel()
	p := &pipeline{process: startUp(t, t.TempDir())}
	second := runProgram(t, "", "up", "--data", p.data, "--listen", "127.0.0.1:0")
	if pid := "process " + strconv.Itoa(p.cmd.Process.Pid); second.code != exitFailed || !strings.Contains(second.stderr, pid) {
		t.Errorf("second up: code %d, want %d and %q in\n%s", second.code, exitFailed, pid, second.stderr)
	}
	pages := t.TempDir()
	for i := range 4 {
		if err := sample.Write(pages, sample.Generate(i, 4, 1)); err != nil {
			t.Fatal(err)
		}
	}
	taken := decodeOutput[result](t, mustRun(t, "ingest", "--data", p.data, "--json", pages))
	if taken.Statement.Taken != 4 || taken.Outcome == nil || taken.Outcome.Published < 4 {
		t.Errorf("ingest: %+v, %+v", taken.Statement, taken.Outcome)
	}
	p.pages = 4
	p.allStored()
	slug := queryRows(t, p.data, "SELECT slug FROM careers FINAL ORDER BY slug LIMIT 1")[0]["slug"].(string)
	if out := mustRun(t, "show", "--data", p.data, slug); !strings.Contains(out, slug) {
		t.Errorf("show prints\n%s", out)
	}
	if out := mustRun(t, "dead", "list", "--data", p.data); !strings.Contains(out, "no dead letters") {
		t.Errorf("dead list prints\n%s", out)
	}
	mustRun(t, "migrate", "--data", p.data)
	if out := mustRun(t, "doctor", "--data", p.data); !strings.Contains(out, "is up") {
		t.Errorf("doctor prints\n%s", out)
	}
	if code := p.stop(syscall.SIGTERM); code != exitOK {
		t.Errorf("exit code %d after SIGTERM, want %d", code, exitOK)
	}
}

// stop sends a signal and returns the exit code. An orderly stop takes no more
// than some seconds.
func (p *process) stop(signal os.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		p.t.Fatalf("still running 10 s after %s:\n%s", signal, p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// TestStopInTheMiddle stops `up` while it has much to do, again and again. That
// is no failure, and what was in hand is neither lost nor done twice.
func TestStopInTheMiddle(t *testing.T) {
	t.Parallel()
	p := &pipeline{process: startUp(t, t.TempDir(), "--stages", "none")}
	p.ingest(300)
	p.disconnect()
	p.stop(os.Interrupt)
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt, os.Kill} {
		p.process = startUp(t, p.data)
		before := p.outcome()
		p.waitFor("some work", 20*time.Second, func() bool { return p.outcome().Since(before).Published >= 10 })
		if published := p.outcome().Published; published >= 300 {
			t.Errorf("%d versions are published before %s: that is not the middle", published, signal)
		}
		p.disconnect()
		if signal == os.Kill {
			p.kill()
		} else if code := p.stop(signal); code != exitOK {
			t.Errorf("exit code %d after %s, want %d\n%s", code, signal, exitOK, p.log)
		}
		if log := p.log.String(); strings.Contains(log, "WRN") || strings.Contains(log, "ERR") {
			t.Errorf("%s left\n%s", signal, log)
		}
	}
	p.process = startUp(t, p.data)
	p.allStored()
}

func TestSecondInterruptKills(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t, t.TempDir(), "", clickHousePassword)
	p := startPipeline(t, server.dsn())
	p.ingest(1)
	p.allStored()
	server.signal(syscall.SIGSTOP)
	p.nothingStored(1, "ClickHouse does not answer")
	p.disconnect()
	begin := time.Now()
	// The first one is an orderly stop, that waits for the batch in hand.
	p.waitForEnd(func() { _ = p.cmd.Process.Signal(os.Interrupt) })
	if state, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !state.Signaled() || state.Signal() != syscall.SIGINT {
		t.Errorf("ended with %s after %s, want killed by the second interrupt\n%s", p.cmd.ProcessState, time.Since(begin), p.log)
	}
}

// waitForEnd calls do now and then until the process has ended.
func (p *process) waitForEnd(do func()) {
	p.t.Helper()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	patience := time.After(20 * time.Second)
	for {
		do()
		select {
		case <-p.done:
			return
		case <-patience:
			p.t.Fatalf("still running:\n%s", p.log)
		case <-ticker.C:
		}
	}
}
