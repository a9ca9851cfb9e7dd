package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"careerstream/deploy/broker"
	webpages "careerstream/publish/pages"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// pagesState is the last message of each identity in a stream, brought up to date when
// it is asked for.
type pagesState[K comparable, V any] struct {
	conn   *broker.Conn
	stream string
	// read makes an item of a message; ok is false for one that is none.
	read func(seq uint64, m event.Message) (key K, item V, ok bool)

	mu          sync.Mutex
	incarnation string
	at          uint64
	items       map[K]V
}

// pagesSilence is how long a message is waited for that may have been deleted.
const pagesSilence = 500 * time.Millisecond

// each visits every item in no order, after all that is in the stream now was read.
func (s *pagesState[K, V]) each(ctx context.Context, visit func(V)) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.conn.Log(s.stream)
	info, err := log.Info(ctx)
	if err != nil {
		return err
	}
	if s.incarnation != info.Incarnation {
		s.incarnation, s.at, s.items = info.Incarnation, 0, map[K]V{}
	}
	if s.at < info.Last && info.First <= info.Last {
		if err := s.catchUp(ctx, log, info.Last); err != nil {
			return err
		}
	}
	for _, item := range s.items {
		visit(item)
	}
	return nil
}

func (s *pagesState[K, V]) catchUp(ctx context.Context, log sink.Log, last uint64) (err error) {
	reader, err := log.Tail(ctx, s.at+1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for s.at < last {
		waiting, cancel := context.WithTimeout(ctx, pagesSilence)
		raw, err := reader.Next(waiting)
		cancel()
		if err != nil && waiting.Err() != nil && ctx.Err() == nil {
			gone, err := sink.Deleted(ctx, log, s.at+1, last)
			if err != nil {
				return err
			}
			if gone {
				s.at = last
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("read stream %s: %w", s.stream, err)
		}
		s.at = raw.Seq
		m := event.Message{Stream: s.stream, Seq: raw.Seq, Subject: raw.Subject, Stored: raw.Stored}
		if m.Event, err = event.Decode(raw.Header, raw.Body); err != nil {
			continue
		}
		if key, item, ok := s.read(raw.Seq, m); ok {
			s.items[key] = item
		}
	}
	return nil
}

type pagesHolds struct {
	conn  *broker.Conn
	state *pagesState[string, career.Held]
}

var _ webpages.Holds = pagesHolds{}

func newPagesHolds(conn *broker.Conn) pagesHolds {
	return pagesHolds{conn, &pagesState[string, career.Held]{conn: conn, stream: stream.Held, read: func(_ uint64, m event.Message) (string, career.Held, bool) {
		held, err := event.Data[career.Held](m)
		held.Record = nil // a list needs none
		return held.Slug, held, err == nil && held.Slug != ""
	}}}
}

// List implements pages.Holds.
func (h pagesHolds) List(ctx context.Context) ([]career.Held, error) {
	var list []career.Held
	err := h.state.each(ctx, func(held career.Held) { list = append(list, held) })
	return list, err
}

// Get implements pages.Holds.
func (h pagesHolds) Get(ctx context.Context, slug string) (career.Held, bool, error) {
	held, _, ok, err := h.last(ctx, slug)
	return held, ok, err
}

func (h pagesHolds) last(ctx context.Context, slug string) (held career.Held, seq uint64, ok bool, err error) {
	m, ok, err := h.conn.Last(ctx, subject.Held(slug))
	if err != nil || !ok || m.Event.Type != event.RecordHeld {
		return held, 0, false, err
	}
	held, err = event.Data[career.Held](m)
	return held, m.Seq, err == nil && held.Slug == slug, err
}

// Decide implements pages.Holds.
func (h pagesHolds) Decide(ctx context.Context, d webpages.Decision) error {
	held, seq, ok, err := h.last(ctx, d.Slug)
	if err != nil {
		return err
	}
	if !ok || held.State != career.HeldBack || held.ContentSHA256 != d.ContentSHA256 || held.Basis.Snapshot != d.Snapshot ||
		d.State == career.Released && held.Record == nil {
		return webpages.ErrDecided
	}
	err = Decide(ctx, h.conn, Hold{held, seq}, d.State, d.Note, time.Now())
	if errors.Is(err, fault.Conflict) {
		return webpages.ErrDecided
	}
	return err
}

type pagesLetters struct {
	conn  *broker.Conn
	state *pagesState[identity, Letter]
}

var _ webpages.Letters = pagesLetters{}

func newPagesLetters(conn *broker.Conn) pagesLetters {
	return pagesLetters{conn, &pagesState[identity, Letter]{conn: conn, stream: stream.Dead, read: func(seq uint64, m event.Message) (identity, Letter, bool) {
		letter, err := event.Data[deadletter.Letter](m)
		letter.Original, letter.Header = nil, nil // a list needs none
		l := Letter{letter, seq}
		return l.identity(), l, err == nil
	}}}
}

// List implements pages.Letters.
func (l pagesLetters) List(ctx context.Context) ([]webpages.Letter, error) {
	var list []webpages.Letter
	err := l.state.each(ctx, func(letter Letter) { list = append(list, webpages.Letter(letter)) })
	slices.SortFunc(list, func(a, b webpages.Letter) int { return cmp.Compare(a.At, b.At) })
	return list, err
}

// Get implements pages.Letters.
func (l pagesLetters) Get(ctx context.Context, at uint64) (webpages.Letter, bool, error) {
	letter, ok, err := l.conn.Letter(ctx, stream.Dead, at)
	return webpages.Letter{Letter: letter, At: at}, ok, err
}

// Redrive implements pages.Letters.
func (l pagesLetters) Redrive(ctx context.Context, at []uint64) (ordered int, err error) {
	for _, seq := range at {
		letter, ok, err := l.conn.Letter(ctx, stream.Dead, seq)
		if err != nil {
			return ordered, err
		}
		if !ok || letter.State != deadletter.Open || letter.Stream == "" {
			continue
		}
		if err := l.conn.Redrive(ctx, seq, letter); err != nil {
			return ordered, err
		}
		ordered++
	}
	return ordered, nil
}
