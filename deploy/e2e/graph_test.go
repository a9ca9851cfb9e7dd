package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/sample"
	"careerstream/enrich"
	"careerstream/enrich/catalog"
	"careerstream/enrich/fact"
	"careerstream/enrich/setting"
	"careerstream/normalize"
	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// graphCareers is the size of the generated part of the catalog, graphShuffles the
// number of orders that it arrives in.
const (
	graphCareers  = 200
	graphShuffles = 20
)

// arrivals takes records through enrich and gate in memory.
type arrivals struct {
	t      *testing.T
	index  *catalog.Catalog
	enrich *enrich.Stage
	gate   *gate.Gate
	seqs   map[string]uint64
	last   map[string]event.Message
}

// Last implements event.LastReader.
func (a *arrivals) Last(_ context.Context, subject string) (event.Message, bool, error) {
	m, ok := a.last[subject]
	return m, ok, nil
}

func newArrivals(t *testing.T, settings *setting.Vocabulary, facts *fact.Extractor) *arrivals {
	t.Helper()
	a := &arrivals{t: t, index: catalog.New(), seqs: map[string]uint64{}, last: map[string]event.Message{}}
	var err error
	if a.enrich, err = enrich.New(enrich.Deps{Catalog: a.index, Last: a, Settings: settings, Facts: facts}); err != nil {
		t.Fatal(err)
	}
	a.gate = gate.New(gate.Config{}, a)
	return a
}

func (a *arrivals) publish(stream string, out event.Out) event.Message {
	a.seqs[stream]++
	m := event.Message{Stream: stream, Seq: a.seqs[stream], Subject: out.Subject, Event: out.Event}
	a.last[m.Subject] = m
	return m
}

func (a *arrivals) handle(h event.Handler, m event.Message, into string) []event.Message {
	a.t.Helper()
	outs, err := h.Handle(a.t.Context(), m)
	if err != nil {
		a.t.Fatal(err)
	}
	var messages []event.Message
	for _, out := range outs {
		messages = append(messages, a.publish(into, out))
	}
	return messages
}

// take lets the records arrive in order: the catalog runs ahead of the stage by a
// drawn number of them, and enriched records reach the gate a few out of order.
func (a *arrivals) take(records []career.Record, rng *rand.Rand) {
	a.t.Helper()
	var waiting, enriched []event.Message
	for i, r := range records {
		e, err := event.New("/test", event.RecordNormalized, r.Slug, career.Normalized{Record: r, Basis: career.Basis{Snapshot: uint64(i + 1)}})
		if err != nil {
			a.t.Fatal(err)
		}
		e.ID = event.ID("test", r.Slug, fmt.Sprint(i))
		m := a.publish(stream.Normalized, event.Out{Subject: subject.Normalized(r.Slug), Event: e})
		if err := a.index.Apply(m); err != nil {
			a.t.Fatal(err)
		}
		waiting = append(waiting, m)
		if i < len(records)-1 && rng.IntN(3) > 0 {
			continue
		}
		for _, m := range waiting {
			enriched = append(enriched, a.handle(a.enrich, m, stream.Enriched)...)
		}
		waiting = nil
		for at := 0; at < len(enriched); at += 4 {
			few := enriched[at:min(at+4, len(enriched))]
			rng.Shuffle(len(few), func(i, j int) { few[i], few[j] = few[j], few[i] })
			for _, m := range few {
				a.handle(a.gate, m, stream.Published)
			}
		}
		enriched = nil
	}
}

// published is the content of each career's last version.
func (a *arrivals) published() (contents map[string]string, relations map[string][]career.Relation) {
	a.t.Helper()
	contents, relations = map[string]string{}, map[string][]career.Relation{}
	for on, m := range a.last {
		if !strings.HasPrefix(on, "record.published.") {
			continue
		}
		p, err := event.Data[career.Published](m)
		if err != nil {
			a.t.Fatal(err)
		}
		contents[p.Record.Slug], relations[p.Record.Slug] = p.ContentSHA256, p.Record.Relations
	}
	return contents, relations
}

