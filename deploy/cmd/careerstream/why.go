package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/enrich/fact/sentence"
	"careerstream/enrich/setting"
	"careerstream/schemas/career"
)

// why says where what a record says comes from.
type why struct {
	Slug string `json:"slug"`
	// URL of the page, when it was taken, and the SHA-256 of its bytes.
	URL        string     `json:"url"`
	FetchedAt  time.Time  `json:"fetched_at"`
	BodySHA256 string     `json:"body_sha256"`
	Profile    string     `json:"profile"`
	Extractor  string     `json:"extractor"`
	Found      []evidence `json:"found"`
}

// evidence is one thing that a record says.
type evidence struct {
	// Field names it, Value is what is said.
	Field string `json:"field"`
	Value string `json:"value"`
	// Place is the part of the page's text that the sentence stands in.
	Place    string `json:"place"`
	Sentence string `json:"sentence"`
	// Confidence is over 0 to 1; 0 stands for what the page says word for word.
	Confidence float64 `json:"confidence,omitempty"`
	Rule       string  `json:"rule,omitempty"`
}

// explain collects what a record says under a field: facts, codes, relations and
// settings with their evidence, and the page's own words. The field is a path such
// as facts.education, its beginning, or a value.
func explain(r career.Record, field string) (why, error) {
	w := why{
		Slug: r.Slug, URL: r.Source.URL, FetchedAt: r.Source.FetchedAt, BodySHA256: r.Source.BodySHA256,
		Profile: r.Source.Profile, Extractor: r.Source.Extractor, Found: []evidence{},
	}
	all, err := evidences(r)
	if err != nil {
		return w, err
	}
	var known []string
	for _, f := range all {
		known = append(known, f.Field)
		if f.Field == field || strings.HasPrefix(f.Field, field+".") || strings.EqualFold(f.Value, field) {
			w.Found = append(w.Found, f)
		}
	}
	if len(w.Found) == 0 {
		slices.Sort(known)
		return w, usage("%s says nothing under %q; there are %s", r.Slug, field, strings.Join(slices.Compact(known), ", "))
	}
	return w, nil
}

func evidences(r career.Record) ([]evidence, error) {
	var all []evidence
	for _, f := range r.Facts {
		all = append(all, evidence{"facts." + f.Kind + "." + f.Value, f.Label, f.Field, f.Sentence, f.Confidence, f.Rule})
	}
	for _, c := range r.Codes {
		all = append(all, evidence{"codes." + c.Scheme, c.Code + " " + c.Title, "name", c.Evidence, c.Confidence, c.Relation + ", " + c.Method})
	}
	for _, rel := range r.Relations {
		all = append(all, evidence{"relations." + rel.Kind, rel.Name, rel.Evidence, rel.Career, rel.Confidence, rel.Method})
	}
	settings, err := settingSentences(r.Workplace)
	if err != nil {
		return nil, err
	}
	all = append(all, settings...)
	say := func(field string, texts ...string) {
		for i, text := range texts {
			if text != "" {
				all = append(all, evidence{Field: field, Value: clip(text), Place: fmt.Sprintf("%s[%d]", field, i), Sentence: text})
			}
		}
	}
	say("name", r.Name)
	say("also_known_as", r.AlsoKnownAs...)
	say("definition", r.Definition.Paragraphs...)
	for i, d := range r.Duties {
		all = append(all, evidence{Field: "duties." + d.ID, Value: d.Name, Place: fmt.Sprintf("duties[%d]", i), Sentence: d.Text})
	}
	for i, t := range r.Types {
		all = append(all, evidence{Field: "types", Value: t.Name, Place: fmt.Sprintf("types[%d]", i), Sentence: t.Text})
	}
	say("workplace", r.Workplace.Paragraphs...)
	return all, nil
}

// settingSentences finds the first sentence that names each setting.
func settingSentences(w career.Workplace) ([]evidence, error) {
	vocabulary, err := setting.New()
	if err != nil {
		return nil, err
	}
	var found []evidence
	for _, value := range w.Settings {
		f := evidence{Field: "workplace.settings." + value, Value: value, Rule: "vocabulary of settings"}
	search:
		for i, paragraph := range w.Paragraphs {
			for _, text := range sentence.Texts(paragraph) {
				if slices.Contains(vocabulary.Match([]string{text}), value) {
					f.Place, f.Sentence = fmt.Sprintf("workplace.paragraphs[%d]", i), text
					break search
				}
			}
		}
		found = append(found, f)
	}
	return found, nil
}

// clip shortens a text for a column.
func clip(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

func printWhy(w io.Writer, found why) error {
	if _, err := fmt.Fprintf(w, "%s, taken %s\nSHA-256 of the page: %s\nread by %s with profile %s\n\n",
		found.URL, found.FetchedAt.Format(time.RFC3339), found.BodySHA256, found.Extractor, found.Profile); err != nil {
		return err
	}
	t := newTable(w, "Why", table.Row{"field", "value", "where", "sentence", "confidence", "rule"}, 48, 5)
	for _, f := range found.Found {
		confidence := ""
		if f.Confidence > 0 {
			confidence = fmt.Sprintf("%.2f", f.Confidence)
		}
		t.AppendRow(table.Row{f.Field, f.Value, f.Place, f.Sentence, confidence, f.Rule})
	}
	t.Render()
	return nil
}
