package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"careerstream/schemas/clickhouse"
)

// Store is a ClickHouse database. It is safe for concurrent use.
type Store struct {
	cfg    Config
	target clickhouse.Target
	http   bool
	log    *slog.Logger
	now    func() time.Time
	// conn works in our database, admin in none, so that it can create ours.
	conn, admin driver.Conn

	mu sync.Mutex
	// known says which of the optional settings the server has; nil until asked.
	known map[string]bool
	// types holds the column types of tables, so that an insert over HTTP
	// needs no DESCRIBE. Any failed insert empties it.
	types map[string]map[string]string
}

// Open checks the configuration and returns a store. It does not connect:
// a server that is down shows with the first call, and may come up later.
func Open(cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	opt, target, err := cfg.options()
	if err != nil {
		return nil, fmt.Errorf("configure clickhouse: %w", err)
	}
	s := &Store{
		cfg: cfg, target: target, http: opt.Protocol == ch.HTTP, log: cfg.Logger, now: time.Now,
		types: make(map[string]map[string]string),
	}
	if s.conn, err = ch.Open(opt); err != nil {
		return nil, fmt.Errorf("configure clickhouse: %w", err)
	}
	plain := *opt
	plain.Auth.Database = ""
	plain.MaxOpenConns, plain.MaxIdleConns = 2, 1
	if s.admin, err = ch.Open(&plain); err != nil {
		return nil, errors.Join(fmt.Errorf("configure clickhouse: %w", err), s.conn.Close())
	}
	return s, nil
}

// Close releases the connections.
func (s *Store) Close() error { return errors.Join(s.conn.Close(), s.admin.Close()) }

// Database is the name of the database, unquoted.
func (s *Store) Database() string { return s.target.Name }

// Table is the quoted full name of one of our tables or views, for use in SQL.
func (s *Store) Table(name string) string { return s.target.Table(name) }

// Ping asks the server whether it is there and lets us in.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	defer cancel()
	return s.explain("ask clickhouse", s.admin.Exec(ctx, "SELECT 1"))
}

// Exec runs one statement of ours without a result in our database.
func (s *Store) Exec(ctx context.Context, sql string, args ...any) error {
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	defer cancel()
	return s.explain("run statement", s.conn.Exec(ctx, sql, args...))
}

// deadline bounds ctx by limit unless it has a nearer deadline.
func (s *Store) deadline(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, limit)
}

func (s *Store) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, Classify(err))
}
