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
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"careerstream/schemas/fault"
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

// DefaultMinFree is the disk space that publications leave free, in bytes (64 MiB).
const DefaultMinFree = 64 << 20

// noLimit of the store replaces the server's default, three quarters of what is
// free at the start, which counts against what the streams hold already; MinFree
// looks after the disk.
const noLimit = 1 << 60

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
	// MaxStore bounds all streams together, in bytes; 0 takes what the disk has
	// beside MinFree.
	MaxStore int64
	// MinFree is the disk space kept free, in bytes: with less, publications fail
	// with fault.BrokerFull until there is more. Default DefaultMinFree.
	MinFree uint64
	// Logger takes the server's warnings and errors; default slog.Default().
	Logger *slog.Logger
}

// Embedded is a NATS server in this process.
type Embedded struct {
	opts   *server.Options
	server atomic.Pointer[server.Server]
	conn   *Conn
	log    *slog.Logger
	space  *space
	lock   *os.File
	// stop ends the healing of a server that ran out of disk space.
	stop    context.CancelFunc
	healing sync.WaitGroup
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
	e := &Embedded{opts: opts, log: cfg.Logger, lock: lock, space: newSpace(cfg.Dir, cmp.Or(cfg.MinFree, DefaultMinFree))}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.stop = stop
	if err := e.start(ctx, cfg); err != nil {
		e.Close()
		return nil, fmt.Errorf("start NATS in %s: %w", cfg.Dir, err)
	}
	e.healing.Go(func() { e.heal(life) })
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
		JetStream:  true, StoreDir: cfg.Dir, JetStreamMaxStore: cmp.Or(cfg.MaxStore, noLimit),
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

func (e *Embedded) start(ctx context.Context, cfg Config) error {
	if err := freePort(cfg.Listen); err != nil {
		return err
	}
	if err := e.serve(ctx); err != nil {
		return err
	}
	conn, err := open(ctx, ConnectConfig{Replicas: 1, Logger: cfg.Logger}, "", nats.InProcessServer(e), nats.Token(cfg.Token))
	if err != nil {
		return err
	}
	conn.guard = e.space.check
	e.conn = conn
	return nil
}

// freePort looks whether the address can be had: the server would try it for two
// minutes and say why in its log alone.
func freePort(address string) error {
	if address == "" {
		return nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --nats-listen", err)
	}
	return l.Close()
}

// serve starts a server and waits until its streams are there.
func (e *Embedded) serve(ctx context.Context) error {
	srv, err := server.NewServer(e.opts.Clone())
	if err != nil {
		return err
	}
	e.server.Store(srv)
	srv.SetLoggerV2(serverLog{e.log, e.space}, false, false, false)
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
	if addr, ok := srv.Addr().(*net.TCPAddr); ok {
		// A server that is started anew is found where it was.
		e.opts.Port = addr.Port
	}
	return nil
}

// heal starts the server anew once there is space again after a write failed;
// see space.
func (e *Embedded) heal(ctx context.Context) {
	tick := time.NewTicker(healEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.space.hit:
		case <-ctx.Done():
			return
		}
		e.log.Error("no disk space for the broker: publishing stops until there is", "dir", e.space.dir, "hint", fault.BrokerFull.Info().Hint)
		for healed := false; !healed; {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			healed = e.space.enough() && e.again(ctx)
		}
	}
}

// healEvery is the time between two looks for space.
const healEvery = 250 * time.Millisecond

func (e *Embedded) again(ctx context.Context) bool {
	old := e.server.Load()
	old.Shutdown()
	old.WaitForShutdown()
	if err := e.serve(ctx); err != nil {
		e.log.Error("start NATS anew", "dir", e.space.dir, "error", err)
		return false
	}
	e.space.healed()
	e.log.Info("there is disk space for the broker again", "dir", e.space.dir)
	return true
}

// InProcessConn implements nats.InProcessConnProvider with the server that runs
// now.
func (e *Embedded) InProcessConn() (net.Conn, error) { return e.server.Load().InProcessConn() }

// Conn is a connection within the process. Close of the server closes it.
func (e *Embedded) Conn() *Conn { return e.conn }

// URL is the address for other processes, with its token, or "" when the
// server does not listen. It is a secret.
func (e *Embedded) URL() string {
	addr := e.server.Load().Addr()
	if addr == nil {
		return ""
	}
	u := url.URL{Scheme: "nats", User: url.User(e.opts.Authorization), Host: addr.String()}
	return u.String()
}

// Close stops the server, waits until its files are written and closed, and
// leaves the directory free for the next. A second Close does nothing.
func (e *Embedded) Close() error {
	e.stop()
	e.healing.Wait()
	if e.conn != nil {
		e.conn.Close()
	}
	if srv := e.server.Load(); srv != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
	}
	if e.lock == nil {
		return nil
	}
	err := e.lock.Close()
	e.lock = nil
	return err
}
