package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// TestImportWaitsForTheBroker kills the process that holds the broker under an
// import, which goes on when there is one again.
func TestImportWaitsForTheBroker(t *testing.T) {
	t.Parallel()
	data, lines := t.TempDir(), filepath.Join(t.TempDir(), "outcomes")
	if err := syscall.Mkfifo(lines, 0o600); err != nil {
		t.Fatal(err)
	}
	up := startUp(t, data)
	importing := launch(t, data, "quiz", "import", lines, "--data", data, "--json")
	pipe, err := os.OpenFile(lines, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	send := func(from, to int) error {
		for i := from; i < to; i++ {
			if _, err := fmt.Fprintln(pipe, outcomeText(i, "s")); err != nil {
				return fmt.Errorf("line %d: %w", i, err)
			}
		}
		return nil
	}
	// More than one batch, so that some are stored before.
	if err := send(1, 3000); err != nil {
		t.Fatal(err)
	}
	up.stored("SELECT count() >= 1000 FROM quiz_outcomes FINAL", 1)
	up.kill()
	var sending errgroup.Group
	sending.Go(func() error { return errors.Join(send(3000, 6000), pipe.Close()) })
	importing.waitFor("the import to wait", time.Minute, func() bool {
		return strings.Contains(importing.log.String(), "waiting for the broker")
	})
	up = startUp(t, data)
	if err := sending.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, importing.log)
	}
	select {
	case <-importing.done:
	case <-time.After(2 * time.Minute):
		t.Fatalf("the import does not end:\n%s", importing.log)
	}
	if code := importing.cmd.ProcessState.ExitCode(); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, importing.log)
	}
	up.stored("SELECT count() FROM quiz_outcomes FINAL", 5999)
	mustRun(t, "reconcile", "--data", data)
}
