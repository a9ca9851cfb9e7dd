package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"careerstream/deploy/broker"
	"careerstream/ingest"
	"careerstream/publish/sink"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// ReadSoFar is the sequence of the last event about what a page was read as.
// Errors are fault.BrokerUnavailable.
func ReadSoFar(ctx context.Context, conn *broker.Conn) (uint64, error) {
	info, err := conn.Log(stream.Read).Info(ctx)
	return info.Last, err
}

// UnrelatedOf returns the pages that a run over sites found and that hold no
// career, by URL, as far as stage normalize has read them. Errors are
// fault.BrokerUnavailable.
func UnrelatedOf(ctx context.Context, conn *broker.Conn, run page.Run) ([]page.Unrelated, error) {
	hosts := map[string]bool{}
	for _, source := range run.Sources {
		if _, host, _, err := ingest.Locate(source); err == nil {
			hosts[host] = true
		}
	}
	var noted []page.Unrelated
	for _, host := range sortedKeys(hosts) {
		err := conn.Latest(ctx, stream.Read, subject.ReadOf(host), func(raw sink.Raw, _ uint64) error {
			if u, ok := unrelated(raw); ok && u.Site == host {
				noted = append(noted, u)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read what pages of %s are: %w", host, err)
		}
	}
	// A page may have left the site, or changed, since it was noted.
	var found []page.Unrelated
	frontier := conn.Frontier()
	for _, u := range noted {
		v, _, ok, err := frontier.Get(ctx, u.Site, u.Key)
		if err != nil {
			return nil, err
		}
		if ok && v.Run == run.ID && v.SnapshotSeq == u.Snapshot && page.Found(v.Outcome) {
			found = append(found, u)
		}
	}
	return byURL(found), nil
}

// UnrelatedSince returns the pages that were found to hold no career after a
// sequence of ReadSoFar, by URL. Errors are fault.BrokerUnavailable.
func UnrelatedSince(ctx context.Context, conn *broker.Conn, after uint64) (_ []page.Unrelated, err error) {
	log := conn.Log(stream.Read)
	info, err := log.Info(ctx)
	if err != nil || info.Last <= after {
		return nil, err
	}
	reader, err := log.Tail(ctx, after+1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	latest := map[string]page.Unrelated{}
	for at := after; at < info.Last; {
		raw, err := reader.Next(ctx)
		if err != nil {
			return nil, fmt.Errorf("read what pages are: %w", err)
		}
		at = raw.Seq
		if u, ok := unrelated(raw); ok {
			latest[raw.Subject] = u
		} else {
			delete(latest, raw.Subject)
		}
	}
	found := make([]page.Unrelated, 0, len(latest))
	for _, u := range latest {
		found = append(found, u)
	}
	return byURL(found), nil
}

func unrelated(raw sink.Raw) (page.Unrelated, bool) {
	m, err := messageOf(stream.Read, raw)
	if err != nil || m.Event.Type != event.PageUnrelated {
		return page.Unrelated{}, false
	}
	u, err := event.Data[page.Unrelated](m)
	return u, err == nil
}

func byURL(list []page.Unrelated) []page.Unrelated {
	slices.SortFunc(list, func(a, b page.Unrelated) int { return cmp.Compare(a.URL, b.URL) })
	return list
}
