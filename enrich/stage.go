package enrich

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"careerstream/enrich/catalog"
	"careerstream/enrich/code"
	"careerstream/enrich/fact"
	"careerstream/enrich/quality"
	"careerstream/enrich/setting"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// Source is the event source of enriched records.
const Source = "/careerstream/enrich"

// stageName goes into event IDs.
const stageName = "enrich"

// attempts to find a record and the catalog at one state, before another worker
// has a try.
const attempts = 5

// Index is what the stage asks a catalog; see catalog.Catalog, which is one.
type Index interface {
	// WaitFor blocks until the index has applied message seq; fault.Timeout when
	// ctx ends before.
	WaitFor(ctx context.Context, seq uint64) error
	// Settle blocks until the index is ahead messages beyond seq or has not moved
	// for quiet; fault.Timeout when ctx ends before.
	Settle(ctx context.Context, seq, ahead uint64, quiet time.Duration) error
	// Affected returns the other careers whose record message seq of slug changed
	// last, sorted.
	Affected(slug string, seq uint64) []string
	// Resolve returns what each name means and what else the index knows of slug,
	// all at one position; ok is false when the latest record of slug is not the
	// one of message seq.
	Resolve(slug string, seq uint64, names []string) (view catalog.View, ok bool)
}

var _ Index = (*catalog.Catalog)(nil)

// Deps are what a Stage works with; all but Codes are required.
type Deps struct {
	// Catalog is fed by somebody else, with every message of the normalized stream.
	Catalog Index
	// Last reads the latest normalized and enriched records.
	Last event.LastReader
	// Settings is the vocabulary of workplaces.
	Settings *setting.Vocabulary
	// Facts reads the prose.
	Facts *fact.Extractor
	// Codes are the taxonomies that the operator has; nil gives a career the
	// codes that its page states alone.
	Codes *code.Taxonomies
	// Ahead and Quiet make a message wait until so many more have come, or none for
	// so long. In a burst, such as a crawl, careers that name each other arrive close
	// together; after the wait a record shows all of them at once, and is not made,
	// published and stored again for each. Without either nothing waits.
	Ahead uint64
	Quiet time.Duration
}

// Stage enriches records. It is safe for concurrent use. What it keeps only spares
// work: with all of it forgotten, the same records come out.
type Stage struct {
	deps    Deps
	quality *quality.Scorer
	memo    *memo
	made    *made
}

var _ event.Handler = (*Stage)(nil)

// New returns a stage, or an error that names what is missing.
func New(deps Deps) (*Stage, error) {
	var errs []error
	if deps.Catalog == nil {
		errs = append(errs, errors.New("dependency Catalog is missing"))
	}
	if deps.Last == nil {
		errs = append(errs, errors.New("dependency Last is missing"))
	}
	if deps.Settings == nil {
		errs = append(errs, errors.New("dependency Settings is missing"))
	}
	if deps.Facts == nil {
		errs = append(errs, errors.New("dependency Facts is missing"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("configure enrich: %w", err)
	}
	scorer, err := quality.New(quality.Config{})
	if err != nil {
		return nil, err
	}
	return &Stage{deps, scorer, newMemo(maxMemo), newMade()}, nil
}

// Handle returns the enriched record of the message's career, as of now, and
// after it those of the careers whose relations the message changed, by slug. Left
// out are those that are in the stream already as of the message or later.
//
// Errors: fault.UnknownType and fault.SchemaViolation for what is no normalized
// record, fault.Timeout when ctx ends, fault.Conflict when records change faster
// than they can be read, and those of the LastReader.
func (s *Stage) Handle(ctx context.Context, m event.Message) ([]event.Out, error) {
	n, err := catalog.Decode(m)
	if err != nil {
		return nil, err
	}
	if err := s.deps.Catalog.WaitFor(ctx, m.Seq); err != nil {
		return nil, err
	}
	if s.deps.Ahead > 0 && s.deps.Quiet > 0 {
		if err := s.deps.Catalog.Settle(ctx, m.Seq, s.deps.Ahead, s.deps.Quiet); err != nil {
			return nil, err
		}
	}
	slugs := append([]string{n.Record.Slug}, s.deps.Catalog.Affected(n.Record.Slug, m.Seq)...)
	outs := make([]event.Out, 0, len(slugs))
	for i, slug := range slugs {
		covered, err := s.covered(ctx, slug, m.Seq)
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", slug, err)
		}
		if covered {
			continue
		}
		var own *career.Normalized
		if i == 0 {
			own = &n
		}
		out, err := s.enrich(ctx, m, slug, own)
		if i > 0 && fault.ClassOf(err) == fault.Poison {
			continue // that career's latest message is bad, which is its own affair
		}
		if err != nil {
			return nil, fmt.Errorf("enrich %s: %w", slug, err)
		}
		outs = append(outs, out)
	}
	return outs, nil
}

// enrich makes the event of one career at the present state of the catalog. The
// record is read from the stream and its links from the catalog, and both must be
// of one position: what the basis promises is a function of that position. own is
// the record of the message itself, which needs no reading while it is the latest;
// nil for another career.
func (s *Stage) enrich(ctx context.Context, cause event.Message, slug string, own *career.Normalized) (event.Out, error) {
	if own != nil {
		if out, ok, err := s.finish(cause.Event, *own, cause.Seq); ok || err != nil {
			return out, err
		}
	}
	for range attempts {
		m, found, err := s.deps.Last.Last(ctx, subject.Normalized(slug))
		if err != nil {
			return event.Out{}, fmt.Errorf("read latest record: %w", err)
		}
		if !found {
			return event.Out{}, fault.New(fault.Internal, "the stream has no record on %s, but the catalog knows one", subject.Normalized(slug))
		}
		n, err := catalog.Decode(m)
		if err != nil {
			return event.Out{}, err
		}
		if err := s.deps.Catalog.WaitFor(ctx, m.Seq); err != nil {
			return event.Out{}, err
		}
		if out, ok, err := s.finish(cause.Event, n, m.Seq); ok || err != nil {
			return out, err
		}
		// A newer record has come in between.
	}
	return event.Out{}, fault.New(fault.Conflict, "the record changed %d times while it was read", attempts)
}

// finish makes the event of n, the record of message seq; ok is false when the
// catalog has a newer one.
func (s *Stage) finish(cause event.Event, n career.Normalized, seq uint64) (out event.Out, ok bool, err error) {
	refs := catalog.References(&n.Record)
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = ref.Name
	}
	view, ok := s.deps.Catalog.Resolve(n.Record.Slug, seq, names)
	if !ok {
		return event.Out{}, false, nil
	}
	n.Record.Aliases = view.Aliases
	s.complete(&n.Record, refs, view)
	n.Basis.Catalog, n.Basis.Taxonomy = view.Position, s.deps.Codes.Fingerprint()
	if out, err = outcome(cause, n); err != nil {
		return event.Out{}, false, err
	}
	s.made.note(n.Record.Slug, view.Position)
	return out, true, nil
}

