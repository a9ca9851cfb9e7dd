package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"careerstream/deploy/broker"
	"careerstream/normalize"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// ReplayConfig says what to read again and how.
type ReplayConfig struct {
	// Parser reads the pages.
	Parser *normalize.Parser
	// Site bounds the replay to the pages of a host; "" takes all.
	Site string
	// DryRun publishes nothing.
	DryRun bool
	// Examples of each kind that the result holds at most.
	Examples int
	// Progress, if not nil, hears how many pages are done and how many there are.
	Progress func(done, total uint64)
}

// replayKey in bucket stream.Marks holds the number of the last replay.
const replayKey = "replay"

// Replay reads the last snapshot of every page again and compares what comes out
// with each career's last normalized record. Unless it is a dry run, it publishes
// those that differ, and the pipeline takes them on. It holds one page at a time,
// and some hundred bytes of each career besides.
//
// A repeat changes nothing, and neither is anything lost when it is broken off: the
// next one goes on. Errors are those of the broker, and of ctx; a page that cannot
// be read is part of the result.
func Replay(ctx context.Context, conn *broker.Conn, cfg ReplayConfig) (Blast, error) {
	bodies, err := conn.Bodies()
	if err != nil {
		return Blast{}, err
	}
	defer bodies.Close()
	r := &replayer{
		cfg: cfg, conn: conn, handler: normalize.NewHandler(cfg.Parser, bodies, conn),
		number: math.MaxUint64, tally: newTally(cfg.Examples), // a dry run stands after every replay there was
	}
	if !cfg.DryRun {
		if r.number, err = nextReplay(ctx, conn); err != nil {
			return Blast{}, err
		}
	}
	if err := r.index(ctx); err != nil {
		return Blast{}, endedBy(ctx, err)
	}
	pattern, done := subject.AllPages, uint64(0)
	if cfg.Site != "" {
		pattern = subject.PagesOf(cfg.Site)
	}
	err = conn.Latest(ctx, stream.Pages, pattern, func(raw sink.Raw, left uint64) error {
		if err := r.page(ctx, raw); err != nil {
			return fmt.Errorf("replay page %s %d: %w", stream.Pages, raw.Seq, err)
		}
		done++
		if cfg.Progress != nil {
			cfg.Progress(done, done+left)
		}
		return nil
	})
	if err != nil {
		return Blast{}, endedBy(ctx, err)
	}
	blast := r.tally.blast()
	blast.DryRun = cfg.DryRun
	if !cfg.DryRun {
		blast.Replay = r.number
	}
	return blast, nil
}

// endedBy makes the end of ctx the error, where that is what err comes from.
func endedBy(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// nextReplay takes a number above all before: the seconds since 1970, so that it
// stays so when the bucket is lost, or one more than the last. No two replays get
// the same.
func nextReplay(ctx context.Context, conn *broker.Conn) (uint64, error) {
	bucket := conn.Bucket(stream.Marks)
	for range attempts {
		value, revision, err := bucket.Get(ctx, replayKey)
		if err != nil {
			return 0, err
		}
		last := uint64(0)
		if value != nil {
			if last, err = strconv.ParseUint(string(value), 10, 64); err != nil {
				return 0, fmt.Errorf("read number of the last replay: %w", err)
			}
		}
		next := max(last+1, uint64(time.Now().Unix()))
		_, err = bucket.Put(ctx, replayKey, strconv.AppendUint(nil, next, 10), revision)
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, fault.Conflict) {
			return 0, err
		}
	}
	return 0, fault.New(fault.Conflict, "take a number for the replay: others take them all the time")
}

// attempts at what somebody else may have changed meanwhile.
const attempts = 5

type replayer struct {
	cfg     ReplayConfig
	conn    *broker.Conn
	handler *normalize.Handler
	number  uint64
	tally   *tally
	// readAs is the career that each page was read as last, by its address.
	readAs map[string]readAs
}

