package jsonld

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"careerstream/schemas/career"
)

// MediaType of the document (https://www.w3.org/TR/json-ld11/#iana-considerations).
const MediaType = "application/ld+json"

// Document is a JSON-LD document with one graph.
type Document struct {
	Context string `json:"@context"`
	Graph   []any  `json:"@graph"`
}

// Occupation is https://schema.org/Occupation.
type Occupation struct {
	Type                   string         `json:"@type"`
	ID                     string         `json:"@id"`
	Name                   string         `json:"name"`
	AlternateName          []string       `json:"alternateName,omitempty"`
	Description            string         `json:"description,omitempty"`
	Responsibilities       []string       `json:"responsibilities,omitempty"`
	Skills                 []DefinedTerm  `json:"skills,omitempty"`
	Qualifications         []Credential   `json:"qualifications,omitempty"`
	EducationRequirements  []Credential   `json:"educationRequirements,omitempty"`
	ExperienceRequirements []any          `json:"experienceRequirements,omitempty"`
	OccupationalCategory   []CategoryCode `json:"occupationalCategory,omitempty"`
	EstimatedSalary        []any          `json:"estimatedSalary,omitempty"`
	MainEntityOfPage       string         `json:"mainEntityOfPage,omitempty"`
}

// DefinedTerm is https://schema.org/DefinedTerm.
type DefinedTerm struct {
	Type     string `json:"@type"`
	Name     string `json:"name"`
	TermCode string `json:"termCode,omitempty"`
}

// Credential is https://schema.org/EducationalOccupationalCredential.
type Credential struct {
	Type               string `json:"@type"`
	Name               string `json:"name"`
	CredentialCategory string `json:"credentialCategory,omitempty"`
	EducationalLevel   string `json:"educationalLevel,omitempty"`
	Description        string `json:"description,omitempty"`
}

// Experience is https://schema.org/OccupationalExperienceRequirements.
type Experience struct {
	Type               string  `json:"@type"`
	MonthsOfExperience float64 `json:"monthsOfExperience"`
	Description        string  `json:"description,omitempty"`
}

// CategoryCode is https://schema.org/CategoryCode.
type CategoryCode struct {
	Type      string          `json:"@type"`
	CodeValue string          `json:"codeValue"`
	Name      string          `json:"name,omitempty"`
	URL       string          `json:"url,omitempty"`
	InCodeSet CategoryCodeSet `json:"inCodeSet"`
}

// CategoryCodeSet is https://schema.org/CategoryCodeSet.
type CategoryCodeSet struct {
	Type    string `json:"@type"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// FAQPage is https://schema.org/FAQPage.
type FAQPage struct {
	Type         string     `json:"@type"`
	ID           string     `json:"@id"`
	URL          string     `json:"url,omitempty"`
	DateModified *time.Time `json:"dateModified,omitempty"`
	About        Reference  `json:"about"`
	MainEntity   []Question `json:"mainEntity"`
}

// Reference names a node of the graph.
type Reference struct {
	ID string `json:"@id"`
}

// Question is https://schema.org/Question.
type Question struct {
	Type           string `json:"@type"`
	Name           string `json:"name"`
	AcceptedAnswer Answer `json:"acceptedAnswer"`
}

// Answer is https://schema.org/Answer.
type Answer struct {
	Type string `json:"@type"`
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
}

// Encode writes a record's JSON as JSON-LD. It fails where it is no record.
func Encode(record []byte) ([]byte, error) {
	var r career.Record
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	document, err := json.Marshal(Of(&r))
	if err != nil {
		return nil, fmt.Errorf("encode %s as JSON-LD: %w", r.Slug, err)
	}
	return document, nil
}

// Of is the document of a record.
func Of(r *career.Record) Document {
	document := Document{Context: "https://schema.org", Graph: []any{occupation(r)}}
	if len(r.FAQs) > 0 {
		document.Graph = append(document.Graph, faqPage(r))
	}
	return document
}

// id names a career or a part of it, wherever the document is read.
func id(r *career.Record, part string) string { return "urn:careerstream:career:" + r.Slug + part }

func occupation(r *career.Record) Occupation {
	o := Occupation{
		Type: "Occupation", ID: id(r, ""), Name: r.Name, AlternateName: r.AlsoKnownAs,
		Description: paragraphs(r.Definition.Paragraphs...), MainEntityOfPage: page(r),
	}
	for _, duty := range r.Duties {
		text := duty.Text
		if duty.Name != "" && text != "" {
			text = duty.Name + ": " + text
		}
		if text == "" {
			text = duty.Name
		}
		o.Responsibilities = append(o.Responsibilities, text)
	}
	for _, code := range r.Codes {
		o.OccupationalCategory = append(o.OccupationalCategory, CategoryCode{
			Type: "CategoryCode", CodeValue: code.Code, Name: code.Title, URL: code.URI,
			InCodeSet: CategoryCodeSet{Type: "CategoryCodeSet", Name: scheme(code.Scheme), Version: code.Version},
		})
	}
	addFacts(&o, r.Facts)
	return o
}

// page is the URL of the page, "" where it is none on the web.
func page(r *career.Record) string {
	if strings.HasPrefix(r.Source.URL, "https://") || strings.HasPrefix(r.Source.URL, "http://") {
		return r.Source.URL
	}
	return ""
}

// scheme is a taxonomy's name for people.
func scheme(name string) string {
	switch name {
	case "onet-soc":
		return "O*NET-SOC"
	case "soc-2018":
		return "SOC 2018"
	case "soc-2010":
		return "SOC 2010"
	case "esco":
		return "ESCO"
	case "isco-08":
		return "ISCO-08"
	}
	return name
}

func faqPage(r *career.Record) FAQPage {
	f := FAQPage{Type: "FAQPage", ID: id(r, ":faq"), URL: page(r), About: Reference{id(r, "")}}
	if !r.ValidFrom.IsZero() {
		f.DateModified = &r.ValidFrom
	}
	for _, faq := range r.FAQs {
		answer := Answer{Type: "Answer", Text: paragraphs(answerOf(faq)...)}
		if faq.Article != nil {
			answer.URL = faq.Article.URL
		}
		f.MainEntity = append(f.MainEntity, Question{Type: "Question", Name: faq.Question, AcceptedAnswer: answer})
	}
	return f
}

// answerOf is the whole answer: that of the article where the page has only its
// beginning, and a comparison in the order in which it is read.
func answerOf(faq career.FAQ) []string {
	texts := faq.Answer
	if faq.Article != nil && len(faq.Article.Text) > 0 {
		texts = faq.Article.Text
	}
	c := faq.Comparison
	if c == nil {
		return texts
	}
	all := append([]string{c.Intro}, texts...)
	for _, d := range c.Dimensions {
		all = append(all, d.Name)
		if d.Left != "" {
			all = append(all, c.Left+": "+d.Left)
		}
		if d.Right != "" {
			all = append(all, c.Right+": "+d.Right)
		}
	}
	return append(all, c.Summary)
}

// paragraphs joins what is not empty by blank lines.
func paragraphs(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(text)
	}
	return b.String()
}
