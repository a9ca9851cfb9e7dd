package chdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// play is what the test binary does as another process; it reports on standard output.
func play(role string) int {
	var err error
	switch role {
	case "fetch":
		err = playFetch()
	case "open":
		err = playOpen()
	case "write":
		err = playWrite()
	case "check":
		err = playCheck()
	case "close":
		err = playClose()
	}
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	return 0
}

// child starts the test binary in a role.
func child(t *testing.T, role string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), append(env, roleEnv+"="+role)...)
	cmd.Stderr = os.Stderr
	return cmd
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("child: %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func playFetch() error {
	var in struct {
		Cache string
		Rel   [6]string
		Sizes [2]int64
	}
	if err := json.Unmarshal([]byte(os.Getenv("CHDB_TEST_RELEASE")), &in); err != nil {
		return err
	}
	rel := release{name: in.Rel[0], spec: in.Rel[1], integrity: in.Rel[2], member: in.Rel[3], file: in.Rel[4], sha256: in.Rel[5], packed: in.Sizes[0], size: in.Sizes[1]}
	told := 0
	path, err := ensure(context.Background(), LibraryConfig{CacheDir: in.Cache, Progress: func(int64, int64) { told++ }}, rel)
	fmt.Println(path, told > 0)
	return err
}

func playOpen() error {
	e, err := openEngine(os.Getenv("CHDB_TEST_DIR"))
	var busy *InUseError
	if errors.As(err, &busy) {
		fmt.Println(busy.PID)
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(errors.New("the directory was not refused"), e.Close())
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	if got, want := output(t, child(t, "open", "CHDB_TEST_DIR="+suite.dir)), strconv.Itoa(os.Getpid()); got != want {
		t.Fatalf("holder is said to be %s, want %s", got, want)
	}
	if got := scalar[uint8](t, connect(t, suite.engine.Database(), nil), "SELECT 1"); got != 1 {
		t.Fatalf("the first process is harmed: %d", got)
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	t.Parallel()
	_, err := openEngine(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "only one") || !strings.Contains(err.Error(), suite.dir) {
		t.Fatalf("other directory: %v", err)
	}
	_, err = openEngine(suite.dir)
	var busy *InUseError
	if !errors.As(err, &busy) || busy.PID != os.Getpid() {
		t.Fatalf("same directory: %v", err)
	}
}

const batchRows = 500

// playWrite writes numbered batches with tokens until it is killed, starting
// with the one whose acknowledgement may have been lost.
func playWrite() error {
	e, err := openEngine(os.Getenv("CHDB_TEST_DIR"))
	if err != nil {
		return err
	}
	conn, err := clickhouse.Open(engineOptions(e, e.Database()))
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS t (batch UInt64, n UInt64) ENGINE = MergeTree ORDER BY (batch, n) SETTINGS non_replicated_deduplication_window = 10000"); err != nil {
		return err
	}
	first, err := strconv.ParseUint(os.Getenv("CHDB_TEST_BATCH"), 10, 64)
	if err != nil {
		return err
	}
	for batch := first; ; batch++ {
		ctx := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": fmt.Sprintf("batch-%d", batch)}))
		b, err := conn.PrepareBatch(ctx, "INSERT INTO t (batch, n)")
		if err != nil {
			return err
		}
		for n := range uint64(batchRows) {
			if err := b.Append(batch, n); err != nil {
				return err
			}
		}
		if err := b.Send(); err != nil {
			return err
		}
		fmt.Println(batch)
	}
}

func playCheck() (err error) {
	e, err := openEngine(os.Getenv("CHDB_TEST_DIR"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	conn, err := clickhouse.Open(engineOptions(e, e.Database()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var batches, wrong uint64
	if err := conn.QueryRow(context.Background(), "SELECT count(), countIf(c != ? OR u != ?) FROM (SELECT batch, count() AS c, uniqExact(n) AS u FROM t GROUP BY batch)", batchRows, batchRows).Scan(&batches, &wrong); err != nil {
		return err
	}
	fmt.Println(batches, wrong)
	return nil
}

func TestKilledWriterLosesNothing(t *testing.T) {
	t.Parallel()
	dir := "CHDB_TEST_DIR=" + filepath.Join(t.TempDir(), "data")
	acked := uint64(0)
	for kill := range 3 {
		cmd := child(t, "write", dir, fmt.Sprintf("CHDB_TEST_BATCH=%d", acked))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		seen := 0
		for lines.Scan() {
			n, err := strconv.ParseUint(lines.Text(), 10, 64)
			if err != nil {
				t.Fatalf("child says %q", lines.Text())
			}
			acked = n + 1
			if seen++; seen == 5+3*kill {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil || seen < 5 {
			t.Fatalf("writer ended by itself after %d batches: %v", seen, err)
		}
	}
	var batches, wrong uint64
	if _, err := fmt.Sscan(output(t, child(t, "check", dir)), &batches, &wrong); err != nil {
		t.Fatal(err)
	}
	// One batch more may have been stored without its acknowledgement.
	if wrong != 0 || batches < acked || batches > acked+1 {
		t.Fatalf("%d batches stored and %d of them not whole, %d acknowledged", batches, wrong, acked)
	}
}

// playClose closes an engine with a statement running and opens another.
func playClose() error {
	dir, err := os.MkdirTemp("", "chdb-close-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, name := range []string{"one", "two"} {
		e, err := openEngine(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		conn, err := clickhouse.Open(engineOptions(e, e.Database()))
		if err != nil {
			return err
		}
		ended := make(chan error, 1)
		go func() {
			ended <- conn.Exec(context.Background(), "SELECT max(sipHash64(number)) FROM numbers(100000000000) FORMAT Null")
		}()
		for running := uint64(0); running == 0; {
			if err := conn.QueryRow(context.Background(), "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'").Scan(&running); err != nil {
				return err
			}
		}
		started := time.Now()
		if err := e.Close(); err != nil {
			return err
		}
		took := time.Since(started)
		var ex *clickhouse.Exception
		if err := <-ended; !errors.As(err, &ex) || ex.Code != codeCancelled || took > 5*time.Second {
			return fmt.Errorf("close took %s, statement ended with %w", took, err)
		}
		if err := conn.Close(); err != nil {
			return err
		}
		if _, err := e.Dialer()(context.Background(), ""); err == nil {
			return errors.New("a closed engine still takes connections")
		}
		if _, err := os.Stat(filepath.Join(dir, name, "status")); err == nil {
			return errors.New("the engine did not stop in order")
		}
	}
	fmt.Println("closed")
	return nil
}

func TestCloseKillsAndReopens(t *testing.T) {
	t.Parallel()
	if got := output(t, child(t, "close")); got != "closed" {
		t.Fatal(got)
	}
}
