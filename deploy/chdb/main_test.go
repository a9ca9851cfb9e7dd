package chdb

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"go.uber.org/goleak"
)

// roleEnv makes the test binary play another process.
const roleEnv = "CHDB_TEST_ROLE"

const (
	testPassword   = "writer-secret"
	readerPassword = "reader-secret"
)

// suite is the test process's engine, set before the first test and closed after the last.
var suite struct {
	engine *Engine
	dir    string
	url    string
	dbs    atomic.Uint64
}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		os.Exit(play(role))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	fail := func(what string, err error) int {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "chdb-")
	if err != nil {
		return fail("make directory", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	suite.dir = filepath.Join(dir, "it's a <dir>") // the engine's configuration must hold it
	if suite.engine, err = openEngine(suite.dir); err != nil {
		return fail("open engine", err)
	}
	if suite.url, err = suite.engine.Listen("127.0.0.1:0"); err != nil {
		return fail("listen", err)
	}
	code := m.Run()
	if err := suite.engine.Close(); err != nil {
		code = fail("close engine", err)
	}
	if err := goleak.Find(); err != nil {
		code = fail("goroutines", err)
	}
	return code
}

func openEngine(dir string) (*Engine, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	library, err := EnsureLibrary(ctx, LibraryConfig{Logger: log})
	if err != nil {
		return nil, err
	}
	return Open(ctx, Config{Dir: dir, Library: library, Logger: log, Password: testPassword, ReaderPassword: readerPassword})
}

// newDB makes a database for one test.
func newDB(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", suite.dbs.Add(1))
	conn := connect(t, suite.engine.Database(), nil)
	mustExec(t, conn, "CREATE DATABASE "+name+" ENGINE = Atomic")
	t.Cleanup(func() {
		if err := conn.Exec(context.Background(), "DROP DATABASE "+name+" SYNC"); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return name
}

// connect opens clickhouse-go through the in-process door; change adjusts the options.
func connect(t *testing.T, db string, change func(*clickhouse.Options)) driver.Conn {
	t.Helper()
	opts := engineOptions(suite.engine, db)
	if change != nil {
		change(opts)
	}
	conn, err := clickhouse.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Errorf("close connection: %v", err)
		}
	})
	return conn
}

func engineOptions(e *Engine, db string) *clickhouse.Options {
	return &clickhouse.Options{
		Addr: []string{"embedded:80"}, Protocol: clickhouse.HTTP, DialContext: e.Dialer(),
		Auth: clickhouse.Auth{Database: db},
	}
}

func mustExec(t *testing.T, conn driver.Conn, sql string, args ...any) {
	t.Helper()
	if err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func scalar[T any](t *testing.T, conn driver.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: not within 10 s", what)
		case <-tick.C:
		}
	}
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}
