package chdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// openDir is the data directory of the process's engine. The library itself
// keeps one engine a process, in its own globals; this only makes the refusal
// readable.
var openDir atomic.Pointer[string]

// Engine is a running ClickHouse. All methods are safe for concurrent use.
type Engine struct {
	cfg    Config
	log    *slog.Logger
	b      *binding
	args   []string // command line of every connection
	lock   *os.File
	facts  facts
	tags   string // prefix of this engine's log_comment tags
	tagSeq atomic.Uint64

	adminMu sync.Mutex // a connection runs one statement at a time
	admin   *session   // keeps the engine up; kills statements

	slots   chan struct{}
	waiting atomic.Int64

	baseCtx context.Context // parent of every request; ended first by Close
	stop    context.CancelFunc
	server  *http.Server
	pipes   *pipeListener
	serving sync.WaitGroup
	running sync.WaitGroup // requests that hold a connection of the engine

	mu        sync.Mutex
	closed    bool
	closeOnce sync.Once
	closeErr  error
}

// facts are read once at start.
type facts struct {
	version, timezone string
	settings          map[string]bool
	httpCompression   bool
}

// Open starts the engine on cfg.Dir. It returns *InUseError when another
// process holds the directory, and an error when this process already runs an
// engine on another one. The engine lives until Close; ctx bounds the start only.
func Open(ctx context.Context, cfg Config) (_ *Engine, err error) {
	cfg, err = cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open embedded clickhouse: %w", err)
	}
	if !openDir.CompareAndSwap(nil, &cfg.Dir) {
		if other := openDir.Load(); other != nil && *other != cfg.Dir {
			return nil, fmt.Errorf("open embedded clickhouse on %s: this process already runs one on %s, and a process can hold only one: close it first", cfg.Dir, *other)
		}
		return nil, &InUseError{Dir: cfg.Dir, PID: os.Getpid()}
	}
	started := time.Now()
	e := &Engine{cfg: cfg, log: cfg.Logger, slots: make(chan struct{}, cfg.MaxConcurrent)}
	defer func() {
		if err != nil {
			e.release()
		}
	}()
	if err := e.start(); err != nil {
		return nil, err
	}
	e.serve(context.WithoutCancel(ctx))
	e.log.Info("embedded clickhouse is up", "dir", cfg.Dir, "version", e.facts.version, "took", time.Since(started).Round(time.Millisecond))
	return e, nil
}

func (e *Engine) start() error {
	config, err := e.cfg.writeEngineConfig()
	if err != nil {
		return err
	}
	if e.lock, err = lockDir(e.cfg.Dir); err != nil {
		return err
	}
	if e.b, err = loadBinding(e.cfg.Library); err != nil {
		return fmt.Errorf("open embedded clickhouse: %w", err)
	}
	e.args = []string{"clickhouse", "--path=" + e.cfg.Dir, "--config-file=" + config}
	e.tags = fmt.Sprintf("careerstream-%d-%d", os.Getpid(), time.Now().UnixNano())
	admin, ok := e.b.open(e.args)
	if !ok {
		if pid, held := statusHolder(e.cfg.Dir); held {
			return &InUseError{Dir: e.cfg.Dir, PID: pid}
		}
		return fmt.Errorf("open embedded clickhouse on %s: the engine refused to start and wrote why to standard error; the directory may be damaged, not writable, or of a newer version", e.cfg.Dir)
	}
	e.admin = admin
	return e.readFacts()
}

func (e *Engine) readFacts() error {
	if _, err := e.admin.exec("CREATE DATABASE IF NOT EXISTS "+e.cfg.Database+" ENGINE = Atomic", "TSV"); err != nil {
		return fmt.Errorf("create database %s: %w", e.cfg.Database, err)
	}
	about, err := e.admin.exec("SELECT version(), timezone()", "TSVRaw")
	if err != nil {
		return fmt.Errorf("read engine version: %w", err)
	}
	e.facts.version, e.facts.timezone, _ = strings.Cut(strings.TrimSpace(about), "\t")
	names, err := e.admin.exec("SELECT name, value FROM system.settings", "TSVRaw")
	if err != nil {
		return fmt.Errorf("read engine settings: %w", err)
	}
	e.facts.settings = make(map[string]bool, 2048)
	for line := range strings.Lines(names) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		e.facts.settings[name] = true
		if name == "enable_http_compression" {
			e.facts.httpCompression = value == "1"
		}
	}
	return nil
}

