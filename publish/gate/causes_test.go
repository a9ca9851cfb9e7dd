package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/gate"
	"careerstream/schemas/career"
)

func TestCauses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		edit     func(p *career.Published)
		released bool
		want     []string
	}{
		{"other bytes", func(p *career.Published) { p.Record.Source.BodySHA256 = "b" }, false, []string{"source-changed"}},
		{"another address", func(p *career.Published) { p.Record.Source.URL += "x" }, false, []string{"source-changed"}},
		{"another profile", func(p *career.Published) { p.Record.Source.Profile = "b" }, false, []string{"code-changed"}},
		{"another extractor, and other bytes", func(p *career.Published) {
			p.Record.Source.Extractor, p.Record.Source.BodySHA256 = "b", "b"
		}, false, []string{"source-changed", "code-changed"}},
		{"a replay", func(p *career.Published) { p.Basis.Replay, p.Record.Name = 7, "Shrink" }, false, []string{"code-changed"}},
		{"nothing that shows", func(p *career.Published) { p.Record.Workplace.Settings = []string{"clinic"} }, false, []string{"code-changed"}},
		{"a taxonomy, and another code", func(p *career.Published) { p.Basis.Taxonomy, p.Record.Codes = "b", nil }, false, []string{"taxonomy-changed"}},
		{"a taxonomy with the same codes, and other bytes", func(p *career.Published) { p.Basis.Taxonomy, p.Record.Source.BodySHA256 = "b", "b" }, false, []string{"source-changed"}},
		{"a link resolved", func(p *career.Published) { p.Record.SeeAlso[0].Career = "counselor" }, false, []string{"career-arrived"}},
		{"a page that names this career", func(p *career.Published) {
			p.Record.Relations = append(p.Record.Relations, career.Relation{Kind: career.TypeOf, Name: "X", Career: "x"})
		}, false, []string{"career-arrived"}},
		{"a former slug", func(p *career.Published) { p.Record.Aliases = nil }, false, []string{"career-arrived"}},
		{"a type of another name", func(p *career.Published) {
			p.Record.Source.BodySHA256 = "b"
			p.Record.Types[0].Name, p.Record.Types[0].Career = "Other", "other"
		}, false, []string{"source-changed"}},
		{"the page is back", func(p *career.Published) { p.Record.Retired = nil }, false, []string{"page-returned"}},
		{"gone elsewhere", func(p *career.Published) { p.Record.Retired.Reason = "moved" }, false, []string{"page-retired"}},
		{"an article", func(p *career.Published) { p.Record.FAQs[0].Article.BodySHA256 = "b" }, false, []string{"article-arrived"}},
		{"released", func(p *career.Published) { p.Record.Source.BodySHA256 = "b" }, true, []string{"source-changed", "released"}},
		{"first", nil, false, []string{"source-changed"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			last := career.Published{Record: psychotherapist(), Basis: career.Basis{Snapshot: 3, Catalog: 4}}
			last.Record.Version = 1
			next := career.Published{Record: psychotherapist(), Basis: career.Basis{Snapshot: 3, Catalog: 9}}
			if test.edit == nil {
				last = career.Published{}
			} else {
				test.edit(&next)
				next.Changes = gate.Diff(last.Record, next.Record)
			}
			if diff := cmp.Diff(test.want, gate.Causes(last, next, test.released)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestVersionSaysItsCauses(t *testing.T) {
	t.Parallel()
	s, g, _ := fixture(t)
	r := psychotherapist()
	first := handle(t, g, s.enriched(r, 5))
	if p := published(t, first[0]); !cmp.Equal(p.Causes, []string{career.SourceChanged}) {
		t.Errorf("first version: causes %v", p.Causes)
	}
	s.publish(first[0])
	r.Name, r.Source.BodySHA256 = "Shrink", "b"
	if p := published(t, handle(t, g, s.enriched(r, 6))[0]); !cmp.Equal(p.Causes, []string{career.SourceChanged}) {
		t.Errorf("second version: causes %v", p.Causes)
	}
}
