package normalize

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/page"
)

// checkInvariants holds what is true of every input: a record or a poison fault
// of the documented kinds, the same twice, valid UTF-8, no empty text in a list,
// and not much more output than input.
func checkInvariants(t *testing.T, p *Parser, v *jsonschema.Validator, in Input) {
	t.Helper()
	rec, err := p.Parse(in)
	if err != nil {
		switch kind := fault.KindOf(err); kind {
		case fault.NotACareerPage, fault.ConsentWall, fault.TooDeep, fault.EmptyPage, fault.BadCharset:
		default:
			t.Fatalf("unexpected fault %s: %v", kind, err)
		}
		return
	}
	data, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Parse(in)
	if err != nil {
		t.Fatalf("second reading: %v", err)
	}
	if second, err := json.Marshal(again); err != nil || !bytes.Equal(data, second) {
		t.Fatalf("two readings differ: %v\n%s\n%s", err, data, second)
	}
	if !utf8.Valid(data) {
		t.Fatalf("invalid UTF-8: %q", data)
	}
	if limit := 40*len(in.Body) + 10_000; len(data) > limit {
		t.Fatalf("%d bytes of record for %d bytes of page", len(data), len(in.Body))
	}
	if rec.Slug == "" || rec.Name == "" || len(rec.Slug) > maxSlug {
		t.Fatalf("name %q slug %q", rec.Name, rec.Slug)
	}
	ids := map[string]bool{}
	for _, d := range rec.Duties {
		if ids[d.ID] || d.ID == "" || d.Text == "" {
			t.Fatalf("duty %+v: id twice or empty, or no text", d)
		}
		ids[d.ID] = true
	}
	rec.Source.URL = "https://example.org/page"
	e, err := event.New("/test", event.RecordNormalized, rec.Slug, career.Normalized{Record: *rec, Basis: career.Basis{Snapshot: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Event(e); err != nil {
		t.Fatalf("record breaks its schema: %v\n%s", err, data)
	}
}

func fuzz(f *testing.F, mediaType string, patterns ...string) {
	f.Helper()
	p := mustNew(f)
	v, err := jsonschema.New()
	if err != nil {
		f.Fatal(err)
	}
	for _, pat := range patterns {
		files, err := filepath.Glob(pat)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	for _, sh := range shapes() {
		if sh.media == mediaType {
			f.Add(sh.body(beekeeper()))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 1<<20 {
			t.Skip("larger than pages are here")
		}
		checkInvariants(t, p, v, Input{Body: body, MediaType: mediaType, URL: "https://example.org/careers/beekeeper"})
	})
}

func FuzzHTML(f *testing.F) { fuzz(f, page.HTML, "testdata/shapes/*.html", samplePages+"/*.html") }

func FuzzText(f *testing.F) { fuzz(f, page.Text, "testdata/shapes/*.txt", samplePages+"/*.txt") }

// TestCutPages reads pages cut off at any place and with bytes struck out, as
// broken transfers leave them.
func TestCutPages(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	v, err := jsonschema.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, sh := range shapes() {
		t.Run(sh.name, func(t *testing.T) {
			t.Parallel()
			body := sh.body(beekeeper())
			for cut := len(body) / 7; cut < len(body); cut += len(body)/7 + 13 {
				checkInvariants(t, p, v, Input{Body: body[:cut], MediaType: sh.media})
				struck := strings.ReplaceAll(string(body), string(body[cut:cut+1]), "")
				checkInvariants(t, p, v, Input{Body: []byte(struck), MediaType: sh.media})
			}
		})
	}
}
