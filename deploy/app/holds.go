package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"careerstream/deploy/broker"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// Hold is the last state of a career's holds, with its place in the stream.
type Hold struct {
	career.Held
	// Seq is its sequence in stream HELD.
	Seq uint64
}

// Holds returns the last state of every career that was ever held, by slug, of
// those that changed from a sequence of stream HELD on. What cannot be read as one
// is left out.
func Holds(ctx context.Context, conn *broker.Conn, from uint64) (_ []Hold, err error) {
	log := conn.Log(stream.Held)
	info, err := log.Info(ctx)
	if err != nil {
		return nil, err
	}
	if from = max(from, info.First); info.Last < from {
		return nil, nil
	}
	reader, err := log.Tail(ctx, from)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	latest := map[string]Hold{}
	for at := uint64(0); at < info.Last; {
		raw, err := reader.Next(ctx)
		if err != nil {
			return nil, fmt.Errorf("read held records: %w", err)
		}
		at = raw.Seq
		m := event.Message{Stream: stream.Held, Seq: raw.Seq}
		if m.Event, err = event.Decode(raw.Header, raw.Body); err != nil {
			continue
		}
		if held, err := event.Data[career.Held](m); err == nil && held.Slug != "" {
			latest[held.Slug] = Hold{held, raw.Seq}
		}
	}
	holds := make([]Hold, 0, len(latest))
	for _, hold := range latest {
		holds = append(holds, hold)
	}
	slices.SortFunc(holds, func(a, b Hold) int { return cmp.Compare(a.Slug, b.Slug) })
	return holds, nil
}

// Decide gives an open hold its new state, career.Released or career.Rejected, with
// a note. fault.Conflict tells that the hold has changed meanwhile.
func Decide(ctx context.Context, conn *broker.Conn, hold Hold, state, note string, at time.Time) error {
	held := hold.Held
	held.State, held.Note, held.At = state, note, at.UTC().Truncate(time.Millisecond)
	if state == career.Rejected {
		held.Record = nil
	}
	e, err := event.New("/careerstream/held", event.RecordHeld, held.Slug, held)
	if err != nil {
		return err
	}
	e.ID, e.Time = event.ID("held", state, held.Slug, fmt.Sprint(hold.Seq)), held.At
	_, _, err = conn.Publish(ctx, event.Out{Subject: subject.Held(held.Slug), Event: e, ExpectLast: &hold.Seq})
	return err
}
