package broker

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// requestTimeout bounds each request whose context has no deadline.
const requestTimeout = 5 * time.Second

// ConnectConfig of a connection to a server that runs elsewhere.
type ConnectConfig struct {
	// URL of the server, or several with commas between:
	// nats://HOST:PORT, tls://HOST:PORT, with USER:PASSWORD@ or TOKEN@ before the host.
	URL string
	// Find, when set, is asked for the URL at every new connection, in place of URL:
	// for a server whose address and token change with every start. "" leaves it as
	// it was. It must return soon.
	Find func() string
	// Credentials is the path of a .creds file, or "".
	Credentials string
	// TLS, when set, is used for the connection.
	TLS *tls.Config
	// Replicas of each stream: 1 (default), 3 or 5. With 1 the servers may lose
	// what one disk loses.
	Replicas int
	// Dir, when set, is the directory of an Embedded server in another process of
	// this machine: its disk is watched as that process does, see Config.MinFree.
	Dir string
	// Name of this client in the server's lists; default "careerstream".
	Name string
	// Logger of connection events; default slog.Default().
	Logger *slog.Logger
	// Clock stamps events; default time.Now.
	Clock func() time.Time
}

// Conn is a connection to JetStream. It reconnects for ever; meanwhile every
// call fails at once with fault.BrokerUnavailable, and nothing is buffered that
// could be sent later behind the caller's back. It is safe for concurrent use.
type Conn struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	log      *slog.Logger
	now      func() time.Time
	replicas int
	closed   chan struct{}
	// guard, when set, refuses what should not be written now.
	guard func() error

	// publishing serialises PublishOutcomes.
	publishing sync.Mutex

	mu      sync.Mutex
	streams map[string]jetstream.Stream
	fans    map[string]*fan
	changed chan struct{}
	lostAt  time.Time
	// online ends when the connection is lost; offline ends it.
	online  context.Context
	offline context.CancelFunc
}

var _ event.LastReader = (*Conn)(nil)

// Connect connects to the server at cfg.URL. The first connection must succeed;
// otherwise the error is a fault.BrokerUnavailable that says what to do.
func Connect(ctx context.Context, cfg ConnectConfig) (*Conn, error) {
	var problems []error
	if cfg.URL == "" {
		problems = append(problems, errors.New("NATS address is empty: give --nats URL"))
	}
	if r := cmp.Or(cfg.Replicas, 1); r != 1 && r != 3 && r != 5 {
		problems = append(problems, fmt.Errorf("replicas is %d: want 1, 3 or 5", r))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	var opts []nats.Option
	if cfg.Credentials != "" {
		opts = append(opts, nats.UserCredentials(cfg.Credentials))
	}
	if cfg.TLS != nil {
		opts = append(opts, nats.Secure(cfg.TLS))
	}
	address := cfg.URL
	if cfg.Find != nil {
		f, err := newFinder(cfg.URL, cfg.Find)
		if err != nil {
			return nil, err
		}
		address = f.address
		opts = append(opts, nats.SetCustomDialer(f), nats.TokenHandler(f.token))
	}
	c, err := open(ctx, cfg, address, opts...)
	if err == nil && cfg.Dir != "" {
		c.guard = newSpace(cfg.Dir, DefaultMinFree).check
	}
	return c, err
}

func open(ctx context.Context, cfg ConnectConfig, address string, opts ...nats.Option) (*Conn, error) {
	c := &Conn{
		log: cmp.Or(cfg.Logger, slog.Default()), replicas: cmp.Or(cfg.Replicas, 1), now: cfg.Clock,
		closed: make(chan struct{}), streams: make(map[string]jetstream.Stream), fans: make(map[string]*fan), changed: make(chan struct{}),
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.online, c.offline = context.WithCancel(context.WithoutCancel(ctx))
	timeout := requestTimeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline))
	}
	opts = append(opts,
		nats.Name(cmp.Or(cfg.Name, "careerstream")), nats.Timeout(timeout),
		nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(), nats.CustomReconnectDelay(reconnectDelay),
		// A publish that is sent after its caller gave up would come out of order.
		nats.ReconnectBufSize(-1),
		nats.PingInterval(20*time.Second), nats.MaxPingsOutstanding(2),
		nats.DisconnectErrHandler(c.onDisconnect), nats.ReconnectHandler(c.onReconnect),
		nats.ErrorHandler(c.onError), nats.ClosedHandler(func(*nats.Conn) { close(c.closed) }),
	)
	nc, err := nats.Connect(address, opts...)
	if err != nil {
		c.offline()
		return nil, fault.New(fault.BrokerUnavailable, "connect to %s: %w; start NATS or correct --nats", redact(address), err)
	}
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(requestTimeout))
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("open JetStream: %w", err)
	}
	c.nc, c.js = nc, js
	return c, nil
}

