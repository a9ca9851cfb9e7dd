package export

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"careerstream/publish/export/release"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
)

// patience is how long the stream may be silent before it is asked whether the
// messages that are missing were deleted.
const patience = time.Second

// place is where the version of a career is in the stream.
type place struct {
	slug string
	seq  uint64
}

// chosen is what the first reading of the stream keeps of a career.
type chosen struct {
	seq, version uint64
	retired      bool
	wanted       bool
}

// cut is the state that is exported.
type cut struct {
	source release.Source
	counts release.Counts
	// places in the order of the slugs.
	places []place
}

// head is what of a record decides whether it is exported.
type head struct {
	Record struct {
		Slug      string    `json:"slug"`
		Version   uint64    `json:"version"`
		ValidFrom time.Time `json:"valid_from"`
		Retired   *struct{} `json:"retired"`
		Source    struct {
			Site string `json:"site"`
		} `json:"source"`
	} `json:"record"`
}

// choose reads the stream up to its end at this moment and keeps the place of the
// version of each career that was published last.
func choose(ctx context.Context, s Stream, o Options) (cut, error) {
	info, err := s.Info(ctx)
	if err != nil {
		return cut{}, err
	}
	c := cut{source: release.Source{Stream: s.Name(), Incarnation: info.Incarnation, LastSequence: info.Last}}
	latest := make(map[string]chosen)
	err = eachUpTo(ctx, s, info, func(raw sink.Raw) {
		h, ok := readHead(raw)
		if !ok {
			c.counts.Unreadable++
			return
		}
		r := h.Record
		if !o.AsOf.IsZero() && r.ValidFrom.After(o.AsOf) {
			return
		}
		if known, ok := latest[r.Slug]; ok && known.version >= r.Version {
			return
		}
		latest[r.Slug] = chosen{raw.Seq, r.Version, r.Retired != nil, o.wants(r.Source.Site, r.Retired != nil)}
	})
	if err != nil {
		return cut{}, err
	}
	for slug, v := range latest {
		if !v.wanted {
			continue
		}
		c.places = append(c.places, place{slug, v.seq})
		c.counts.Careers++
		if v.retired {
			c.counts.Retired++
		} else {
			c.counts.Active++
		}
	}
	slices.SortFunc(c.places, func(a, b place) int { return cmp.Compare(a.slug, b.slug) })
	return c, nil
}

// manifest is what is known of the release before a career is read.
func (c cut) manifest(o Options) release.Manifest {
	m := o.manifest()
	m.Source, m.Counts = c.source, c.counts
	if n := c.counts.Unreadable; n > 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("%d messages of %s hold no published record and were left out", n, c.source.Stream))
	}
	return m
}

func (o Options) wants(site string, retired bool) bool {
	status := career.Active
	if retired {
		status = career.Retired
	}
	return (o.Site == "" || strings.EqualFold(o.Site, site)) && (o.Status == All || o.Status == status)
}

// eachUpTo visits every message up to info.Last.
func eachUpTo(ctx context.Context, s Stream, info sink.LogInfo, visit func(sink.Raw)) (err error) {
	if info.Last == 0 || info.First > info.Last {
		return nil
	}
	reader, err := s.Tail(ctx, info.First)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for next := info.First; next <= info.Last; {
		raw, err := nextOf(ctx, reader)
		if errors.Is(err, errSilent) {
			if deleted, err := sink.Deleted(ctx, s, next, info.Last); err != nil || deleted {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if raw.Seq > info.Last {
			return nil
		}
		visit(raw)
		next = raw.Seq + 1
	}
	return nil
}

var errSilent = errors.New("no message yet")

func nextOf(ctx context.Context, reader sink.Reader) (sink.Raw, error) {
	limited, cancel := context.WithTimeoutCause(ctx, patience, errSilent)
	defer cancel()
	raw, err := reader.Next(limited)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return raw, errSilent
	}
	return raw, err
}

func readHead(raw sink.Raw) (head, bool) {
	var h head
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil || e.Type != event.RecordPublished || json.Unmarshal(e.Data, &h) != nil {
		return h, false
	}
	return h, h.Record.Slug != "" && h.Record.Version > 0
}

// published is one version as the stream holds it.
type published struct {
	// record is its JSON.
	record json.RawMessage
	data   json.RawMessage
}

// fetch reads the version at a place.
func fetch(ctx context.Context, s Stream, at place) (published, error) {
	raw, ok, err := s.Get(ctx, at.seq)
	if err != nil {
		return published{}, err
	}
	if !ok {
		return published{}, fmt.Errorf("export %s: message %d of stream %s was deleted meanwhile; start the export again", at.slug, at.seq, s.Name())
	}
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return published{}, err
	}
	var p struct {
		Record json.RawMessage `json:"record"`
	}
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return published{}, fmt.Errorf("export %s: read message %d: %w", at.slug, at.seq, err)
	}
	return published{p.Record, e.Data}, nil
}

// whole decodes the version.
func (p published) whole() (career.Published, error) {
	var out career.Published
	if err := json.Unmarshal(p.data, &out); err != nil {
		return out, fmt.Errorf("read published record: %w", err)
	}
	return out, nil
}
