package career

import (
	"cmp"
	"time"
)

// States of a Held.
const (
	// HeldBack: the version published before stays.
	HeldBack = "held"
	// Released: a person said that the record is good; it is published.
	Released = "released"
	// Rejected: a person said that it is not; the version before stays.
	Rejected = "rejected"
	// Resolved: a later page was good again.
	Resolved = "resolved"
)

// Held is the data of a record.held event: a record that is kept back because it
// looks damaged beside the version published before. The last message of a
// career's subject is the state.
type Held struct {
	// Slug of the career.
	Slug string `json:"slug"`
	// State is HeldBack, Released, Rejected or Resolved.
	State string `json:"state"`
	// Record is the one kept back; nil for a page that cannot be read any more.
	Record *Record `json:"record,omitempty"`
	// Basis of the record; of a page without one its snapshot alone.
	Basis Basis `json:"basis"`
	// ContentSHA256 of Record, or "".
	ContentSHA256 string `json:"content_sha256"`
	// Version is the one that stays published.
	Version uint64 `json:"version"`
	// URL and Site of the page, TemplateBefore and TemplateAfter its structure
	// with the version published and now.
	URL            string `json:"url"`
	Site           string `json:"site"`
	TemplateBefore string `json:"template_before"`
	TemplateAfter  string `json:"template_after"`
	// Reasons say what looks damaged, the worst first.
	Reasons []Reason `json:"reasons"`
	// Transient: the trouble is likely to pass, such as a consent wall; it is no
	// drift of the site.
	Transient bool `json:"transient"`
	// Since is when the first of the holds in a row began, At when the state was
	// set.
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
	// Note is what the person said who released or rejected it, or "".
	Note string `json:"note"`
}

// NoTemplate stands in a Drift for the template of a page that has none.
const NoTemplate = "none"

// Drift is what the hold says about its page's template, for all pages of it.
func (h Held) Drift() Drift {
	return Drift{
		Site: h.Site, Template: cmp.Or(h.TemplateAfter, NoTemplate), Before: h.TemplateBefore,
		Slug: h.Slug, URL: h.URL, Reasons: h.Reasons, At: h.At,
	}
}

// Reason is one finding of the drift guard.
type Reason struct {
	// Rule that found it, such as "section-lost".
	Rule string `json:"rule"`
	// Field of the record, or "" for the whole.
	Field string `json:"field"`
	// Text says it to people, with the numbers.
	Text string `json:"text"`
}

// Drift is the data of a drift.detected event: the pages of a template come out
// damaged. There is one for each template of a site, however many pages it has.
type Drift struct {
	Site string `json:"site"`
	// Template is the new structure, Before the one of the good versions.
	Template string `json:"template"`
	Before   string `json:"before"`
	// Slug and URL of the first page that was held for it.
	Slug string `json:"slug"`
	URL  string `json:"url"`
	// Reasons of that first hold.
	Reasons []Reason `json:"reasons"`
	// At is when it was noticed.
	At time.Time `json:"at"`
}