// reconnectDelay is 100 ms, doubled a try up to 5 s, and jittered so that many
// clients do not come back in one moment.
func reconnectDelay(attempts int) time.Duration {
	delay := min(100*time.Millisecond<<min(max(attempts-1, 0), 10), 5*time.Second)
	return delay/2 + rand.N(delay/2)
}

func (c *Conn) onDisconnect(nc *nats.Conn, err error) {
	if nc.IsClosed() {
		return
	}
	c.mu.Lock()
	c.lostAt = c.now()
	c.offline()
	c.change()
	c.mu.Unlock()
	c.log.Warn("connection to NATS lost; reconnecting", "error", err)
}

func (c *Conn) onReconnect(nc *nats.Conn) {
	c.mu.Lock()
	outage := c.now().Sub(c.lostAt)
	c.online, c.offline = context.WithCancel(context.WithoutCancel(c.online))
	c.change()
	// The server may be another one now: what was known of its streams is not.
	clear(c.streams)
	c.mu.Unlock()
	c.log.Info("connection to NATS is back", "server", nc.ConnectedUrlRedacted(), "after", outage.Round(time.Millisecond))
}

func (c *Conn) onError(_ *nats.Conn, sub *nats.Subscription, err error) {
	subject := ""
	if sub != nil {
		subject = sub.Subject
	}
	c.log.Warn("nats client", "error", err, "subject", subject)
}

// Close sends what is buffered, such as acknowledgements, and closes the
// connection. A second Close does nothing.
func (c *Conn) Close() {
	if c.nc.IsConnected() {
		// What cannot be flushed is redelivered, so a failure costs a repeat only.
		_ = c.nc.FlushTimeout(2 * time.Second)
	}
	c.nc.Close()
	<-c.closed
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offline()
}

// Connected says whether the connection stands.
func (c *Conn) Connected() bool { return c.nc.IsConnected() }

// Changed returns a channel that is closed when the connection is next lost or
// back.
func (c *Conn) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// change wakes who waits on Changed; the lock is held.
func (c *Conn) change() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Flush waits until the server has everything that was sent before.
func (c *Conn) Flush(ctx context.Context) error {
	return c.do(ctx, "flush", c.nc.FlushWithContext)
}

// MaxPayload is the server's limit of one message, in bytes.
func (c *Conn) MaxPayload() int { return int(c.nc.MaxPayload()) }

// Replicas that Apply gives each stream.
func (c *Conn) Replicas() int { return c.replicas }

// JetStream is the client's own interface, for what this package does not wrap.
func (c *Conn) JetStream() jetstream.JetStream { return c.js }

// send publishes msg to its stream.
func (c *Conn) send(ctx context.Context, msg *nats.Msg) (*jetstream.PubAck, error) {
	if c.guard != nil {
		if err := c.guard(); err != nil {
			return nil, fmt.Errorf("publish on %s: %w", msg.Subject, err)
		}
	}
	var ack *jetstream.PubAck
	err := c.do(ctx, "publish on "+msg.Subject, func(ctx context.Context) (err error) {
		ack, err = c.js.PublishMsg(ctx, msg)
		return err
	})
	return ack, err
}

// stream returns a handle, with one request for the first use of a name.
func (c *Conn) stream(ctx context.Context, name string) (jetstream.Stream, error) {
	c.mu.Lock()
	s, ok := c.streams[name]
	c.mu.Unlock()
	if ok {
		return s, nil
	}
	err := c.do(ctx, "open stream "+name, func(ctx context.Context) (err error) {
		s, err = c.js.Stream(ctx, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.streams[name] = s
	c.mu.Unlock()
	return s, nil
}

// do makes one request. It ends with requestTimeout, however much longer ctx is,
// and with the connection: the answer to a request that was sent over a lost
// connection never comes.
func (c *Conn) do(ctx context.Context, op string, request func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	c.mu.Lock()
	online := c.online
	c.mu.Unlock()
	defer context.AfterFunc(online, cancel)()
	err := request(bounded)
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		err = nats.ErrDisconnected
	}
	return brokerFault(op, err)
}

// redact takes the secrets out of a list of addresses; a token is a user name
// to url.URL, so its own Redacted would show it.
func redact(addresses string) string {
	list := strings.Split(addresses, ",")
	for i, address := range list {
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil {
			list[i] = "(address that cannot be read)"
			continue
		}
		u.User = nil
		list[i] = u.String()
	}
	return strings.Join(list, ",")
}
