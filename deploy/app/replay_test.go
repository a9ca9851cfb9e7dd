package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/ingest"
	"careerstream/normalize"
	"careerstream/normalize/profile"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// replayPages is small, for every day; the promise is made for 2,000:
// go test ./deploy/app -run TestReplay -replay.pages 2000
var replayPages = flag.Int("replay.pages", 60, "pages that TestReplay stores")

// library is a broker with the stages up to publication and no tables.
type library struct {
	t       *testing.T
	engines *app.Engines
	conn    *broker.Conn
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	engines, err := app.Open(t.Context(), app.Config{
		Data: datadir.Dir(t.TempDir()), Replicas: 1, Database: "careerstream", Logger: slog.New(slog.DiscardHandler),
	}, app.Need{Broker: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engines.Close(); err != nil {
			t.Error(err)
		}
	})
	return &library{t, engines, engines.Broker}
}

// run calls work while the stages run, and returns when they have done everything.
func (l *library) run(parser *normalize.Parser, work func(ctx context.Context)) {
	l.t.Helper()
	cfg := app.PipelineConfig{Stages: []string{stream.Normalize, stream.Enrich, stream.Gate, stream.Release, stream.Feed}, Parser: parser, Logger: slog.New(slog.DiscardHandler)}
	err := app.WithPipeline(l.t.Context(), cfg, l.engines, func(ctx context.Context) error {
		work(ctx)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			lags, err := app.Lags(ctx, l.conn)
			if err != nil {
				return err
			}
			left := uint64(0)
			for _, lag := range lags[:len(cfg.Stages)] {
				left += lag.Left
			}
			if left == 0 {
				return nil
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *library) ingest(ctx context.Context, folder string) {
	l.t.Helper()
	bodies, err := l.conn.Bodies()
	if err != nil {
		l.t.Fatal(err)
	}
	defer bodies.Close()
	ingester, err := ingest.New(ingest.Config{MaxPageBytes: 1 << 20}, ingest.Deps{
		Bodies: bodies, Publisher: l.conn, Last: l.conn, DeadLetters: l.conn.DeadLetters(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := ingester.Run(ctx, []string{folder}, func(ingest.Progress) {}); err != nil {
		l.t.Fatal(err)
	}
}

func (l *library) replay(ctx context.Context, parser *normalize.Parser, dry bool) app.Blast {
	l.t.Helper()
	blast, err := app.Replay(ctx, l.conn, app.ReplayConfig{Parser: parser, DryRun: dry, Examples: 2})
	if err != nil {
		l.t.Fatal(err)
	}
	return blast
}

// latest reads the last record of each career from a stream.
func (l *library) latest(name, pattern string) map[string]career.Published {
	l.t.Helper()
	records := make(map[string]career.Published)
	err := l.conn.Latest(l.t.Context(), name, pattern, func(raw sink.Raw, _ uint64) error {
		e, err := event.Decode(raw.Header, raw.Body)
		if err != nil {
			return err
		}
		p, err := event.Data[career.Published](event.Message{Event: e})
		records[p.Record.Slug] = p
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return records
}

func (l *library) published() map[string]career.Published {
	return l.latest(stream.Published, subject.AllPublished)
}

func (l *library) counts() app.Outcome {
	l.t.Helper()
	o, err := app.Count(l.t.Context(), l.conn)
	if err != nil {
		l.t.Fatal(err)
	}
	return o
}

func parserWith(t *testing.T, profiles ...string) *normalize.Parser {
	t.Helper()
	dir := t.TempDir()
	for i, text := range profiles {
		if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i))+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	named, err := profile.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	parser, err := normalize.New(normalize.Config{Profiles: named})
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

func generate(t *testing.T, from, to, n int, edition uint64) string {
	t.Helper()
	folder := t.TempDir()
	for i := from; i < to; i++ {
		if err := sample.Write(folder, sample.Generate(i, n, edition)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// editor is a profile of the generated site that knows better, or worse.
const editor = `{"name": "editor", "hosts": ["generated.example"], "markup": {"drop": ["details", "main > ul:last-of-type"]}}`

// fieldCounts is the truth about two catalogs: how each field of the records that
// both have differs.
func fieldCounts(t *testing.T, before, after map[string]career.Published) map[string][3]int {
	t.Helper()
	counts := make(map[string][3]int)
	for slug, old := range before {
		x, y := reflect.ValueOf(old.Record), reflect.ValueOf(after[slug].Record)
		for i := range x.NumField() {
			name, _, _ := cut(x.Type().Field(i).Tag.Get("json"))
			switch name {
			case "version", "valid_from", "source", "quality", "relations", "facts", "codes":
				continue // other stages'
			}
			a, b := content(t, x.Field(i)), content(t, y.Field(i))
			c := counts[name]
			switch {
			case a == b:
				continue
			case a == "[]" || a == `{"paragraphs":[],"settings":[]}`:
				c[0]++
			case b == "[]" || b == `{"paragraphs":[],"settings":[]}`:
				c[1]++
			default:
				c[2]++
			}
			counts[name] = c
		}
	}
	return counts
}

func cut(tag string) (name, rest string, found bool) {
	for i := range tag {
		if tag[i] == ',' {
			return tag[:i], tag[i+1:], true
		}
	}
	return tag, "", false
}

func content(t *testing.T, v reflect.Value) string {
	t.Helper()
	data, err := json.Marshal(v.Interface())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The dry run says what then happens, to the last count.
func TestReplay(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	plain, edited := parserWith(t), parserWith(t, editor)
	n := *replayPages
	l.run(plain, func(ctx context.Context) { l.ingest(ctx, generate(t, 0, n, n, 1)) })
	before, start := l.published(), l.counts()
	if len(before) != n {
		t.Fatalf("%d careers, want %d", len(before), n)
	}
	if b := l.replay(t.Context(), plain, true); b.Unchanged != n || b.Careers() != 0 || b.Pages != n {
		t.Fatalf("replay of the same code: %+v", b)
	}

	begin := time.Now()
	dry := l.replay(t.Context(), edited, true)
	t.Logf("dry run of %d pages in %v", n, time.Since(begin).Round(time.Millisecond))
	if l.counts() != start {
		t.Fatal("the dry run published something")
	}
	if dry.Pages != n || dry.Changed == 0 || dry.Arrived+dry.Stopped+dry.Linking != 0 || len(dry.Fields) == 0 || len(dry.Fields[0].Examples) == 0 {
		t.Errorf("dry run: %+v", dry)
	}

	var real app.Blast
	begin = time.Now()
	l.run(edited, func(ctx context.Context) { real = l.replay(ctx, edited, false) })
	t.Logf("replay of %d pages in %v", n, time.Since(begin).Round(time.Millisecond))
	if diff := cmp.Diff(dry, real, cmpopts.IgnoreFields(app.Blast{}, "DryRun", "Replay")); diff != "" || real.Replay == 0 {
		t.Errorf("number %d (-dry run +replay):\n%s", real.Replay, diff)
	}
	did := l.counts().Since(start)
	if want := uint64(dry.Careers()); did.Normalized != want || did.Published != want || did.Dead != 0 {
		t.Errorf("%+v happened, the dry run said %d", did, want)
	}
	after := l.published()
	want := map[string][3]int{}
	for _, f := range dry.Fields {
		want[f.Field] = [3]int{f.Gained, f.Lost, f.Changed}
	}
	if diff := cmp.Diff(want, fieldCounts(t, before, after)); diff != "" {
		t.Errorf("fields (-predicted +happened):\n%s", diff)
	}
	for slug, p := range after {
		if was := before[slug].Record.Version; p.Record.Version > was && (!cmp.Equal(p.Causes, []string{career.CodeChanged}) || p.Basis.Replay != real.Replay) {
			t.Errorf("%s: causes %v, basis %+v", slug, p.Causes, p.Basis)
		}
	}

	// A repeat changes nothing; a newer snapshot, read as ever, wins.
	again := l.counts()
	l.run(edited, func(ctx context.Context) {
		if b := l.replay(ctx, edited, false); b.Careers() != 0 || b.Unchanged != n {
			t.Errorf("repeat: %+v", b)
		}
	})
	if l.counts() != again {
		t.Error("the repeat published something")
	}
	if b := l.replay(t.Context(), plain, true); b.Changed != dry.Changed {
		t.Errorf("dry run of the way back: %+v", b)
	}
	l.run(plain, func(ctx context.Context) { l.ingest(ctx, generate(t, 0, 1, n, 2)) })
	if did := l.counts().Since(again); did.Normalized != 1 || did.Published != 1 {
		t.Errorf("a newer page: %+v", did)
	}
	// And the way back is a replay too.
	l.run(plain, func(ctx context.Context) {
		if b := l.replay(ctx, plain, false); b.Changed != dry.Changed-1 || b.Replay <= real.Replay {
			t.Errorf("back: %+v", b)
		}
	})
}

// Pages that begin or cease to make a record, or make another one.
func TestReplayOfWholePages(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	plain := parserWith(t)
	page := func(title, about string) string {
		return "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><h2>What is a Baker?</h2><p>A baker makes bread and rolls before the town wakes up.</p>" +
			"<h2>" + about + "</h2><ul><li>Mixing dough for the day</li><li>Heating the ovens</li><li>Shaping loaves</li></ul></body></html>"
	}
	folder := t.TempDir()
	for name, body := range map[string]string{
		"baker.html":  page("What does a Baker do?", "Duties"),
		"secret.html": "<html><body><div id=gate><h1>What does a Miller do?</h1><h2>What is a Miller?</h2><p>A miller grinds the grain of the whole valley.</p><h2>Duties</h2><ul><li>Grinding grain</li><li>Mending the wheel</li></ul></div></body></html>",
		"none.html":   "<html><body><h1>Opening hours</h1><p>We open at nine.</p><div class=later><h1>What does a Tailor do?</h1><h2>What is a Tailor?</h2><p>A tailor sews.</p></div></body></html>",
	} {
		meta := `{"url": "https://whole.example/careers/` + name + `", "fetched_at": "2026-05-04T09:00:00Z"}`
		if err := errors.Join(os.WriteFile(filepath.Join(folder, name), []byte(body), 0o600), os.WriteFile(filepath.Join(folder, name+".meta.json"), []byte(meta), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	l.run(plain, func(ctx context.Context) { l.ingest(ctx, folder) })
	gated := parserWith(t, `{"name": "gated", "hosts": ["whole.example"], "markup": {"drop": ["#gate"]}}`)
	dry := l.replay(t.Context(), gated, true)
	if dry.Stopped != 1 || len(dry.StoppedPages) != 1 || dry.StoppedPages[0].Was != "miller" || dry.StoppedPages[0].Why == "" {
		t.Errorf("a page that cannot be read any more: %+v", dry)
	}
	start := l.counts()
	l.run(gated, func(ctx context.Context) {
		real := l.replay(ctx, gated, false)
		if diff := cmp.Diff(dry, real, cmpopts.IgnoreFields(app.Blast{}, "DryRun", "Replay")); diff != "" {
			t.Errorf("(-dry run +replay):\n%s", diff)
		}
	})
	if did := l.counts().Since(start); did.Normalized != 0 || did.Dead != 0 {
		t.Errorf("%+v", did)
	}

	// What was unreadable from the start is read by a better profile.
	other := newLibrary(t)
	other.run(gated, func(ctx context.Context) { other.ingest(ctx, folder) })
	dry = other.replay(t.Context(), plain, true)
	if dry.Started != 1 || dry.Arrived != 1 || dry.Linking != 1 || len(dry.StartedPages) != 1 || dry.StartedPages[0].Slug != "miller" {
		t.Errorf("a page that can be read now: %+v", dry)
	}
	other.run(plain, func(ctx context.Context) {
		if real := other.replay(ctx, plain, false); real.Arrived != 1 {
			t.Errorf("replay: %+v", real)
		}
	})
	if _, ok := other.published()["miller"]; !ok {
		t.Error("the career did not arrive")
	}

	ctx, cancel := context.WithCancel(t.Context())
	_, err := app.Replay(ctx, l.conn, app.ReplayConfig{Parser: plain, Progress: func(uint64, uint64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	if b, err := app.Replay(t.Context(), l.conn, app.ReplayConfig{Parser: plain, DryRun: true, Site: "nobody.example"}); err != nil || b.Pages != 0 {
		t.Errorf("another site: %+v, %v", b, err)
	}
}
