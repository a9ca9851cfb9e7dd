package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"careerstream/deploy/broker"
	"careerstream/publish/sink"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/outcome"
	"careerstream/schemas/stream"
)

// Forgotten counts what was erased, and proves that nothing is left.
type Forgotten struct {
	// Messages and Letters were erased from the streams of outcomes and of dead
	// letters.
	Messages int `json:"messages"`
	Letters  int `json:"letters"`
	// Rows were erased from tables, by name.
	Rows map[string]uint64 `json:"rows"`
	// Refreshed views were made anew.
	Refreshed []string `json:"refreshed"`
	// Left is what a second look at everything still found; it has to be 0.
	Left uint64 `json:"left"`
}

// Forget erases every outcome of a session from the streams, the tables and
// what is computed from them. Each step may be repeated, so that a call that
// died half way is completed by the next one. It needs running sinks: it waits
// until they are past what it has erased from the stream, or they might store
// later what they had read before.
func Forget(ctx context.Context, engines *Engines, session string) (Forgotten, error) {
	f := Forgotten{Rows: map[string]uint64{}, Refreshed: []string{}}
	if session == "" {
		return f, errors.New("no session: an empty one stands for outcomes without any")
	}
	look := finder(session)
	seqs, letters, err := look.streams(ctx, engines.Broker)
	if err != nil {
		return f, err
	}
	f.Messages, f.Letters = len(seqs), len(letters)
	for name, list := range map[string][]uint64{stream.Quiz: seqs, stream.Dead: letters} {
		if err := engines.Broker.Erase(ctx, name, list); err != nil {
			return f, fmt.Errorf("erased some of %d messages: %w; repeat the command", len(seqs)+len(letters), err)
		}
	}
	if err := passed(ctx, engines.Broker); err != nil {
		return f, err
	}
	for _, p := range clickhouse.PersonalTables() {
		if f.Rows[p.Table], err = countRows(ctx, engines.Store, p, session); err != nil {
			return f, err
		}
		if err := engines.Store.Erase(ctx, p.Table, p.Session, session); err != nil {
			return f, err
		}
	}
	if f.Rows[clickhouse.DeadLetterEvents], err = look.letterRows(ctx, engines.Store, true); err != nil {
		return f, err
	}
	if f.Refreshed, err = engines.Store.Refresh(ctx); err != nil {
		return f, err
	}
	f.Left, err = look.left(ctx, engines)
	return f, err
}

// left looks at everything again.
func (s finder) left(ctx context.Context, engines *Engines) (uint64, error) {
	seqs, letters, err := s.streams(ctx, engines.Broker)
	if err != nil {
		return 0, err
	}
	left := uint64(len(seqs) + len(letters))
	for _, p := range clickhouse.PersonalTables() {
		n, err := countRows(ctx, engines.Store, p, string(s))
		if err != nil {
			return 0, err
		}
		left += n
	}
	n, err := s.letterRows(ctx, engines.Store, false)
	return left + n, err
}

// finder finds a session's messages.
type finder string

// quoted is the session as it stands in a JSON text.
func (s finder) quoted() []byte {
	text, _ := json.Marshal(string(s)) // a string can always be encoded
	return text
}

// streams lists the sequences of the session's outcomes and of dead letters
// that hold one. What cannot be read as an outcome counts if the session stands
// in it.
func (s finder) streams(ctx context.Context, conn *broker.Conn) (seqs, letters []uint64, err error) {
	var reader outcome.Reader
	quoted := s.quoted()
	err = each(ctx, conn.Log(stream.Quiz), func(raw sink.Raw) {
		row, err := reader.Read(raw.Header, raw.Body, raw.Stored)
		if (err == nil && row.Session == string(s)) || (err != nil && bytes.Contains(raw.Body, quoted)) {
			seqs = append(seqs, raw.Seq)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	err = each(ctx, conn.Log(stream.Dead), func(raw sink.Raw) {
		e, err := event.Decode(raw.Header, raw.Body)
		if err != nil {
			return
		}
		letter, err := event.Data[deadletter.Letter](event.Message{Stream: stream.Dead, Seq: raw.Seq, Event: e})
		if err == nil && letter.Stream == stream.Quiz && bytes.Contains(letter.Original, quoted) {
			letters = append(letters, raw.Seq)
		}
	})
	return seqs, letters, err
}

// letterRows counts the dead letters in the table that hold the session, and
// erases them.
func (s finder) letterRows(ctx context.Context, to *store.Store, erase bool) (uint64, error) {
	result, err := to.Query(ctx, "SELECT _seq FROM "+to.Table(clickhouse.DeadLetterEvents)+" WHERE stream = {stream:String} AND position(original, {session:String}) > 0",
		store.QueryOptions{Parameters: map[string]string{"stream": stream.Quiz, "session": string(s.quoted())}})
	if err != nil {
		return 0, err
	}
	seqs := make([]uint64, len(result.Rows))
	for i, row := range result.Rows {
		seqs[i] = row[0].(uint64)
	}
	if erase {
		err = to.EraseSequences(ctx, clickhouse.DeadLetterEvents, stream.Dead, seqs)
	}
	return uint64(len(seqs)), err
}

func countRows(ctx context.Context, from *store.Store, p clickhouse.Personal, session string) (uint64, error) {
	result, err := from.Query(ctx, "SELECT count() FROM "+from.Table(p.Table)+" WHERE `"+p.Session+"` = {session:String}",
		store.QueryOptions{Parameters: map[string]string{"session": session}})
	if err != nil {
		return 0, err
	}
	return result.Rows[0][0].(uint64), nil
}

// silence is how long a stream says nothing before it is asked whether the rest
// of its messages are deleted.
const silence = 200 * time.Millisecond

// each calls f for every message that is in the log when it is called.
func each(ctx context.Context, log sink.Log, f func(sink.Raw)) (err error) {
	info, err := log.Info(ctx)
	if err != nil || info.Last < max(info.First, 1) {
		return err
	}
	reader, err := log.Tail(ctx, info.First)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for next := info.First; next <= info.Last; {
		wait, cancel := context.WithTimeout(ctx, silence)
		raw, err := reader.Next(wait)
		cancel()
		if err != nil {
			if ctx.Err() != nil || wait.Err() == nil {
				return err
			}
			if gone, err := sink.Deleted(ctx, log, next, info.Last); err != nil || gone {
				return err
			}
			continue
		}
		if raw.Seq > info.Last {
			return nil
		}
		f(raw)
		next = raw.Seq + 1
	}
	return nil
}

// passed waits until the sinks of outcomes and letters have stored what is in
// the streams now.
func passed(ctx context.Context, conn *broker.Conn) error {
	for _, s := range sinks() {
		if s.name != sink.LettersSink && !strings.HasPrefix(s.name, sink.OutcomesSinks) {
			continue
		}
		info, err := s.log(conn).Info(ctx)
		if err != nil {
			return err
		}
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for {
			value, _, err := conn.Marks().Load(ctx, s.name)
			if err != nil {
				return err
			}
			settled, err := sink.Settled(value, info.Incarnation)
			if err != nil {
				return fmt.Errorf("look at sink %s: %w", s.name, err)
			}
			if settled >= info.Last {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("wait for sink %s to store up to %d: %w; is careerstream up?", s.name, info.Last, context.Cause(ctx))
			case <-ticker.C:
			}
		}
	}
	return nil
}
