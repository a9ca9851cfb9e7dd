package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"careerstream/schemas/clickhouse"
)

// Defaults of Config.
const (
	DefaultInsertTimeout = time.Minute
	DefaultQueryTimeout  = 5 * time.Minute
	DefaultMaxConns      = 8
)

// Config says which ClickHouse to use and how.
type Config struct {
	// DSN is clickhouse://user:password@host:9000, http://... or https://...,
	// with the client's options as query parameters
	// (https://github.com/ClickHouse/clickhouse-go#dsn). A database in its path
	// counts where Database is empty.
	DSN string
	// Dial, when set, opens the connections in place of the network: the way
	// to an engine in the same process. DSN may then be empty and means HTTP.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
	// Database of our tables; default clickhouse.DefaultDatabase.
	Database string
	// Cluster, when set, makes tables ON CLUSTER with Replicated engines.
	Cluster string
	// InsertTimeout bounds one insert; default DefaultInsertTimeout. It should
	// stay under the time after which a standby takes a sink over times ten or
	// so: a longer insert does no harm but delays the news of it.
	InsertTimeout time.Duration
	// QueryTimeout bounds a query whose context has no deadline; default
	// DefaultQueryTimeout.
	QueryTimeout time.Duration
	// MaxConns bounds the connections; default DefaultMaxConns.
	MaxConns int
	// Logger takes what happens; default none.
	Logger *slog.Logger
}

// embeddedDSN is the address behind Dial; the host is a name only.
const embeddedDSN = "http://embedded:80"

func (c Config) withDefaults() Config {
	if c.Dial != nil {
		c.DSN = cmp.Or(c.DSN, embeddedDSN)
	}
	c.InsertTimeout = cmp.Or(c.InsertTimeout, DefaultInsertTimeout)
	c.QueryTimeout = cmp.Or(c.QueryTimeout, DefaultQueryTimeout)
	c.MaxConns = cmp.Or(c.MaxConns, DefaultMaxConns)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// options checks the configuration and makes the client's from it.
func (c Config) options() (*ch.Options, clickhouse.Target, error) {
	var errs []error
	if c.DSN == "" {
		errs = append(errs, errors.New("no DSN: name a server, such as clickhouse://localhost:9000"))
	}
	if c.InsertTimeout < time.Second {
		errs = append(errs, fmt.Errorf("insert timeout %v: want a second or more", c.InsertTimeout))
	}
	if c.QueryTimeout < time.Second {
		errs = append(errs, fmt.Errorf("query timeout %v: want a second or more", c.QueryTimeout))
	}
	if c.MaxConns < 2 {
		errs = append(errs, fmt.Errorf("%d connections: want 2 or more", c.MaxConns))
	}
	opt := &ch.Options{}
	if c.DSN != "" {
		scheme, _, ok := strings.Cut(c.DSN, "://")
		if !ok || (scheme != "clickhouse" && scheme != "tcp" && scheme != "http" && scheme != "https") {
			errs = append(errs, errors.New("DSN: want clickhouse://, http:// or https:// and a host"))
		} else if parsed, err := ch.ParseDSN(secured(scheme, c.DSN)); err != nil {
			errs = append(errs, fmt.Errorf("DSN: %w", err))
		} else {
			opt = parsed
		}
	}
	inDSN := opt.Auth.Database
	if inDSN == "default" {
		inDSN = ""
	}
	target := clickhouse.Target{Name: cmp.Or(c.Database, inDSN, clickhouse.DefaultDatabase), Cluster: c.Cluster}
	errs = append(errs, target.Check())
	opt.Auth.Database = target.Name
	opt.MaxOpenConns = c.MaxConns
	opt.MaxIdleConns = c.MaxConns
	opt.DialTimeout = cmp.Or(opt.DialTimeout, 5*time.Second)
	if opt.ReadTimeout < c.InsertTimeout {
		opt.ReadTimeout = max(c.InsertTimeout, c.QueryTimeout)
	}
	if c.Dial != nil {
		opt.DialContext = c.Dial
	} else if opt.Compression == nil && opt.Protocol == ch.Native {
		opt.Compression = &ch.Compression{Method: ch.CompressionLZ4}
	}
	opt.ClientInfo.Products = append(opt.ClientInfo.Products, struct{ Name, Version string }{"careerstream", ""})
	return opt, target, errors.Join(errs...)
}

// secured adds what https means anyway, and the client wants said.
func secured(scheme, dsn string) string {
	switch {
	case scheme != "https" || strings.Contains(dsn, "secure="):
		return dsn
	case strings.Contains(dsn, "?"):
		return dsn + "&secure=true"
	}
	return dsn + "?secure=true"
}
