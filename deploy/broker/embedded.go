package broker

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Values of Config.Sync.
const (
	// SyncInterval syncs to disk every 250 ms: a killed process loses nothing, a
	// power cut at most the last quarter of a second.
	SyncInterval = "250ms"
	// SyncAlways syncs every write before it is acknowledged.
	SyncAlways = "always"
)

// DefaultMaxPayload is the largest message of the embedded server, in bytes (8 MiB).
const DefaultMaxPayload = 8 << 20

// readyTimeout bounds the start; recovery of large streams is a part of it.
const readyTimeout = 2 * time.Minute

// Config of the server in this process.
type Config struct {
	// Dir holds the streams; it is made when missing. One process at a time.
	Dir string
	// Sync is SyncInterval (default) or SyncAlways.
	Sync string
	// Listen is the address for other processes ("127.0.0.1:0" picks a port);
	// "" opens no port.
	Listen string
	// Token that other processes log in with; a random one when "" and Listen is set.
	Token string
	// MaxPayload in bytes of one message; default DefaultMaxPayload.
	MaxPayload int
	// MaxStore bounds all streams together, in bytes; 0 takes what the disk has.
	MaxStore int64
	// Logger takes the server's warnings and errors; default slog.Default().
	Logger *slog.Logger
}

// Embedded is a NATS server in this process.
type Embedded struct {
	server *server.Server
	conn   *Conn
	token  string
	listen bool
	lock   *os.File
}

// Start starts a server on cfg.Dir and connects to it without a port. It
// returns when every stream is recovered. It fails when the directory cannot be
// used, or is used by another process. ctx bounds the start only.
func Start(ctx context.Context, cfg Config) (*Embedded, error) {
	cfg.Sync = cmp.Or(cfg.Sync, SyncInterval)
	cfg.MaxPayload = cmp.Or(cfg.MaxPayload, DefaultMaxPayload)
	cfg.Logger = cmp.Or(cfg.Logger, slog.Default())
	if cfg.Listen != "" && cfg.Token == "" {
		cfg.Token = rand.Text()
	}
	opts, err := serverOptions(cfg)
	if err != nil {
		return nil, err
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	e := &Embedded{token: cfg.Token, listen: cfg.Listen != "", lock: lock}
	if err := e.start(ctx, cfg, opts); err != nil {
		e.Close()
		return nil, fmt.Errorf("start NATS in %s: %w", cfg.Dir, err)
	}
	return e, nil
}

func serverOptions(cfg Config) (*server.Options, error) {
	var problems []error
	if cfg.Dir == "" {
		problems = append(problems, errors.New("broker directory is empty: name one"))
	}
	if cfg.Sync != SyncInterval && cfg.Sync != SyncAlways {
		problems = append(problems, fmt.Errorf("broker sync is %q: want %q or %q", cfg.Sync, SyncInterval, SyncAlways))
	}
	if cfg.MaxPayload < minPayload || cfg.MaxPayload > 64<<20 {
		problems = append(problems, fmt.Errorf("broker max payload is %d bytes: want %d to %d", cfg.MaxPayload, minPayload, 64<<20))
	}
	opts := &server.Options{
		ServerName: "careerstream",
		JetStream:  true, StoreDir: cfg.Dir, JetStreamMaxStore: cfg.MaxStore,
		SyncInterval: 250 * time.Millisecond, SyncAlways: cfg.Sync == SyncAlways,
		MaxPayload: int32(cfg.MaxPayload), Authorization: cfg.Token,
		DontListen: true, NoSigs: true, NoLog: true, DisableJetStreamBanner: true,
	}
	if cfg.Listen != "" {
		host, text, err := net.SplitHostPort(cfg.Listen)
		port, portErr := strconv.ParseUint(text, 10, 16)
		if err := errors.Join(err, portErr); err != nil {
			problems = append(problems, fmt.Errorf("broker listen address %q: want HOST:PORT: %w", cfg.Listen, err))
		}
		opts.DontListen, opts.Host, opts.Port = false, host, int(port)
		if port == 0 {
			opts.Port = server.RANDOM_PORT
		}
	}
	return opts, errors.Join(problems...)
}

// lockDir makes dir and takes its lock: two servers on one directory would
// destroy each other's streams, and nats-server does not look.
func lockDir(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make broker directory: %w; choose a directory that can be written", err)
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open broker lock: %w; choose a directory that can be written", err)
	}
	if err := flock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w; another process runs on this directory: stop it or use its address", path, err)
	}
	return f, nil
}

func (e *Embedded) start(ctx context.Context, cfg Config, opts *server.Options) error {
	srv, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	e.server = srv
	srv.SetLoggerV2(serverLog{cfg.Logger}, false, false, false)
	go srv.Start()
	wait := readyTimeout
	if deadline, ok := ctx.Deadline(); ok {
		wait = time.Until(deadline)
	}
	if !srv.ReadyForConnections(wait) {
		return fmt.Errorf("not ready after %s; see the log for the reason", wait)
	}
	if !srv.JetStreamEnabled() {
		return errors.New("JetStream could not be started; see the log for the reason")
	}
	e.conn, err = open(ctx, ConnectConfig{Replicas: 1, Logger: cfg.Logger}, "", nats.InProcessServer(srv), nats.Token(cfg.Token))
	return err
}

// Conn is a connection within the process. Close of the server closes it.
func (e *Embedded) Conn() *Conn { return e.conn }

// URL is the address for other processes, with its token, or "" when the
// server does not listen. It is a secret.
func (e *Embedded) URL() string {
	if !e.listen {
		return ""
	}
	u := url.URL{Scheme: "nats", User: url.User(e.token), Host: e.server.Addr().String()}
	return u.String()
}

// Close stops the server, waits until its files are written and closed, and
// leaves the directory free for the next. A second Close does nothing.
func (e *Embedded) Close() error {
	if e.conn != nil {
		e.conn.Close()
	}
	if e.server != nil {
		e.server.Shutdown()
		e.server.WaitForShutdown()
	}
	if e.lock == nil {
		return nil
	}
	err := e.lock.Close()
	e.lock = nil
	return err
}
