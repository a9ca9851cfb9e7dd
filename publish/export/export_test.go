package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"careerstream/publish/export"
	"careerstream/publish/export/release"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
)

var epoch = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// body is the message of a version that was published so many days after epoch.
func body(t testing.TB, day int, r career.Record) []byte {
	t.Helper()
	r.FillLists()
	r.ValidFrom = epoch.AddDate(0, 0, day)
	e, err := event.New("/test", event.RecordPublished, r.Slug, career.Published{Record: r, Changes: []career.Change{}})
	if err != nil {
		t.Fatal(err)
	}
	e.ID, e.Time = event.ID(r.Slug, fmt.Sprint(day)), r.ValidFrom
	text, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func named(slug string, version uint64, change func(*career.Record)) career.Record {
	r := career.Record{Slug: slug, Name: strings.ToUpper(slug), Version: version, Source: career.Source{Site: "a.example", URL: "https://a.example/" + slug}}
	if change != nil {
		change(&r)
	}
	return r
}

func on(site string) func(*career.Record) {
	return func(r *career.Record) { r.Source.Site = site }
}

func gone(r *career.Record) { r.Retired = &career.Retirement{Since: epoch, Reason: "not-found"} }

// catalog has four careers, of which one changed, one was retired and one moved.
func catalog(t testing.TB) *sinktest.Log {
	t.Helper()
	log := sinktest.NewLog("PUBLISHED", "2026-05-01T00:00:00Z")
	log.Append("p",
		body(t, 1, named("welder", 1, nil)), body(t, 1, named("actor", 1, on("b.example"))), body(t, 2, named("nurse", 1, nil)),
		[]byte("no event"), body(t, 3, named("welder", 2, func(r *career.Record) { r.Plural = "Welders" })),
		body(t, 4, named("nurse", 2, gone)), body(t, 5, named("baker", 1, func(r *career.Record) {
			r.Codes = []career.Code{{Scheme: "onet-soc", Version: "30.3", Code: "51-3011.00"}, {Scheme: "esco", Code: "x"}}
		})),
		body(t, 6, named("welder", 2, func(r *career.Record) { r.Plural = "a repeat" })),
	)
	return log
}

func lines(t *testing.T, log *sinktest.Log, o export.Options) (string, release.Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := export.ToWriter(t.Context(), log, &b, o)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), m
}

// versions says slug and version of each line.
func versions(t *testing.T, text string) string {
	t.Helper()
	var all []string
	for line := range strings.Lines(text) {
		var r career.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s/%d", r.Slug, r.Version))
	}
	return strings.Join(all, " ")
}

func TestWhatIsExported(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		o    export.Options
		want string
	}{
		{"all", export.Options{}, "actor/1 baker/1 nurse/2 welder/2"},
		{"active", export.Options{Status: "active"}, "actor/1 baker/1 welder/2"},
		{"retired", export.Options{Status: "retired"}, "nurse/2"},
		{"a site", export.Options{Site: "B.example"}, "actor/1"},
		{"no site", export.Options{Site: "c.example"}, ""},
		{"before all", export.Options{AsOf: epoch}, ""},
		{"at the moment of a version", export.Options{AsOf: epoch.AddDate(0, 0, 3)}, "actor/1 nurse/1 welder/2"},
		{"just before it", export.Options{AsOf: epoch.AddDate(0, 0, 3).Add(-time.Nanosecond)}, "actor/1 nurse/1 welder/1"},
		{"active then", export.Options{AsOf: epoch.AddDate(0, 0, 3), Status: "active"}, "actor/1 nurse/1 welder/2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.o.Format = export.NDJSON
			text, m := lines(t, catalog(t), tt.o)
			if got := versions(t, text); got != tt.want {
				t.Errorf("exported %s, want %s", got, tt.want)
			}
			if m.Counts.Careers != strings.Count(text, "\n") || m.Counts.Careers != m.Counts.Active+m.Counts.Retired || m.Counts.Unreadable != 1 || m.Source.LastSequence != 8 {
				t.Errorf("counts %+v of %+v", m.Counts, m.Source)
			}
		})
	}
}

func TestEmptyStream(t *testing.T) {
	t.Parallel()
	text, m := lines(t, sinktest.NewLog("PUBLISHED", "i"), export.Options{Format: export.JSONLD})
	if text != "" || m.Counts != (release.Counts{}) {
		t.Errorf("%q, %+v", text, m)
	}
}

