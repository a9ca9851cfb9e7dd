package crawl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/frontier"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// maxListed bounds the lists of a statement.
const maxListed = 100

// statement accounts for a run as it is now.
func (s *session) statement(ctx context.Context, p *plan) page.Run {
	r := page.Run{
		ID: p.id, Sources: p.sources, StartedAt: p.started, EndedAt: s.deps.Clock().UTC(),
		Outcomes: map[string]int{}, Faults: map[string]int{}, Failures: []page.RunFailure{}, Warnings: []string{},
	}
	seeds, seedsFailed := 0, 0
	for _, v := range s.view.All(func(v page.Visit) bool { return v.Run == p.id }) {
		failed := v.Outcome == page.Failed || v.Outcome == page.Unreachable
		if p.seed(v) {
			seeds++
			if failed || v.Outcome == page.RobotsDenied {
				seedsFailed++
			}
		}
		if v.State == page.Due {
			r.StillDue++
		}
		if v.Kind == page.Sitemap {
			if v.State == page.Done && v.Outcome == page.Read {
				r.Sitemaps++
			} else if v.State == page.Done && v.Outcome != page.Redirected {
				r.SitemapsFailed++
				fail(&r, v)
			}
			continue
		}
		if v.Kind == page.Index {
			if failed {
				fail(&r, v)
			}
			continue
		}
		r.Discovered++
		if v.State == page.Due {
			continue
		}
		r.Outcomes[v.Outcome]++
		if failed || v.Outcome == page.Held || v.Outcome == page.RobotsDenied {
			fail(&r, v)
		}
	}
	slices.SortFunc(r.Failures, func(a, b page.RunFailure) int { return cmp.Compare(a.URL, b.URL) })
	r.Failures = r.Failures[:min(len(r.Failures), maxListed)]
	taken := len(s.view.All(func(v page.Visit) bool {
		return v.Run != p.id && p.covers(v.Host) && !v.AskedAt.Before(p.started)
	}))
	full := s.addTraffic(ctx, p, &r)
	r.Why = why(r, seeds > 0 && seeds == seedsFailed, full, taken)
	r.Complete = r.Why == ""
	return r
}

func fail(r *page.Run, v page.Visit) {
	if v.Outcome == page.Failed || v.Outcome == page.Unreachable {
		r.Faults[v.Fault]++
	}
	r.Failures = append(r.Failures, page.RunFailure{URL: v.URL, Outcome: v.Outcome, Fault: v.Fault, Reason: v.Reason})
}

// addTraffic adds what the run has cost and what its limits left out. It
// returns how many URLs did not fit into the run.
func (s *session) addTraffic(ctx context.Context, p *plan, r *page.Run) (full int) {
	traffic := s.traffic(ctx, p)
	for _, host := range p.hosts {
		t, found := traffic[host]
		if !found {
			continue
		}
		r.Requests += t.Requests
		r.Bytes += t.Bytes
		full += t.Full
		for _, left := range []struct {
			n   int
			why string
		}{
			{t.Full, fmt.Sprintf("beyond the %d pages of the run (--max-pages)", p.options.MaxPages)},
			{t.Limited, fmt.Sprintf("more than %d links away from a source (--max-depth)", p.options.MaxDepth)},
			{t.OffSite, "on hosts that no source names"},
		} {
			if left.n > 0 && len(r.Warnings) < maxListed {
				r.Warnings = append(r.Warnings, fmt.Sprintf("%s names %d URLs %s; they were left out", host, left.n, left.why))
			}
		}
	}
	return full
}

// why says what keeps a run from being complete, or "".
func why(r page.Run, noSource bool, full, taken int) string {
	var reasons []string
	add := func(n int, format string) {
		if n > 0 {
			reasons = append(reasons, fmt.Sprintf(format, n))
		}
	}
	if noSource {
		reasons = append(reasons, "no source could be read: see the failures")
	}
	if r.Discovered == 0 && !noSource {
		reasons = append(reasons, "the sources name no page")
	}
	add(r.SitemapsFailed, "%d sitemaps could not be read: see the failures")
	add(r.StillDue, "%d URLs are still due: run it again to take the rest")
	add(r.Outcomes[page.Unreachable], "%d pages could not be reached: run it again when the site answers")
	add(r.Outcomes[page.Held], "%d pages are missing all at once and none of them is counted: look at the site, or correct the source")
	add(full, "%d URLs are beyond the limit of pages: raise --max-pages")
	add(taken, "%d URLs of these hosts were asked for by another run meanwhile: see its statement")
	return strings.Join(reasons, "; ")
}

// stopped marks a statement whose run was stopped.
func stopped(ctx context.Context, r page.Run) page.Run {
	r.Complete = false
	note := fmt.Sprintf("stopped: %v", context.Cause(ctx))
	if r.Why == "" {
		note += "; run it again to go on"
	}
	r.Why = strings.TrimSuffix(note+"; "+r.Why, "; ")
	return r
}

// conclude publishes the run's statement, unless another process has, and
// returns the one that counts.
func (s *session) conclude(ctx context.Context, p *plan) (page.Run, error) {
	s.awaitHosts(ctx, p)
	on := subject.Run(p.id)
	_, _, err := s.taker.Supersede(ctx, "publish statement of run "+p.id, on, func(last event.Message, found bool) (event.Out, bool, error) {
		if found && last.Event.Type == event.RunConcluded {
			return event.Out{}, false, nil
		}
		e, err := event.New(source, event.RunConcluded, p.id, s.statement(ctx, p))
		if err != nil {
			return event.Out{}, false, fault.New(fault.SchemaViolation, "%w", err)
		}
		e.ID = event.ID(ingest.Stage, on)
		e.TraceParent = event.NewTrace(e.ID)
		return event.Out{Subject: on, Event: e, ExpectLast: &last.Seq}, true, nil
	})
	if err != nil {
		return page.Run{}, err
	}
	// Where two processes publish at once, the stream keeps one of the two.
	var statement page.Run
	err = s.taker.Retry(ctx, "read statement of run "+p.id, func() error {
		m, _, err := s.deps.Last.Last(ctx, on)
		if err == nil {
			statement, err = event.Data[page.Run](m)
		}
		return err
	})
	if err != nil {
		return statement, err
	}
	return statement, s.finish(ctx, p)
}

// awaitHosts waits until the owners of the run's hosts have written down what
// the run has cost, at most for the TTL of a lease.
func (s *session) awaitHosts(ctx context.Context, p *plan) {
	deadline := time.NewTimer(s.cfg.LeaseTTL)
	defer deadline.Stop()
	poll := time.NewTicker(min(s.cfg.Poll, 50*time.Millisecond))
	defer poll.Stop()
	for _, host := range p.hosts {
		for {
			h, err := frontier.ReadHost(ctx, s.deps.States, host)
			if err != nil || h.Owner.ID == "" {
				break
			}
			select {
			case <-poll.C:
				continue
			case <-deadline.C:
				return
			case <-ctx.Done():
				return
			}
		}
	}
}
