// Package career holds the career record: what a page says about one career,
// in the shape that every stage, store and reader of careerstream shares.
package career

import "time"

// Record is everything known about one career. Lists are never null in JSON:
// an absent part is an empty list, so that a reader needs no nil checks.
type Record struct {
	// Slug identifies the career in the catalog: lower-case ASCII letters,
	// digits and hyphens, at most 120 bytes.
	Slug string `json:"slug"`
	// Name is the career in the singular without its article, cased as the
	// page cases it in running text or headings ("Psychotherapist").
	Name string `json:"name"`
	// Plural is the plural of Name ("Psychotherapists").
	Plural string `json:"plural"`
	// AlsoKnownAs lists other names that the page gives for the same career.
	AlsoKnownAs []string `json:"also_known_as"`
	// Definition says what the career is.
	Definition Definition `json:"definition"`
	// DutiesIntro is the prose that introduces Duties.
	DutiesIntro []string `json:"duties_intro"`
	// Duties are what people in the career do, in page order.
	Duties []Duty `json:"duties"`
	// TypesIntro is the prose that introduces Types.
	TypesIntro []string `json:"types_intro"`
	// Types are specialisations of the career, in page order.
	Types []Type `json:"types"`
	// Workplace says where and how the work is done.
	Workplace Workplace `json:"workplace"`
	// FAQs are the page's questions with answers, comparisons among them.
	FAQs []FAQ `json:"faqs"`
	// SeeAlso names related careers.
	SeeAlso []Link `json:"see_also"`
	// Sections is all content of the page that no other field holds.
	Sections []Section `json:"sections"`
	// Codes are occupation codes of the career in public taxonomies; left out
	// when there is none.
	Codes []Code `json:"codes,omitempty"`
	// Facts are what the prose states of credentials, education, methods, tools,
	// hours and pay, in the order of the fields; left out when there is none.
	Facts []Fact `json:"facts,omitempty"`
	// Source says where the record was read.
	Source Source `json:"source"`
	// Quality says how complete the record is.
	Quality Quality `json:"quality"`
	// Aliases are slugs under which the career was known before: pages that lead
	// here by a redirect. Sorted; left out when there is none.
	Aliases []string `json:"aliases,omitempty"`
	// Retired says since when the career's page is gone; nil for a living career.
	Retired *Retirement `json:"retired,omitempty"`
	// Relations are the record's edges of the career graph, left out when there
	// is none.
	Relations []Relation `json:"relations,omitempty"`
	// Version is 0 before publication and strictly increasing per Slug after.
	Version uint64 `json:"version"`
	// ValidFrom is when Version was published; zero before publication.
	ValidFrom time.Time `json:"valid_from,omitzero"`
}

// Retirement says why a career's page is there no more. The rest of the record is
// what was known last.
type Retirement struct {
	// Since is when the page was given up.
	Since time.Time `json:"since"`
	// Reason is page.NotFound, page.Absent or page.Moved.
	Reason string `json:"reason"`
	// MovedTo is the page that a redirect leads to, or "", and ReplacedBy the
	// slug of its career, or "".
	MovedTo    string `json:"moved_to"`
	ReplacedBy string `json:"replaced_by"`
}

// Statuses of a career.
const (
	Active  = "active"
	Retired = "retired"
)

// Status is Active or Retired.
func (r Record) Status() string {
	if r.Retired != nil {
		return Retired
	}
	return Active
}

// Definition is the prose that says what the career is.
type Definition struct {
	// Paragraphs in page order.
	Paragraphs []string `json:"paragraphs"`
}

// Duty is one thing that people in the career do.
type Duty struct {
	// ID is stable while the duty's name (or, without a name, its text) stays
	// the same, and unique within the record.
	ID string `json:"id"`
	// Name is empty where the page names none.
	Name string `json:"name"`
	// Text describes the duty.
	Text string `json:"text"`
}

// Type is a specialisation of the career.
type Type struct {
	// Name without its abbreviation ("Marriage and Family Therapists").
	Name string `json:"name"`
	// Abbreviation as on the page ("LMFT"), or "".
	Abbreviation string `json:"abbreviation"`
	// Text describes the type.
	Text string `json:"text"`
	// Career is the slug of the type in the catalog, or "" while it has none.
	Career string `json:"career"`
}