type readAs struct {
	slug  string
	basis career.Basis
}

// index learns which page each career's last record is of.
func (r *replayer) index(ctx context.Context) error {
	r.readAs = make(map[string]readAs)
	return r.conn.Latest(ctx, stream.Normalized, subject.AllNormalized, func(raw sink.Raw, _ uint64) error {
		m, err := messageOf(stream.Normalized, raw)
		if err != nil {
			return nil // a stray message
		}
		n, err := event.Data[struct {
			Record struct {
				Slug   string        `json:"slug"`
				Source career.Source `json:"source"`
			} `json:"record"`
			Basis career.Basis `json:"basis"`
		}](m)
		if err != nil {
			return nil
		}
		was, known := r.readAs[n.Record.Source.URL]
		if !known || was.basis.Before(n.Basis) {
			r.readAs[n.Record.Source.URL] = readAs{n.Record.Slug, n.Basis}
		}
		return nil
	})
}

func messageOf(stream string, raw sink.Raw) (event.Message, error) {
	m := event.Message{Stream: stream, Seq: raw.Seq, Subject: raw.Subject, Stored: raw.Stored}
	var err error
	m.Event, err = event.Decode(raw.Header, raw.Body)
	return m, err
}

// page replays one page. When somebody publishes the career meanwhile, it tries
// again on the new state.
func (r *replayer) page(ctx context.Context, raw sink.Raw) error {
	m, err := messageOf(stream.Pages, raw)
	if err != nil {
		r.tally.silent++
		return nil // a stray message
	}
	for range attempts {
		err = r.try(ctx, m)
		if !errors.Is(err, fault.Conflict) {
			return err
		}
	}
	return err
}

func (r *replayer) try(ctx context.Context, m event.Message) error {
	replayed, err := r.handler.Replay(ctx, m, r.number)
	if fault.ClassOf(err) == fault.Poison {
		r.tally.refuse(addressOf(m), r.readAs[addressOf(m)].slug, err)
		return nil
	}
	if err != nil {
		return err
	}
	if replayed.Record == nil {
		r.tally.silent++
		return nil
	}
	slug := replayed.Record.Slug
	earlier, again := r.tally.decided[slug]
	if replayed.Late || again && earlier.snapshot >= replayed.Basis.Snapshot {
		r.tally.superseded++
		return nil
	}
	if !r.cfg.DryRun {
		if err := r.conn.PublishAll(ctx, replayed.Outs); err != nil {
			return err
		}
	}
	before, seq := replayed.Before, replayed.BeforeSeq
	if again {
		// Another page of the same career came first: what counts is the record
		// from before the replay.
		if seq = earlier.seq; seq > 0 {
			if before, err = r.recordAt(ctx, seq); err != nil {
				return err
			}
		} else {
			before = nil
		}
		r.tally.forget(slug)
	}
	address := addressOf(m)
	return r.tally.decide(judged{
		address: address, was: r.readAs[address].slug, before: before, seq: seq, after: replayed.Record, snapshot: replayed.Basis.Snapshot,
	})
}

// recordAt reads a record that was the last one before the replay.
func (r *replayer) recordAt(ctx context.Context, seq uint64) (*career.Record, error) {
	raw, ok, err := r.conn.Get(ctx, stream.Normalized, seq)
	if err != nil || !ok {
		return nil, err
	}
	m, err := messageOf(stream.Normalized, raw)
	if err != nil {
		return nil, nil // a stray message counts as none
	}
	n, err := event.Data[career.Normalized](m)
	if err != nil {
		return nil, nil
	}
	return &n.Record, nil
}

// addressOf is the address of the page that a message is about.
func addressOf(m event.Message) string {
	if m.Event.Type == event.PageGone {
		g, _ := event.Data[page.Gone](m)
		return g.Last.URL
	}
	s, _ := event.Data[page.Snapshot](m)
	return s.URL
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
