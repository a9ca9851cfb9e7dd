// Package subject holds the grammar of the subjects that careerstream uses.
//
//	subject  = page / record / dead / redrive
//	page     = "page.fetched." site "." key
//	record   = "record." step "." slug
//	step     = "normalized" / "enriched" / "published"
//	dead     = "dead." stage "." kind
//	redrive  = "redrive." stage
//	site     = 1*( ALPHA / DIGIT / "-" / "_" )   ; the host, "." as "_"
//	key      = 32HEXDIG
//	slug     = 1*120( %x61-7A / DIGIT / "-" )
//	stage    = 1*( %x61-7A / "-" )
//	kind     = 1*( %x61-7A / "-" )               ; a fault kind
package subject

import "strings"

// Patterns with NATS wildcards, one for each step of a page's way.
const (
	AllPages      = "page.fetched.>"
	AllNormalized = "record.normalized.>"
	AllEnriched   = "record.enriched.>"
	AllPublished  = "record.published.>"
	AllDead       = "dead.>"
	AllRedrive    = "redrive.>"
)

// Page is the subject of a snapshot of the page key of site.
func Page(site, key string) string { return "page.fetched." + token(site) + "." + token(key) }

// Normalized is the subject of a career's parsed record.
func Normalized(slug string) string { return "record.normalized." + token(slug) }

// Enriched is the subject of a career's linked and scored record.
func Enriched(slug string) string { return "record.enriched." + token(slug) }

// Published is the subject of a career's published versions.
func Published(slug string) string { return "record.published." + token(slug) }

// Dead is the subject of messages that stage could not process because of kind.
func Dead(stage, kind string) string { return "dead." + token(stage) + "." + token(kind) }

// Redrive is the subject of orders to stage to process a dead message again.
func Redrive(stage string) string { return "redrive." + token(stage) }

// token makes s a single subject token: every byte that is no ASCII letter,
// digit, "-" or "_" becomes "_", and an empty s becomes "_".
func token(s string) string {
	if s == "" {
		return "_"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, s)
}
