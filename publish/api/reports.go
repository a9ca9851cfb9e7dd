package api

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"careerstream/publish/api/problem"
	"careerstream/publish/api/represent"
	"careerstream/publish/report"
	"careerstream/publish/store"
	"careerstream/schemas/fault"
)

// Bounds of what is asked of the database.
const (
	reportsAtOnce  = 4
	reportPatience = 20 * time.Second
	// downPatience is for a database that did not answer the last time.
	downPatience   = 5 * time.Second
	defaultCareers = 12
	maxCareers     = 1000
	maxCoverage    = 20_000
)

// reports asks the database and remembers since when it is away.
type reports struct {
	source report.Source
	now    func() time.Time
	places chan struct{}

	mu    sync.Mutex
	since time.Time
}

func (s *reports) init(source report.Source, cfg Config) {
	s.source, s.now, s.places = source, cfg.Now, make(chan struct{}, reportsAtOnce)
}

// away returns since when the database is away; zero while it is not.
func (s *reports) away() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since
}

// ask calls the database with a deadline and notes how it went.
func (s *reports) ask(ctx context.Context, call func(context.Context) error) error {
	patience := reportPatience
	if !s.away().IsZero() {
		patience = downPatience
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fault.New(fault.Timeout, "no answer within %s", patience))
	defer cancel()
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	err := call(ctx)
	if errors.Is(ctx.Err(), context.Canceled) {
		return err // the client has gone, which says nothing of the database
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !absent(err):
		s.since = time.Time{}
	case s.since.IsZero():
		s.since = s.now().UTC()
	}
	return err
}

// absent reports that an error is the database's state and not the question's.
func absent(err error) bool {
	return err != nil && slices.Contains([]fault.Kind{
		fault.StoreUnavailable, fault.StoreDenied, fault.StoreSchema, fault.StoreReadOnly, fault.StoreFull, fault.StoreQuota, fault.Timeout,
	}, fault.KindOf(err))
}

// serveReport serves the report of a name.
func serveReport(name string) func(*exchange) *problem.Problem {
	return func(x *exchange) *problem.Problem {
		now := x.cfg.Now().UTC()
		opt := report.Options{
			Since: x.query.text("since"), Until: x.query.text("until"), Careers: x.query.items("career"),
			Top: x.query.integer("top", defaultCareers, 1, maxCareers), Now: now,
		}
		if _, err := report.ParsePeriod(opt.Since, opt.Until, now); err != nil && x.query.problem == nil {
			name := "since"
			if strings.HasPrefix(err.Error(), "--until") {
				name = "until"
			}
			x.query.fail(name, "%s", strings.ReplaceAll(err.Error(), "--", ""))
		}
		if x.query.problem != nil {
			return x.query.problem
		}
		var made report.Report
		return x.fromDatabase(func(ctx context.Context) (err error) {
			made, err = report.Make(ctx, x.reports.source, name, opt)
			return err
		}, func() any { return made })
	}
}

// fromDatabase answers with what a call of the database gave.
func (x *exchange) fromDatabase(call func(context.Context) error, result func() any) *problem.Problem {
	if x.reports.source == nil {
		p := problem.New(problem.ReportsUnavailable, "this process has no ClickHouse: start it with --clickhouse, or ask another one")
		p.RetryAfter = time.Minute
		return p
	}
	err := x.reports.ask(x.r.Context(), call)
	if err == nil {
		return x.sendReport(result())
	}
	if x.r.Context().Err() != nil {
		return problem.New(problem.Internal, "the request ended early")
	}
	if !absent(err) {
		return x.unexpected(err)
	}
	info := fault.KindOf(err).Info()
	p := problem.New(problem.ReportsUnavailable, info.Label+"; "+info.Hint)
	p.RetryAfter = 2 * time.Second
	if since := x.reports.away(); !since.IsZero() {
		p.UnavailableSince = &since
	}
	return p
}

// sendReport answers with what does not come from memory. When it was made is not
// what a reader asks for again, so the tag leaves that out and is weak.
func (x *exchange) sendReport(made any) *problem.Problem {
	body, err := json.Marshal(made)
	if err != nil {
		return x.unexpected(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return x.unexpected(err)
	}
	delete(fields, "made")
	said, err := json.Marshal(fields)
	if err != nil {
		return x.unexpected(err)
	}
	x.represent(represent.Weak(mediaJSON, tagOf(said), body))
	return nil
}

// Coverage is how many careers of a site have a part; see the view
// catalog_coverage.
type Coverage struct {
	Site  string  `json:"site"`
	Part  string  `json:"part"`
	Have  uint64  `json:"have"`
	Total uint64  `json:"total"`
	Share float64 `json:"share"`
}

// CoverageReport is the coverage of all sites.
type CoverageReport struct {
	Coverage []Coverage `json:"coverage"`
}

func serveCoverage(x *exchange) *problem.Problem {
	answer := CoverageReport{Coverage: []Coverage{}}
	return x.fromDatabase(func(ctx context.Context) error {
		result, err := x.reports.source.Query(ctx,
			"SELECT site, part, toUInt64(have) AS have, toUInt64(total) AS total, toFloat64(share) AS share FROM "+
				x.reports.source.Table("catalog_coverage")+" ORDER BY site, part",
			store.QueryOptions{ReadOnly: true, MaxRows: maxCoverage})
		if err != nil {
			return err
		}
		for _, row := range result.Rows {
			var c Coverage
			if len(row) != 5 || !scan(row[0], &c.Site) || !scan(row[1], &c.Part) || !scan(row[2], &c.Have) || !scan(row[3], &c.Total) || !scan(row[4], &c.Share) {
				return errors.New("read catalog_coverage: a row has other types")
			}
			answer.Coverage = append(answer.Coverage, c)
		}
		return nil
	}, func() any { return answer })
}

func scan[T any](value any, to *T) (ok bool) {
	*to, ok = value.(T)
	return ok
}
