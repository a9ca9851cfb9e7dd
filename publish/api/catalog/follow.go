package catalog

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"careerstream/publish/sink"
)

// patience is how long the catalog waits for a message that should be there
// before it asks whether it was deleted.
const patience = time.Second

// Follow feeds the catalog with the stream of published versions from its first
// message on, through every outage, until ctx ends. It is called once. Messages
// that cannot be read are left out with a warning. When the stream was made anew,
// the catalog starts anew.
func (c *Catalog) Follow(ctx context.Context, log sink.Log, logger *slog.Logger) {
	failures := 0
	for ctx.Err() == nil {
		before := c.Stats().Position
		err := c.follow(ctx, log, logger)
		if ctx.Err() != nil {
			return
		}
		if c.Stats().Position > before {
			failures = 0
		}
		if failures++; failures == 1 {
			logger.Warn("cannot read the published versions; the read API serves what it has", "err", err)
		}
		timer := time.NewTimer(min(time.Duration(failures)*100*time.Millisecond, 2*time.Second))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (c *Catalog) follow(ctx context.Context, log sink.Log, logger *slog.Logger) (err error) {
	info, err := log.Info(ctx)
	if err != nil {
		return err
	}
	c.begin(info)
	reader, err := log.Tail(ctx, c.Stats().Position+1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for caughtUp := false; ; {
		if !caughtUp && c.Stats().Position >= info.Last {
			caughtUp = true
			c.caughtUp()
		}
		raw, err := next(ctx, reader, caughtUp)
		if errors.Is(err, errSilent) {
			// What is missing at the end was deleted, or is late.
			if caughtUp, err = sink.Deleted(ctx, log, c.Stats().Position+1, info.Last); err != nil {
				return err
			}
			if caughtUp {
				c.caughtUp()
			}
			continue
		}
		if err != nil {
			return err
		}
		v, p, err := Read(raw)
		if err != nil {
			logger.Warn("a published version cannot be read; the read API leaves it out", "stream", log.Name(), "seq", raw.Seq, "err", err)
		}
		if err := c.apply(raw.Seq, v, p); err != nil {
			return err
		}
		if v != nil && c.cfg.Observer != nil {
			c.cfg.Observer.Applied(v, p.Record)
		}
	}
}

// errSilent says that no message came.
var errSilent = errors.New("no message")

// next waits for a message, without end only for one that need not come.
func next(ctx context.Context, reader sink.Reader, caughtUp bool) (sink.Raw, error) {
	if caughtUp {
		return reader.Next(ctx)
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	raw, err := reader.Next(waiting)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return raw, errSilent
	}
	return raw, err
}

// begin makes sure that the catalog is of this stream.
func (c *Catalog) begin(info sink.LogInfo) {
	c.mu.Lock()
	foreign := c.incarnation != info.Incarnation && c.incarnation != ""
	if foreign {
		c.clear()
	}
	c.incarnation = info.Incarnation
	c.mu.Unlock()
	if foreign && c.cfg.Observer != nil {
		c.cfg.Observer.Reset()
	}
}

// caughtUp notes that everything is in that was there at the start.
func (c *Catalog) caughtUp() {
	if c.Ready() {
		return
	}
	if c.cfg.Observer != nil {
		c.cfg.Observer.CaughtUp()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ready.Store(true)
	close(c.changed)
	c.changed = make(chan struct{})
}
