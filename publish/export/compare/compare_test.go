package compare_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/export"
	"careerstream/publish/export/compare"
	"careerstream/publish/export/release"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
)

var update = flag.Bool("update", false, "rewrite golden files")

// exported publishes the records and exports them.
func exported(t *testing.T, format string, records ...career.Record) string {
	t.Helper()
	log := sinktest.NewLog("PUBLISHED", "2026-05-01T00:00:00Z")
	for i, r := range records {
		r.FillLists()
		r.ValidFrom = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		e, err := event.New("/test", event.RecordPublished, r.Slug, career.Published{Record: r, Changes: []career.Change{}})
		if err != nil {
			t.Fatal(err)
		}
		e.ID, e.Time = event.ID(r.Slug, fmt.Sprint(i)), r.ValidFrom
		text, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		log.Append("p", text)
	}
	parent := t.TempDir()
	if _, err := export.FromStream(t.Context(), log, parent, "r", export.Options{Format: format}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(parent, "r")
}

func welder(change func(*career.Record)) career.Record {
	r := career.Record{
		Slug: "welder", Name: "Welder", Plural: "Welders", Version: 1,
		Definition: career.Definition{Paragraphs: []string{"One who welds."}},
		Duties:     []career.Duty{{ID: "weld", Name: "Weld", Text: "steel"}, {ID: "cut", Name: "Cut", Text: "plates, \"cold\""}},
		FAQs:       []career.FAQ{{Kind: career.QA, Question: "Hot?", Answer: []string{"Yes."}}},
		Source:     career.Source{Site: "a.example", URL: "https://a.example/welder"}, Quality: career.Quality{Score: 0.5},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func plain(slug string, version uint64) career.Record {
	return career.Record{Slug: slug, Name: strings.ToUpper(slug), Version: version}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	before := []career.Record{plain("actor", 1), welder(nil), plain("baker", 1), plain("zoologist", 1)}
	after := []career.Record{
		plain("baker", 2), plain("archer", 1), plain("yogi", 1), plain("zoologist", 1),
		welder(func(r *career.Record) {
			r.Version = 2
			r.Plural = "welders"
			r.Duties = []career.Duty{{ID: "cut", Name: "Cut", Text: "plates"}, {ID: "grind", Name: "Grind", Text: "edges"}}
			r.FAQs[0].Answer = []string{"Yes.", "Very."}
		}),
	}
	for _, format := range []string{export.NDJSON, export.JSONLD, export.CSV} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			summary, err := compare.Releases(t.Context(), exported(t, format, before...), exported(t, format, after...), nil, func(c compare.Career) error {
				line, err := json.MarshalIndent(c, "", "  ")
				b.Write(append(line, '\n'))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "added %d removed %d changed %d touched %d same %d\n", summary.Added, summary.Removed, summary.Changed, summary.Touched, summary.Same)
			path := filepath.Join("testdata", format+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSameIsEmpty(t *testing.T) {
	t.Parallel()
	dir := exported(t, export.CSV, welder(nil), plain("actor", 1))
	summary, err := compare.Releases(t.Context(), dir, dir, nil, func(c compare.Career) error { return errors.New(c.Slug) })
	if err != nil || summary.Same != 2 {
		t.Errorf("%+v, %v", summary, err)
	}
}

func TestBadReleases(t *testing.T) {
	t.Parallel()
	good := exported(t, export.NDJSON, welder(nil))
	none := func(compare.Career) error { return nil }
	if _, err := compare.Releases(t.Context(), good, exported(t, export.CSV, welder(nil)), nil, none); err == nil || !strings.Contains(err.Error(), "one format") {
		t.Errorf("two formats: %v", err)
	}
	var bad *release.BadError
	if _, err := compare.Releases(t.Context(), good, t.TempDir(), nil, none); !errors.As(err, &bad) || bad.File != release.ManifestName {
		t.Errorf("no release: %v", err)
	}
	damaged := exported(t, export.NDJSON, welder(nil))
	file := filepath.Join(damaged, "careers.ndjson")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "Welders", "WELDERS", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := compare.Releases(t.Context(), good, damaged, nil, none); !errors.As(err, &bad) || bad.File != "careers.ndjson" || bad.Dir != damaged {
		t.Errorf("damaged: %v", err)
	}
}

// TestForeignLines are releases with right sums and wrong content.
func TestForeignLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ format, name, text, says string }{
		{export.NDJSON, "careers.ndjson", "{}\n[", "line 1"},
		{export.NDJSON, "careers.ndjson", "{\"slug\":\"b\"}\n{\"slug\":\"a\"}\n", `line 2: "a" stands after "b"`},
		{export.NDJSON, "careers.ndjson", "{\"slug\":\"b\"}\n[\n", "line 2: is no record"},
		{export.JSONLD, "careers.jsonld", "{}\n", "no @graph"},
		{export.NDJSON, "other.ndjson", "", "alone"},
		{export.CSV, "careers.csv", "slug\r\n", "cannot be opened"},
	} {
		parent := t.TempDir()
		w, err := release.Create(parent, "r")
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Create(tt.name, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, tt.text); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(release.Manifest{Format: tt.format}); err != nil {
			t.Fatal(err)
		}
		var bad *release.BadError
		_, err = compare.Releases(t.Context(), w.Path(), w.Path(), nil, func(compare.Career) error { return nil })
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q: error %v, want one that says %s", tt.text, err, tt.says)
		}
	}
}

// TestCountsAddUp compares random catalogs: every career is in exactly one class,
// and the other way round additions are removals.
func TestCountsAddUp(t *testing.T) {
	t.Parallel()
	slugs := []string{"a", "b", "b-c", "c", "d"}
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 0))
		format := []string{export.NDJSON, export.JSONLD, export.CSV}[seed%3]
		catalog := func() (records []career.Record) {
			for _, slug := range slugs {
				if rng.IntN(4) > 0 {
					r := plain(slug, 1)
					r.AlsoKnownAs = []string{slug, "x"}[:1+rng.IntN(2)]
					records = append(records, r)
				}
			}
			return records
		}
		one, two := catalog(), catalog()
		before, after := exported(t, format, one...), exported(t, format, two...)
		count := func(from, to string) compare.Summary {
			seen := ""
			s, err := compare.Releases(t.Context(), from, to, nil, func(c compare.Career) error {
				if c.Slug <= seen {
					t.Errorf("%q comes after %q", c.Slug, seen)
				}
				seen = c.Slug
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s, back := count(before, after), count(after, before)
		if s.Removed+s.Changed+s.Touched+s.Same != len(one) || s.Added+s.Changed+s.Touched+s.Same != len(two) {
			t.Errorf("%d and %d careers: %d added, %d removed, %d changed, %d touched, %d the same", len(one), len(two), s.Added, s.Removed, s.Changed, s.Touched, s.Same)
		}
		if s.Added != back.Removed || s.Removed != back.Added || s.Changed != back.Changed || s.Same != back.Same {
			t.Errorf("there %+v, back %+v", s, back)
		}
	}
}