// serve starts the one HTTP server behind both doors.
func (e *Engine) serve(ctx context.Context) {
	e.baseCtx, e.stop = context.WithCancel(ctx)
	e.pipes = newPipeListener()
	e.server = &http.Server{
		Handler:           e.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return e.baseCtx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if _, ok := c.(*pipeConn); ok {
				return context.WithValue(ctx, inProcess{}, true)
			}
			return ctx
		},
		ErrorLog: slog.NewLogLogger(e.log.Handler(), slog.LevelDebug),
	}
	e.serveOn(e.pipes)
}

func (e *Engine) serveOn(l net.Listener) {
	e.serving.Go(func() {
		if err := e.server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			e.log.Error("embedded clickhouse stopped listening", "address", l.Addr().String(), "error", err)
		}
	})
}

// inProcess marks requests that came through Dialer; they need no password.
type inProcess struct{}

// Version is the engine's version, as SELECT version() gives it.
func (e *Engine) Version() string { return e.facts.version }

// Database is the database of requests that name none.
func (e *Engine) Database() string { return e.cfg.Database }

// Dialer connects to the engine inside this process, with no port and no
// password, for clickhouse-go's Options.DialContext with Protocol HTTP; the
// address is not looked at. It fails once the engine is closed.
func (e *Engine) Dialer() func(ctx context.Context, addr string) (net.Conn, error) {
	return func(ctx context.Context, _ string) (net.Conn, error) { return e.pipes.dial(ctx) }
}

// Listen opens a port, such as "127.0.0.1:0", and returns its URL without
// credentials. Only loopback addresses are taken, because the protocol is
// plain HTTP, and only when Config.Password is set.
func (e *Engine) Listen(addr string) (string, error) {
	if e.cfg.Password == "" {
		return "", errors.New("listen for clickhouse clients: no password is set, and a port without one is open to every program on this machine: set one")
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("listen for clickhouse clients: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("listen for clickhouse clients on %q: only loopback addresses are served; run a ClickHouse server for clients elsewhere", addr)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return "", fmt.Errorf("listen for clickhouse clients: %w", net.ErrClosed)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("listen for clickhouse clients: %w; choose another address with --clickhouse-listen", err)
	}
	e.serveOn(l)
	return "http://" + l.Addr().String(), nil
}

// Close kills running statements, closes both doors and stops the engine. It
// waits StopGrace at most for statements to end; when some do not, the engine
// is left running for the process's exit to end, which loses nothing that was
// acknowledged, and an error says so. Later calls return the first one's result.
func (e *Engine) Close() error {
	e.closeOnce.Do(func() { e.closeErr = e.shut() })
	return e.closeErr
}

func (e *Engine) shut() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.stop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(e.baseCtx), e.cfg.StopGrace)
	defer cancel()
	err := e.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("stop embedded clickhouse server: %w", err), e.server.Close())
	}
	ended := make(chan struct{})
	go func() { e.running.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-ctx.Done():
		return errors.Join(err, fmt.Errorf("stop embedded clickhouse: statements still run %s after they were killed", e.cfg.StopGrace))
	}
	e.serving.Wait()
	e.release()
	e.log.Info("embedded clickhouse is down", "dir", e.cfg.Dir)
	return err
}

// release gives back what Open took.
func (e *Engine) release() {
	e.adminMu.Lock()
	defer e.adminMu.Unlock()
	if e.admin != nil {
		e.admin.close()
		e.admin = nil
	}
	if e.lock != nil {
		_ = e.lock.Close()
	}
	openDir.Store(nil)
}
