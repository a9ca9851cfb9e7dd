package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"careerstream/deploy/broker"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
)

// Letter is a dead letter with its place in the stream.
type Letter struct {
	deadletter.Letter
	// At is its sequence in stream DEAD.
	At uint64
}

// identity is what two letters about the same message have in common.
type identity struct {
	stage, stream, origin string
	seq                   uint64
}

func (l Letter) identity() identity { return identity{l.Stage, l.Stream, l.Origin, l.Seq} }

// Letters returns the latest letter of every dead message, oldest first,
// without the originals. What cannot be read as a letter is left out.
func Letters(ctx context.Context, conn *broker.Conn) ([]Letter, error) {
	return LettersFrom(ctx, conn, 1)
}

// LettersFrom is Letters without those before a sequence of stream DEAD.
func LettersFrom(ctx context.Context, conn *broker.Conn, from uint64) ([]Letter, error) {
	latest := map[identity]Letter{}
	err := eachLetter(ctx, conn, from, func(l Letter) {
		l.Original, l.Header = nil, nil
		latest[l.identity()] = l
	})
	if err != nil {
		return nil, err
	}
	letters := make([]Letter, 0, len(latest))
	for _, l := range latest {
		letters = append(letters, l)
	}
	slices.SortFunc(letters, func(a, b Letter) int { return cmp.Compare(a.At, b.At) })
	return letters, nil
}

// eachLetter visits the letters that are in the stream when it is called, from
// a sequence on.
func eachLetter(ctx context.Context, conn *broker.Conn, from uint64, visit func(Letter)) (err error) {
	log := conn.Log(stream.Dead)
	info, err := log.Info(ctx)
	if err != nil {
		return err
	}
	from = max(from, info.First)
	if info.Last < from || info.Last < info.First {
		return nil
	}
	reader, err := log.Tail(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for at := uint64(0); at < info.Last; {
		raw, err := reader.Next(ctx)
		if err != nil {
			return fmt.Errorf("read dead letters: %w", err)
		}
		at = raw.Seq
		e, err := event.Decode(raw.Header, raw.Body)
		if err != nil {
			continue
		}
		letter, err := event.Data[deadletter.Letter](event.Message{Stream: stream.Dead, Seq: raw.Seq, Event: e})
		if err != nil {
			continue
		}
		visit(Letter{letter, at})
	}
	return nil
}

// Redriven counts what became of dead messages.
type Redriven struct {
	// Ordered messages were given to their stages again; Resolved of them were
	// processed, DeadAgain failed again.
	Ordered   int `json:"ordered"`
	Resolved  int `json:"resolved"`
	DeadAgain int `json:"dead_again"`
	// Ingest letters are about input that never became a message: only a new
	// ingest can help.
	Ingest int `json:"ingest"`
}

// Redrive orders the stages to process the open letters that keep wants, and
// waits for the answers until ctx ends; its cause is then in the error.
func Redrive(ctx context.Context, conn *broker.Conn, keep func(Letter) bool) (Redriven, error) {
	var summary Redriven
	letters, err := Letters(ctx, conn)
	if err != nil {
		return summary, err
	}
	waiting := map[identity]bool{}
	from := uint64(1)
	for _, l := range letters {
		from = max(from, l.At+1)
		switch {
		case l.State != deadletter.Open || !keep(l):
		case l.Stream == "":
			summary.Ingest++
		default:
			if err := conn.Redrive(ctx, l.At, l.Letter); err != nil {
				return summary, err
			}
			summary.Ordered++
			waiting[l.identity()] = true
		}
	}
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for len(waiting) > 0 {
		err := eachLetter(ctx, conn, from, func(l Letter) {
			from = l.At + 1
			if !waiting[l.identity()] {
				return
			}
			delete(waiting, l.identity())
			if l.State == deadletter.Resolved {
				summary.Resolved++
			} else {
				summary.DeadAgain++
			}
		})
		if err != nil && ctx.Err() == nil {
			return summary, err
		}
		select {
		case <-ctx.Done():
			return summary, fmt.Errorf("wait for %d redriven messages: %w", len(waiting), context.Cause(ctx))
		case <-ticker.C:
		}
	}
	return summary, nil
}