// catalogRecords reads generated pages, those of the sample site, and the real
// pages beside the repository where they are.
func catalogRecords(t *testing.T) []career.Record {
	t.Helper()
	parser, err := normalize.New(normalize.Config{})
	if err != nil {
		t.Fatal(err)
	}
	bySlug, order := map[string]career.Record{}, []string{}
	parse := func(name string, body []byte) {
		url := "https://sample.example/careers/" + name
		record, err := parser.Parse(normalize.Input{Body: body, URL: url, FetchedAt: time.Unix(1_700_000_000, 0).UTC()})
		if err != nil {
			return // not every page of the sample is one of a career
		}
		if _, known := bySlug[record.Slug]; !known {
			order = append(order, record.Slug)
			bySlug[record.Slug] = *record
		}
	}
	for i := range graphCareers {
		file := sample.Generate(i, graphCareers, 1)[0]
		parse(file.Name, file.Body)
	}
	folders := []fs.FS{sample.Site()}
	if real := filepath.Join("..", "..", "..", "shared", "pages", "bls-ooh"); exists(real) {
		folders = append(folders, os.DirFS(real))
	} else {
		t.Log("without the real pages: they are not beside the repository")
	}
	for _, folder := range folders {
		err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, ".json") {
				return err
			}
			body, err := fs.ReadFile(folder, path)
			parse(filepath.Base(path), body)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	records := make([]career.Record, len(order))
	for i, slug := range order {
		records[i] = brief(bySlug[slug])
	}
	return records
}

// brief leaves a little of the prose: what it says of other careers stays whole,
// and the rest costs the test's time, since it is read again with each version.
func brief(r career.Record) career.Record {
	few := func(list []string) []string { return list[:min(1, len(list))] }
	r.Definition.Paragraphs, r.Workplace.Paragraphs = few(r.Definition.Paragraphs), few(r.Workplace.Paragraphs)
	r.DutiesIntro, r.TypesIntro, r.Sections = few(r.DutiesIntro), few(r.TypesIntro), nil
	r.Duties = r.Duties[:min(2, len(r.Duties))]
	for i := range r.Types {
		r.Types[i].Text = ""
	}
	for i := range r.FAQs {
		r.FAQs[i].Answer = few(r.FAQs[i].Answer)
		if c := r.FAQs[i].Comparison; c != nil {
			c.Dimensions = c.Dimensions[:min(1, len(c.Dimensions))]
		}
	}
	return r
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// The graph and what is published depend on the pages, never on the order in
// which they come.
func TestGraphDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	records := catalogRecords(t)
	if len(records) < graphCareers {
		t.Fatalf("%d careers, want at least %d", len(records), graphCareers)
	}
	settings, err := setting.New()
	if err != nil {
		t.Fatal(err)
	}
	facts, err := fact.New(fact.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var wantContents map[string]string
	var wantRelations map[string][]career.Relation
	for seed := range uint64(graphShuffles) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		a := newArrivals(t, settings, facts)
		a.take(records, rng)
		contents, relations := a.published()
		if seed == 0 {
			wantContents, wantRelations = contents, relations
			edges, resolved := 0, 0
			for _, list := range relations {
				for _, r := range list {
					edges++
					if r.Career != "" {
						resolved++
					}
				}
			}
			t.Logf("%d careers, %d edges, %d of them resolved; %d events enriched, %d versions", len(contents), edges, resolved, a.seqs[stream.Enriched], a.seqs[stream.Published])
			if len(contents) != len(records) || resolved < graphCareers {
				t.Fatalf("%d careers published of %d, %d edges resolved", len(contents), len(records), resolved)
			}
			continue
		}
		if diff := cmp.Diff(wantRelations, relations); diff != "" {
			t.Fatalf("seed %d: relations (-first order +this):\n%s", seed, diff)
		}
		if diff := cmp.Diff(wantContents, contents); diff != "" {
			t.Fatalf("seed %d: published contents (-first order +this):\n%s", seed, diff)
		}
	}
}
