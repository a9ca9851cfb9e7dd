package app

import (
	"errors"
	"fmt"
	"log/slog"

	"careerstream/deploy/datadir"
)

// Config says which engines to use. Exactly one process at a time owns Data and
// the engines embedded in it; the others reach them through that process.
type Config struct {
	// Data is the directory of the embedded engines. It is not touched when
	// both NATS and ClickHouse are elsewhere.
	Data datadir.Dir
	// NATS is the URL of a server that runs elsewhere; "" embeds one.
	NATS string
	// Replicas of each stream on a NATS cluster: 1, 3 or 5.
	Replicas int
	// Sync is broker.SyncInterval or broker.SyncAlways, for the embedded server.
	Sync string
	// ClickHouse is the DSN of a server that runs elsewhere; "" embeds the engine.
	ClickHouse string
	// Database of our tables.
	Database string
	// Cluster makes replicated tables ON CLUSTER; "" for a single node.
	Cluster string

	// Share makes embedded engines reachable for other processes of this user
	// and announces them in the data directory.
	Share bool
	// NATSListen and ClickHouseListen are addresses on which shared engines
	// listen; "" picks a free port on loopback.
	NATSListen       string
	ClickHouseListen string
	// NATSToken that others log in with on NATSListen; "" makes one up at every
	// start, so that a client elsewhere cannot come back after a restart.
	NATSToken string
	// ClickHousePassword of users careerstream (all) and reader (read only) on
	// ClickHouseListen; "" makes one up.
	ClickHousePassword string

	// Logger for everything that runs.
	Logger *slog.Logger
	// Progress, if not nil, hears of the engine's download: bytes so far and in
	// all (0: unknown).
	Progress func(done, total int64)
}

func (c Config) check() error {
	var problems []error
	if c.Data == "" && (c.NATS == "" || c.ClickHouse == "") {
		problems = append(problems, errors.New("no data directory; name one with --data DIR"))
	}
	if c.Database == "" {
		problems = append(problems, errors.New("no database; name one with --database"))
	}
	if c.Replicas != 1 && c.Replicas != 3 && c.Replicas != 5 {
		problems = append(problems, fmt.Errorf("%d replicas; --replicas takes 1, 3 or 5", c.Replicas))
	}
	if c.Logger == nil {
		problems = append(problems, errors.New("no logger"))
	}
	return errors.Join(problems...)
}
