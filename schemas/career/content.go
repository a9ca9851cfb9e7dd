package career

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// FillLists replaces every nil list by an empty one, so that the record's JSON
// has [] and never null. It is idempotent.
func (r *Record) FillLists() {
	fill(&r.AlsoKnownAs)
	fill(&r.Definition.Paragraphs)
	fill(&r.DutiesIntro)
	fill(&r.Duties)
	fill(&r.TypesIntro)
	fill(&r.Types)
	fill(&r.Workplace.Paragraphs)
	fill(&r.Workplace.Settings)
	fill(&r.FAQs)
	for i := range r.FAQs {
		fill(&r.FAQs[i].Answer)
		if c := r.FAQs[i].Comparison; c != nil {
			fill(&c.Dimensions)
		}
		if a := r.FAQs[i].Article; a != nil {
			fill(&a.Text)
		}
	}
	fill(&r.SeeAlso)
	fill(&r.Sections)
	for i := range r.Sections {
		fill(&r.Sections[i].Text)
		fill(&r.Sections[i].Rows)
	}
	fill(&r.Quality.Missing)
	fill(&r.Quality.Warnings)
}

func fill[T any](list *[]T) {
	if *list == nil {
		*list = []T{}
	}
}

// Content returns the canonical JSON of what a reader sees of the record:
// everything but version, times, body hash and the other traces of how and
// when it was read. Two records with equal content are the same to the world,
// so publishing the second one would be noise.
func (r Record) Content() ([]byte, error) {
	r.Version, r.ValidFrom = 0, time.Time{}
	r.Source = Source{URL: r.Source.URL, Site: r.Source.Site}
	r.Quality.Parts = nil // they follow from the rest
	r.FAQs = slices.Clone(r.FAQs)
	for i, faq := range r.FAQs {
		if faq.Article != nil {
			r.FAQs[i].Article = &Article{URL: faq.Article.URL, Text: faq.Article.Text}
		}
	}
	r.FillLists()
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode content of %s: %w", r.Slug, err)
	}
	return data, nil
}

// ContentSHA256 is the SHA-256 of Content in hex, or an error if the record
// cannot be encoded.
func (r Record) ContentSHA256() (string, error) {
	data, err := r.Content()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
