package sink

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"careerstream/schemas/fault"
)

// message is a message and what became of it in decoding: a row, or an error.
type message struct {
	// raw has its sequence alone once there is a row: the text of a batch takes
	// more memory than all else of it.
	raw Raw
	row any
	err error
}

// batch is a range of the stream with its messages in order. Ranges follow on
// one another without gaps, over deleted messages too.
type batch struct {
	first, last uint64
	messages    []message
	bytes       int
	// decoded counts the messages that went through the encoder.
	decoded int
}

// add takes a message, and decodes when many wait for it: what is decoded needs
// less memory. The last ones are left to decode.
func (b *batch) add(raw Raw, encoder Encoder) {
	b.last = raw.Seq
	b.messages = append(b.messages, message{raw: raw})
	b.bytes += len(raw.Body)
	if len(b.messages)-b.decoded == maxFresh {
		b.decode(encoder)
	}
}

// decode decodes the messages that were not yet, on all cores.
func (b *batch) decode(encoder Encoder) {
	var group errgroup.Group
	fresh := b.messages[b.decoded:]
	share := max(len(fresh)/runtime.GOMAXPROCS(0)+1, minShare)
	for part := range slices.Chunk(fresh, share) {
		group.Go(func() error {
			for i := range part {
				m := &part[i]
				if m.row, m.err = encoder.read(m.raw); m.err == nil {
					m.raw = Raw{Seq: m.raw.Seq}
				}
			}
			return nil
		})
	}
	_ = group.Wait() // the parts return no errors
	b.decoded = len(b.messages)
}

const (
	// minShare is the least number of messages that is worth a goroutine.
	minShare = 64
	// maxFresh is how many messages of a batch wait for their decoding at most.
	maxFresh = 1024
)

// collector cuts the stream into batches while the one before is stored. It
// holds at most one batch besides.
type collector struct {
	batches chan batch
	// err says why there are no more batches; it is set before batches closes.
	err  error
	stop context.CancelFunc
}

// collect reads from sequence from on until ctx ends; then it hands over what
// it has. The caller drains batches, or calls close.
func (s *Sink) collect(ctx context.Context, from uint64) (*collector, error) {
	reader, err := s.log.Tail(ctx, from)
	if err != nil {
		return nil, err
	}
	c := &collector{batches: make(chan batch)}
	abandoned, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	go func() {
		defer close(c.batches)
		c.err = errors.Join(s.feed(ctx, abandoned, reader, from, c.batches), reader.Close())
	}()
	return c, nil
}

// close waits until the reader is released; batches not taken are dropped.
func (c *collector) close() {
	c.stop()
	for range c.batches { //nolint:revive // drained on purpose
	}
}

func (s *Sink) feed(ctx, abandoned context.Context, reader Reader, from uint64, out chan<- batch) error {
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(abandoned, cancel)()
	for {
		b, err := s.cut(reading, reader, from)
		if len(b.messages) > 0 {
			from = b.last + 1
			select {
			case out <- b:
			case <-abandoned.Done():
				return nil
			}
		}
		if err != nil {
			if reading.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// cut reads and decodes one batch. With an error the batch holds what was read
// before it.
func (s *Sink) cut(ctx context.Context, reader Reader, from uint64) (b batch, err error) {
	b.first = from
	defer func() { b.decode(s.encoder) }()
	until, lingered, step := ctx, time.Duration(0), time.Duration(0)
	for len(b.messages) < s.cfg.MaxRows && b.bytes < s.cfg.MaxBytes {
		raw, err := s.next(until, reader, from)
		if err != nil {
			if ctx.Err() != nil || until.Err() == nil {
				return b, err
			}
			// The linger is over. A backlog is worth some more of it: every batch
			// has its price.
			if lingered += step; lingered >= maxLingers*s.cfg.Linger || !s.behind(b.last) {
				return b, nil
			}
			var cancel context.CancelFunc
			step = s.cfg.Linger
			until, cancel = context.WithTimeout(ctx, step)
			defer cancel()
			continue
		}
		b.add(raw, s.encoder)
		from = raw.Seq + 1
		if len(b.messages) == 1 {
			var cancel context.CancelFunc
			step = s.linger.now()
			until, cancel = context.WithTimeout(ctx, step)
			defer cancel()
		}
	}
	return b, nil
}

// behind reports whether the stream is known to have another batch after last.
func (s *Sink) behind(last uint64) bool {
	return s.board.read().Last > last+uint64(s.cfg.MaxRows)
}

func (s *Sink) next(ctx context.Context, reader Reader, from uint64) (Raw, error) {
	raw, err := reader.Next(ctx)
	if err == nil && raw.Seq < from {
		err = fault.New(fault.ForeignIncarnation, "stream %s went back to sequence %d, want %d or later", s.log.Name(), raw.Seq, from)
	}
	return raw, err
}

// reread reads and decodes exactly the messages of a pending range that still
// exist.
func (s *Sink) reread(ctx context.Context, p pending) (batch, error) {
	b := batch{first: p.First}
	err := s.again(ctx, p, func(raw Raw) { b.add(raw, s.encoder) })
	b.last = p.Last
	b.decode(s.encoder)
	return b, err
}

// again hands over the messages of a range that were read before and still exist.
func (s *Sink) again(ctx context.Context, p pending, hand func(Raw)) (err error) {
	reader, err := s.log.Tail(ctx, p.First)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for from := p.First; from <= p.Last; {
		wait, cancel := context.WithTimeout(ctx, s.cfg.Patience)
		raw, err := s.next(wait, reader, from)
		cancel()
		if err != nil {
			if wait.Err() == nil || ctx.Err() != nil {
				return err
			}
			deleted, err := Deleted(ctx, s.log, from, p.Last)
			if err != nil {
				return err
			}
			if !deleted {
				return fault.New(fault.BrokerUnavailable, "stream %s gives no message from %d on, which was read before", s.log.Name(), from)
			}
			break
		}
		if raw.Seq > p.Last {
			break
		}
		hand(raw)
		from = raw.Seq + 1
	}
	return nil
}

// token names an insert for ever.
func (b batch) token(stream, incarnation, table string) string {
	return fmt.Sprintf("%s:%s:%d-%d:%s", stream, incarnation, b.first, b.last, table)
}