// Workplace says where and how the work is done.
type Workplace struct {
	// Paragraphs in page order.
	Paragraphs []string `json:"paragraphs"`
	// Settings are terms of the controlled vocabulary, sorted ("private-practice").
	Settings []string `json:"settings"`
}

// Kinds of FAQ.
const (
	// QA is a question with an answer in prose.
	QA = "qa"
	// Versus is a comparison of two careers.
	Versus = "comparison"
)

// FAQ is one question with its answer.
type FAQ struct {
	// Kind is QA or Versus.
	Kind string `json:"kind"`
	// Question as on the page ("Psychotherapist vs Psychoanalyst").
	Question string `json:"question"`
	// Answer is prose in page order; for a comparison, prose that belongs to
	// no part of Comparison.
	Answer []string `json:"answer"`
	// Comparison is set exactly when Kind is Versus.
	Comparison *Comparison `json:"comparison,omitempty"`
	// Article is the page on which the answer goes on ("Continue reading"); nil
	// where the page links none.
	Article *Article `json:"article,omitempty"`
}

// Article is a page of the same site that continues an answer.
type Article struct {
	// URL of the article.
	URL string `json:"url"`
	// Text is the whole answer in page order, as the article has it; empty while
	// the article is missing.
	Text []string `json:"text"`
	// BodySHA256 of the article's page, 64 hex digits; "" while it is missing.
	BodySHA256 string `json:"body_sha256"`
}

// Comparison sets two careers side by side. Texts of more than one paragraph
// are joined by a blank line.
type Comparison struct {
	// Left and Right are the careers' names as on the page.
	Left  string `json:"left"`
	Right string `json:"right"`
	// LeftCareer and RightCareer are their slugs in the catalog, or "".
	LeftCareer  string `json:"left_career"`
	RightCareer string `json:"right_career"`
	// Intro stands before the first dimension.
	Intro string `json:"intro"`
	// Dimensions in page order.
	Dimensions []Dimension `json:"dimensions"`
	// Summary closes the comparison ("In summary, ...").
	Summary string `json:"summary"`
}

// Dimension is one aspect in which two careers are compared.
type Dimension struct {
	// Name without its number ("Training and Education").
	Name string `json:"name"`
	// Left and Right are what is said of each career.
	Left  string `json:"left"`
	Right string `json:"right"`
}

// Link names another career.
type Link struct {
	// Name as on the page.
	Name string `json:"name"`
	// Career is its slug in the catalog, or "" while it has none.
	Career string `json:"career"`
}

// Section is a stretch of the page that no other field holds.
type Section struct {
	// Heading as on the page; "" for content before the first heading.
	Heading string `json:"heading"`
	// Level is the heading's depth, 1 to 6; 0 without a heading.
	Level int `json:"level"`
	// Text is paragraphs and list items in page order.
	Text []string `json:"text"`
	// Rows are table rows in page order, a string a cell.
	Rows [][]string `json:"rows"`
}

// Source says where a record was read and by what.
type Source struct {
	// URL of the page; a file: URL where the page names none.
	URL string `json:"url"`
	// Site is the URL's host in lower case, or "local" for files without a URL.
	Site string `json:"site"`
	// FetchedAt is when the page was taken.
	FetchedAt time.Time `json:"fetched_at"`
	// BodySHA256 is the SHA-256 of the page's bytes, 64 hex digits.
	BodySHA256 string `json:"body_sha256"`
	// Profile names the site profile that read the page.
	Profile string `json:"profile"`
	// Template is a fingerprint of the page's structure with the text removed.
	Template string `json:"template"`
	// Extractor is the version of the reading code.
	Extractor string `json:"extractor"`
}

// Quality says how complete a record is.
type Quality struct {
	// Score from 0 (nothing) to 1 (every part present and of useful length).
	Score float64 `json:"score"`
	// Missing lists the parts that the record lacks, by field name.
	Missing []string `json:"missing"`
	// Warnings are findings that a person may want to look at.
	Warnings []string `json:"warnings"`
	// Parts explain Score, which is their mean by weight; absent before enrichment.
	Parts []QualityPart `json:"parts,omitempty"`
}

// QualityPart is one measure of a record.
type QualityPart struct {
	// Name is "completeness", "length", "freshness", "links" or "readability".
	Name string `json:"name"`
	// Value and Weight are 0 to 1; a part that cannot be judged has weight 0.
	Value  float64 `json:"value"`
	Weight float64 `json:"weight"`
	// Why says what the value comes from.
	Why string `json:"why"`
}
