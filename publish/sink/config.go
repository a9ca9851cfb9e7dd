package sink

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"careerstream/publish/columns"
)

// Defaults of Config.
const (
	DefaultMaxRows  = 10_000
	DefaultMaxBytes = 8 << 20
	DefaultLinger   = 200 * time.Millisecond
	DefaultLeaseTTL = 5 * time.Second
	DefaultGrace    = 10 * time.Second
	DefaultMaxDelay = 3 * time.Second
	DefaultPatience = 5 * time.Second
	// DefaultMaxRejectedShare is one half.
	DefaultMaxRejectedShare = 0.5
)

// minGuarded is the smallest batch, in rows, that the share of rejected rows
// is judged on.
const minGuarded = 20

// Config of a sink.
type Config struct {
	// Name of the sink: the key of its manifest and the stage of its dead
	// letters. Lower-case letters, digits and "-".
	Name string
	// A batch ends at MaxRows messages, at MaxBytes bytes of messages (the one
	// that goes over is still in it) or Linger after its first message; up to four
	// times Linger where there is a backlog, and up to ten times, or 1.5 s, where
	// storing takes long.
	MaxRows  int
	MaxBytes int
	Linger   time.Duration
	// LeaseTTL is how long a silent owner keeps the sink. The owner writes a
	// heartbeat every fifth of it.
	LeaseTTL time.Duration
	// Wanted, when set, says whether this process should write, where several
	// share sinks. One that should not gives the lease back after the batch in
	// hand. It is asked often and from several goroutines.
	Wanted func() bool
	// Grace is how long a batch in hand may take after a stop.
	Grace time.Duration
	// MaxDelay caps the delay between tries while the store or the broker fails.
	MaxDelay time.Duration
	// Patience is how long a message that was read before may take to come again,
	// before it is looked up whether it was deleted.
	Patience time.Duration
	// MaxRejectedShare: when more than this share of a batch of 20 rows or more
	// is rejected by the server in the same way, the sink pauses instead of
	// dead-lettering them. 1 turns the guard off.
	MaxRejectedShare float64
	// Logger takes what happens; default none.
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	c.MaxRows = cmp.Or(c.MaxRows, DefaultMaxRows)
	c.MaxBytes = cmp.Or(c.MaxBytes, DefaultMaxBytes)
	c.Linger = cmp.Or(c.Linger, DefaultLinger)
	c.LeaseTTL = cmp.Or(c.LeaseTTL, DefaultLeaseTTL)
	c.Grace = cmp.Or(c.Grace, DefaultGrace)
	c.MaxDelay = cmp.Or(c.MaxDelay, DefaultMaxDelay)
	c.Patience = cmp.Or(c.Patience, DefaultPatience)
	c.MaxRejectedShare = cmp.Or(c.MaxRejectedShare, DefaultMaxRejectedShare)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wanted == nil {
		c.Wanted = func() bool { return true }
	}
	c.Logger = c.Logger.With("sink", c.Name)
	return c
}

var sinkName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

func (c Config) check() error {
	var errs []error
	if !sinkName.MatchString(c.Name) {
		errs = append(errs, fmt.Errorf("name %q: want lower-case letters, digits and -", c.Name))
	}
	if c.MaxRows < 1 || c.MaxRows > 1_000_000 {
		errs = append(errs, fmt.Errorf("%d rows a batch: want 1 to 1,000,000, which ClickHouse stores as a whole", c.MaxRows))
	}
	if c.MaxBytes < 1 || c.MaxBytes > 1<<30 {
		errs = append(errs, fmt.Errorf("%d bytes a batch: want 1 to 1 GiB", c.MaxBytes))
	}
	if c.Linger < 0 || c.Linger > time.Minute {
		errs = append(errs, fmt.Errorf("linger %v: want up to a minute", c.Linger))
	}
	if c.LeaseTTL < 20*time.Millisecond {
		errs = append(errs, fmt.Errorf("lease %v: want 20ms or more", c.LeaseTTL))
	}
	if c.Grace < 0 || c.MaxDelay <= 0 || c.Patience <= 0 {
		errs = append(errs, fmt.Errorf("grace %v, delay %v, patience %v: want positive", c.Grace, c.MaxDelay, c.Patience))
	}
	if c.MaxRejectedShare <= 0 || c.MaxRejectedShare > 1 {
		errs = append(errs, fmt.Errorf("rejected share %v: want over 0, up to 1", c.MaxRejectedShare))
	}
	return errors.Join(errs...)
}

// Store keeps rows. Errors are faults; fault.RowRejected blames some row of
// the block, of which then nothing is stored.
type Store interface {
	// Insert stores the block, all of it or nothing. A repeat with the same
	// token and block changes nothing, also after a restart of either side and
	// also while the first try is still under way.
	Insert(ctx context.Context, table, token string, block columns.Block) error
	// Stored returns the first and the last sequence that the ledger has of the
	// sink's stream, by incarnation of the stream. It sees every insert into
	// the ledger that was acknowledged before.
	Stored(ctx context.Context, sink, stream string) (map[string][2]uint64, error)
	// Holds reports whether a table has a row of a message. It sees every insert
	// that was acknowledged before.
	Holds(ctx context.Context, table, stream string, seq uint64) (bool, error)
	// HoldsAll reports whether a table has a row of every identity, from whichever
	// message. It sees every insert that was acknowledged before.
	HoldsAll(ctx context.Context, table, column string, ids [][16]byte) (bool, error)
}
