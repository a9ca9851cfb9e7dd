// Package chdbtest consumes a test binary and produces one embedded ClickHouse
// for all of its tests, with a database of its own for each.
//
//	func TestMain(m *testing.M) { chdbtest.Main(m) }
//
//	func TestX(t *testing.T) {
//		conn, err := clickhouse.Open(chdbtest.Database(t))
//		...
//	}
package chdbtest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"careerstream/deploy/chdb"
)

// shared is the test process's engine: the library allows one a process, and
// TestMain has no other way to hand it to tests.
var shared struct {
	once     sync.Once
	dir      string
	engine   *chdb.Engine
	err      error
	database atomic.Uint64
}

// Main runs the tests and exits. The engine is started by the first test that
// asks for a database and closed before the exit, so runs that need none do
// not pay for it. checks run after the engine is closed; an error from one
// fails the run (goleak.Find fits here).
func Main(m *testing.M, checks ...func() error) {
	os.Exit(Run(m, checks...)) //arch:allow it ends a test binary
}

// Run is Main without the exit: it returns the exit code.
func Run(m *testing.M, checks ...func() error) int {
	code := m.Run()
	for _, f := range append([]func() error{stop}, checks...) {
		if err := f(); err != nil {
			fmt.Fprintln(os.Stderr, "after the tests:", err)
			code = max(code, 1)
		}
	}
	return code
}

func stop() error {
	if shared.engine == nil {
		return nil
	}
	if err := shared.engine.Close(); err != nil {
		return fmt.Errorf("stop embedded clickhouse: %w", err)
	}
	return os.RemoveAll(shared.dir)
}

// Engine returns the test process's engine, started on a temporary directory.
// The first use on a machine downloads the library, which takes a minute.
func Engine(t testing.TB) *chdb.Engine {
	t.Helper()
	shared.once.Do(func() { shared.err = start() })
	if shared.err != nil {
		t.Fatalf("start embedded clickhouse: %v", shared.err)
	}
	return shared.engine
}

func start() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) //arch:allow the engine outlives the test that starts it
	defer cancel()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	library, err := chdb.EnsureLibrary(ctx, chdb.LibraryConfig{Logger: log})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "chdbtest-")
	if err != nil {
		return err
	}
	shared.dir = dir
	shared.engine, err = chdb.Open(ctx, chdb.Config{
		Dir: filepath.Join(dir, "data"), Library: library, Logger: log,
		Password: "writer-secret", ReaderPassword: "reader-secret",
	})
	return err
}

// Database makes an empty Atomic database for one test and drops it when the
// test ends. The options connect inside the process, with no port; they are
// the caller's to change before clickhouse.Open. The caller closes what it opens.
func Database(t testing.TB) *clickhouse.Options {
	t.Helper()
	engine := Engine(t)
	name := "test_" + strconv.FormatUint(shared.database.Add(1), 10)
	exec(t, engine, "CREATE DATABASE "+name+" ENGINE = Atomic")
	t.Cleanup(func() { exec(t, engine, "DROP DATABASE IF EXISTS "+name+" SYNC") })
	return Options(engine, name)
}

// Options connects clickhouse-go to an engine inside the process.
func Options(engine *chdb.Engine, database string) *clickhouse.Options {
	return &clickhouse.Options{
		Addr:        []string{"embedded:80"},
		Protocol:    clickhouse.HTTP,
		DialContext: engine.Dialer(),
		Auth:        clickhouse.Auth{Database: database},
	}
}

func exec(t testing.TB, engine *chdb.Engine, sql string) {
	t.Helper()
	conn, err := clickhouse.Open(Options(engine, engine.Database()))
	if err != nil {
		t.Fatalf("connect to embedded clickhouse: %v", err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Errorf("close connection: %v", err)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) //arch:allow a cleanup runs after the test's context has ended
	defer cancel()
	if err := conn.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
