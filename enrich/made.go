package enrich

import (
	"context"
	"sync"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

// maxMade bounds the careers that made remembers, about 100 bytes each.
const maxMade = 50_000

// made remembers at which position of the catalog this process has last made each
// career's record. It is a hint where a look at the stream may spare work; whether
// the record got into the stream, only the stream can tell. It is safe for
// concurrent use.
type made struct {
	mu sync.Mutex
	at map[string]uint64
}

func newMade() *made { return &made{at: make(map[string]uint64)} }

func (m *made) note(slug string, position uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.at) >= maxMade {
		clear(m.at)
	}
	m.at[slug] = max(m.at[slug], position)
}

func (m *made) position(slug string) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at[slug]
}

// covered reports whether the stream has a record of slug that this process made
// at position seq or later: it shows all that message seq has changed. With a
// backlog that is the rule for neighbours, because the catalog runs ahead of the
// messages: a career whose page came after theirs has them in its first record.
func (s *Stage) covered(ctx context.Context, slug string, seq uint64) (bool, error) {
	if s.made.position(slug) < seq {
		return false, nil
	}
	m, found, err := s.deps.Last.Last(ctx, subject.Enriched(slug))
	if err != nil || !found || m.Event.Type != event.RecordEnriched {
		return false, err
	}
	last, err := event.Data[struct {
		Basis career.Basis `json:"basis"`
	}](m)
	// One that cannot be read was not made by us, and is made anew.
	return err == nil && last.Basis.Catalog >= seq, nil
}