// TestDeletedEnd: the last messages are gone, and nobody waits for them.
func TestDeletedEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := catalog(t)
		for seq := uint64(7); seq <= 8; seq++ {
			log.Delete(seq)
		}
		text, _ := lines(t, log, export.Options{Format: export.NDJSON})
		if got := versions(t, text); got != "actor/1 nurse/2 welder/2" {
			t.Errorf("exported %s", got)
		}
	})
}

// growing publishes a new version of every career whenever one is read.
type growing struct {
	*sinktest.Log
	t       *testing.T
	version uint64
}

func (g *growing) grow() {
	g.version++
	for _, slug := range []string{"actor", "welder", "zoologist"} {
		g.Append("p", body(g.t, 100, named(slug, g.version, nil)))
	}
}

func TestCutIsConsistentWhilePublishingGoesOn(t *testing.T) {
	t.Parallel()
	still, _ := lines(t, catalog(t), export.Options{Format: export.NDJSON})
	g := &growing{catalog(t), t, 10}
	w := &growingWriter{g: g}
	m, err := export.ToWriter(t.Context(), g, w, export.Options{Format: export.NDJSON})
	if err != nil || m.Source.LastSequence != 8 {
		t.Fatal(m, err)
	}
	if w.String() != still {
		t.Errorf("exported\n%swant\n%s", w.String(), still)
	}
}

type growingWriter struct {
	bytes.Buffer
	g *growing
}

func (w *growingWriter) Write(p []byte) (int, error) {
	w.g.grow()
	return w.Buffer.Write(p)
}

// files reads everything of a release but what has the time of its making.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	m, err := release.Verify(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, f := range m.Files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
	}
	return all
}

func TestReleaseIsDeterministic(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return epoch }
	for _, format := range []string{export.NDJSON, export.JSONLD, export.CSV} {
		dir := t.TempDir()
		var sums []string
		for _, parent := range []string{"one", "two"} {
			if _, err := export.FromStream(t.Context(), catalog(t), filepath.Join(dir, parent), "r", export.Options{Format: format, Now: now}); err != nil {
				t.Fatal(err)
			}
			if len(files(t, filepath.Join(dir, parent, "r"))) == 0 {
				t.Errorf("%s: no files", format)
			}
			// The sums are of every byte, the manifest's too.
			text, err := os.ReadFile(filepath.Join(dir, parent, "r", release.SumsName))
			if err != nil {
				t.Fatal(err)
			}
			sums = append(sums, string(text))
		}
		if sums[0] != sums[1] {
			t.Errorf("%s: two releases of one state differ:\n%s\n%s", format, sums[0], sums[1])
		}
	}
}

func TestAttributionsOfCodesAlone(t *testing.T) {
	t.Parallel()
	onet := release.Attribution{Schemes: []string{"onet-soc", "soc-2018"}, Text: "O*NET"}
	esco := release.Attribution{Schemes: []string{"esco"}, Text: "ESCO"}
	for _, format := range []string{export.NDJSON, export.CSV} {
		for _, known := range [][]release.Attribution{{onet, esco}, nil} {
			m, err := export.FromStream(t.Context(), catalog(t), t.TempDir(), "r", export.Options{Format: format, Attributions: known})
			if err != nil {
				t.Fatal(err)
			}
			// The code of ESCO was stated by the page itself.
			if known == nil && (len(m.Attributions) != 0 || len(m.Warnings) != 2 || !strings.Contains(m.Warnings[1], "onet-soc")) {
				t.Errorf("%s without attributions: %+v", format, m)
			}
			if known != nil && (len(m.Attributions) != 1 || m.Attributions[0].Text != "O*NET" || len(m.Warnings) != 1) {
				t.Errorf("%s: %+v", format, m.Attributions)
			}
		}
	}
	m, err := export.FromStream(t.Context(), catalog(t), t.TempDir(), "r", export.Options{Format: export.NDJSON, Site: "b.example", Attributions: []release.Attribution{onet}})
	if err != nil || len(m.Attributions) != 0 {
		t.Errorf("without codes: %+v, %v", m.Attributions, err)
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, o := range []export.Options{{Format: "xml"}, {}, {Format: export.NDJSON, Status: "dead"}, {Format: export.Parquet}} {
		if _, err := export.FromStream(t.Context(), catalog(t), dir, "r", o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	if _, err := export.ToWriter(t.Context(), catalog(t), &bytes.Buffer{}, export.Options{Format: export.CSV}); err == nil {
		t.Error("CSV was written to one file")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}

var errFull = errors.New("no space left on device")

type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriterThatFails(t *testing.T) {
	t.Parallel()
	_, err := export.ToWriter(t.Context(), catalog(t), &full{left: 600}, export.Options{Format: export.NDJSON})
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "export ") {
		t.Errorf("error %v, want that of the writer with the career", err)
	}
}