// complete fills in everything that enrichment knows about r.
func (s *Stage) complete(r *career.Record, refs []catalog.Reference, view catalog.View) {
	r.FillLists()
	l := link(r.Slug, refs, view.Answers)
	r.Relations = relations(r, refs, view)
	r.Codes, r.Facts = s.codes(r), s.facts(r)
	r.Workplace.Settings = s.deps.Settings.Match(r.Workplace.Paragraphs)
	s.judge(r, l)
	r.Quality.Warnings = distinct(append(append(r.Quality.Warnings, doubts(r)...), l.warnings...))
}

// linked counts the names of other careers and those found.
type linked struct {
	others, found int
	warnings      []string
}

// link writes the slug of each reference. The side of a comparison that names the
// page's own career gets its slug; any other reference to it stays "".
func link(slug string, refs []catalog.Reference, answers []catalog.Answer) linked {
	var l linked
	for i, ref := range refs {
		if ref.Career == nil {
			continue
		}
		*ref.Career = ""
		careers := answers[i].Careers
		own := slices.Contains(careers, slug)
		switch {
		case own && ref.Side:
			*ref.Career = slug
			continue
		case own && len(careers) == 1:
			continue
		}
		l.others++
		switch len(careers) {
		case 0:
		case 1:
			l.found++
			*ref.Career = careers[0]
		default:
			l.warnings = append(l.warnings, fmt.Sprintf("%s: %q %s", ref.Where, ref.Name, ambiguous(careers)))
		}
	}
	return l
}

// ambiguous says between which careers a name leaves the choice.
func ambiguous(slugs []string) string {
	const most = 5
	more := ""
	if len(slugs) > most {
		more = fmt.Sprintf(" and %d more", len(slugs)-most)
		slugs = slugs[:most]
	}
	return "fits several careers equally: " + strings.Join(slugs, ", ") + more
}

// distinct drops repeats and keeps the order.
func distinct(texts []string) []string {
	seen := make(map[string]bool, len(texts))
	kept := make([]string, 0, len(texts))
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}

// outcome is the enriched event of n's record, which is complete.
func outcome(cause event.Event, n career.Normalized) (event.Out, error) {
	slug := n.Record.Slug
	content, err := n.Record.ContentSHA256()
	if err != nil {
		return event.Out{}, err
	}
	e, err := event.New(Source, event.RecordEnriched, slug, career.Enriched(n))
	if err != nil {
		return event.Out{}, err
	}
	e.ID = event.ID(stageName, cause.ID, slug, content)
	return event.Out{Subject: subject.Enriched(slug), Event: e.CausedBy(cause)}, nil
}
