package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"time"

	"careerstream/deploy/broker"
	"careerstream/deploy/chdb"
	"careerstream/deploy/datadir"
	"careerstream/publish/store"
)

// Need says which engines a command uses; the others are not started.
type Need struct {
	Broker, Store bool
	// Stages needs the broker, and what the stages need where this process has
	// to run them: where it embeds the broker.
	Stages bool
	// AsIs leaves the streams as they are; the owner brings them up to date
	// otherwise.
	AsIs bool
}

// Engines are the opened engines. What a command did not need is nil.
type Engines struct {
	Broker *broker.Conn
	Store  *store.Store
	// Owner says that this process owns the embedded engines, or that none is
	// embedded. Otherwise another process runs them, and the pipeline.
	Owner bool
	// Web is the address of the owner's health and metrics, or "".
	Web string

	lock     *datadir.Lock
	server   *broker.Embedded
	engine   *chdb.Engine
	endpoint datadir.Endpoint
	readers  string
}

// ReadersClickHouse is the DSN of the embedded ClickHouse for those who may only
// read, with their password; "" where this process shares none.
func (e *Engines) ReadersClickHouse() string { return e.readers }

// Open opens the engines: it reaches those of the process that owns the data
// directory, or owns it itself where nobody does. The owner brings
// streams up to date; tables are the pipeline's. The caller closes.
func Open(ctx context.Context, cfg Config, need Need) (_ *Engines, err error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	need.Broker = need.Broker || need.Stages
	e := &Engines{Owner: true}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	embedded := (need.Broker && cfg.NATS == "") || (need.Store && cfg.ClickHouse == "")
	if embedded {
		if err := e.claim(ctx, cfg.Data); err != nil {
			return nil, err
		}
	}
	if need.Broker {
		if err := e.openBroker(ctx, cfg); err != nil {
			return nil, err
		}
		if e.Owner && !need.AsIs {
			if err := e.applyStreams(ctx, cfg); err != nil {
				return nil, err
			}
		}
	}
	if need.Store || need.Stages && e.Embedded() {
		if err := e.openStore(ctx, cfg); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// claim finds the owner of the data directory or becomes it.
func (e *Engines) claim(ctx context.Context, dir datadir.Dir) error {
	endpoint, owned, err := dir.Endpoint(ctx)
	if err != nil {
		return err
	}
	if owned {
		e.Owner, e.endpoint, e.Web = false, endpoint, endpoint.Web
		return nil
	}
	e.lock, err = dir.Lock(ctx)
	return err
}

func (e *Engines) openBroker(ctx context.Context, cfg Config) (err error) {
	address, dir := cfg.NATS, ""
	var find func() string
	if address == "" && !e.Owner {
		if address = e.endpoint.NATS; address == "" {
			return fmt.Errorf("process %d owns %s but shares no broker; stop it or use another directory", e.endpoint.PID, cfg.Data)
		}
		dir, find = cfg.Data.NATS(), func() string { return ownersNATS(ctx, cfg.Data) }
	}
	if address != "" {
		e.Broker, err = broker.Connect(ctx, broker.ConnectConfig{URL: address, Dir: dir, Find: find, Replicas: cfg.Replicas, Logger: cfg.Logger})
		if err != nil {
			return err
		}
		e.endpoint.NATS = address
	} else {
		listen := cfg.NATSListen
		if cfg.Share {
			listen = cmp.Or(listen, "127.0.0.1:0")
		}
		e.server, err = broker.Start(ctx, broker.Config{Dir: cfg.Data.NATS(), Sync: cfg.Sync, Listen: listen, Token: cfg.NATSToken, Logger: cfg.Logger})
		if err != nil {
			return err
		}
		e.Broker = e.server.Conn()
	}
	return nil
}

// ownersNATS is the address of whoever owns the directory now: an owner that dies
// and is started again has another one. It is "" while there is none.
func ownersNATS(ctx context.Context, dir datadir.Dir) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	endpoint, _, err := dir.Endpoint(ctx)
	if err != nil {
		return ""
	}
	return endpoint.NATS
}

func (e *Engines) applyStreams(ctx context.Context, cfg Config) error {
	plan, err := e.Broker.Apply(ctx, broker.AllSpecs(), cfg.Replicas)
	if err != nil {
		return fmt.Errorf("set up streams: %w", err)
	}
	if changes := plan.Changes(); len(changes) > 0 {
		cfg.Logger.Debug("set up streams", "plan", changes.String())
	}
	return nil
}

func (e *Engines) openStore(ctx context.Context, cfg Config) error {
	config := store.Config{DSN: cfg.ClickHouse, Database: cfg.Database, Cluster: cfg.Cluster, Logger: cfg.Logger}
	switch {
	case cfg.ClickHouse != "":
		e.endpoint.ClickHouse = cfg.ClickHouse
	case !e.Owner:
		if config.DSN = e.endpoint.ClickHouse; config.DSN == "" {
			return fmt.Errorf("process %d owns %s but shares no ClickHouse; stop it or use another directory", e.endpoint.PID, cfg.Data)
		}
	default:
		if err := e.startEngine(ctx, cfg); err != nil {
			return err
		}
		config.Dial = e.engine.Dialer()
	}
	var err error
	if e.Store, err = store.Open(config); err != nil {
		return err
	}
	return nil
}

func (e *Engines) startEngine(ctx context.Context, cfg Config) error {
	library, err := chdb.EnsureLibrary(ctx, chdb.LibraryConfig{Logger: cfg.Logger, Progress: cfg.Progress})
	if err != nil {
		return err
	}
	// One that is made up for each user, so that whoever gets the reader's cannot
	// write.
	password, readers := cmp.Or(cfg.ClickHousePassword, rand.Text()), cmp.Or(cfg.ClickHousePassword, rand.Text())
	e.engine, err = chdb.Open(ctx, chdb.Config{
		Dir: cfg.Data.ClickHouse(), Library: library, Logger: cfg.Logger, Database: cfg.Database,
		Password: password, ReaderPassword: readers,
	})
	if err != nil {
		return err
	}
	if !cfg.Share {
		return nil
	}
	address, err := e.engine.Listen(cmp.Or(cfg.ClickHouseListen, "127.0.0.1:0"))
	if err != nil {
		return err
	}
	dsn, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("read address of embedded clickhouse: %w", err)
	}
	dsn.User = url.UserPassword(chdb.DefaultUser, password)
	e.endpoint.ClickHouse = dsn.String()
	dsn.User = url.UserPassword(chdb.DefaultReader, readers)
	e.readers = dsn.String()
	return nil
}

// Announce tells other processes of this user how to reach the engines that
// this one uses, its own or those elsewhere; web is the address of health and
// metrics.
func (e *Engines) Announce(web string) error {
	if e.lock == nil {
		return nil
	}
	e.endpoint.Started, e.endpoint.Web = time.Now().UTC(), web
	if e.server != nil {
		e.endpoint.NATS = e.server.URL()
	}
	return e.lock.Announce(e.endpoint)
}

// Endpoint is what Announce tells. It holds secrets.
func (e *Engines) Endpoint() datadir.Endpoint { return e.endpoint }

// Close closes everything that Open opened, in the reverse order.
func (e *Engines) Close() error {
	var problems []error
	if e.Store != nil {
		problems = append(problems, e.Store.Close())
	}
	if e.engine != nil {
		problems = append(problems, e.engine.Close())
	}
	switch {
	case e.server != nil:
		problems = append(problems, e.server.Close())
	case e.Broker != nil:
		e.Broker.Close()
	}
	if e.lock != nil {
		problems = append(problems, e.lock.Release())
	}
	return errors.Join(problems...)
}

// Embedded says that this process runs the broker, and so has to run the
// stages: nobody else does.
func (e *Engines) Embedded() bool { return e.server != nil }
