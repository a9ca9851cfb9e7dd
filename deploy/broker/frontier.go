package broker

import (
	"context"
	"fmt"
	"strconv"

	"careerstream/ingest/frontier"
	"careerstream/publish/sink"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// Frontier returns the visits of stream FRONTIER, of which the last message of
// each subject is the state of its URL.
func (c *Conn) Frontier() frontier.Frontier { return visits{c} }

type visits struct{ conn *Conn }

// Put implements frontier.Frontier.
func (f visits) Put(ctx context.Context, v page.Visit, rev uint64) (uint64, error) {
	e, err := event.New("/careerstream/ingest", event.PageRequested, v.Key, v)
	if err != nil {
		return 0, fault.New(fault.Internal, "store visit of %s: %w", v.URL, err)
	}
	// The revision tells two equal states apart, the content two writers of one.
	e.ID = event.ID("visit", v.Host, v.Key, strconv.FormatUint(rev, 10), string(e.Data))
	seq, _, err := f.conn.Publish(ctx, event.Out{Subject: subject.Requested(v.Host, v.Key), Event: e, ExpectLast: &rev})
	if err != nil {
		return 0, fmt.Errorf("store visit of %s: %w", v.URL, err)
	}
	return seq, nil
}

// Get implements frontier.Frontier.
func (f visits) Get(ctx context.Context, host, key string) (page.Visit, uint64, bool, error) {
	m, ok, err := f.conn.Last(ctx, subject.Requested(host, key))
	if err != nil || !ok {
		return page.Visit{}, 0, false, err
	}
	v, err := event.Data[page.Visit](m)
	if err != nil || m.Event.Type != event.PageRequested {
		// A stray message has its place, and is replaced by the first Put.
		return page.Visit{}, m.Seq, false, nil
	}
	return v, m.Seq, true, nil
}

// Follow implements frontier.Frontier.
func (f visits) Follow(ctx context.Context, host string) (frontier.Follower, error) {
	log := f.conn.Matching(stream.Frontier, subject.AllRequested)
	if host != "" {
		log = f.conn.Matching(stream.Frontier, subject.RequestedOf(host))
	}
	info, err := log.Info(ctx)
	if err != nil {
		return nil, err
	}
	reader, err := log.Tail(ctx, 1)
	if err != nil {
		return nil, err
	}
	return &follower{reader: reader, host: host, last: info.Last, caughtUp: info.Last == 0}, nil
}

// follower turns messages into visits.
type follower struct {
	reader sink.Reader
	host   string
	// last is the newest message when the follower was opened; once it was met,
	// or replaced by a newer one, the follower has caught up.
	last     uint64
	caughtUp bool
	said     bool
}

// Next implements frontier.Follower.
func (f *follower) Next(ctx context.Context) (page.Visit, uint64, bool, error) {
	if f.caughtUp && !f.said {
		f.said = true
		return page.Visit{}, f.last, true, nil
	}
	for {
		raw, err := f.reader.Next(ctx)
		if err != nil {
			return page.Visit{}, 0, false, err
		}
		if raw.Seq >= f.last {
			f.caughtUp, f.said = true, true
		}
		m := event.Message{Stream: stream.Frontier, Seq: raw.Seq, Subject: raw.Subject, Stored: raw.Stored}
		v, err := decodeVisit(&m, raw)
		if err != nil || (f.host != "" && v.Host != f.host) {
			v = page.Visit{} // no visit, or one of a host with the same token
		}
		if v.URL != "" || raw.Seq == f.last {
			return v, raw.Seq, f.caughtUp, nil
		}
	}
}

func decodeVisit(m *event.Message, raw sink.Raw) (page.Visit, error) {
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return page.Visit{}, err
	}
	if e.Type != event.PageRequested {
		return page.Visit{}, fault.New(fault.UnknownType, "%s %d is a %s", m.Stream, m.Seq, e.Type)
	}
	m.Event = e
	return event.Data[page.Visit](*m)
}

// Close implements frontier.Follower.
func (f *follower) Close() error { return f.reader.Close() }
