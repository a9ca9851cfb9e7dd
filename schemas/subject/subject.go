// Package subject holds the grammar of the subjects that careerstream uses.
//
//	subject  = page / visit / check / read / run / record / drift / quiz / dead / redrive
//	page     = "page.fetched." site "." key
//	visit    = "page.requested." site "." key    ; site with its port, ":" as "_"
//	check    = "page.checked." site "." key
//	read     = "page.read." site "." key
//	run      = "run.concluded." outcome          ; the run's ID
//	record   = "record." step "." slug
//	step     = "normalized" / "enriched" / "held" / "published"
//	drift    = "drift.detected." site "." template
//	quiz     = "quiz.outcome." partition         ; as stored
//	intake   = "quiz.outcome." ( outcome / "in" ) ; as published
//	dead     = "dead." stage "." kind
//	redrive  = "redrive." stage
//	site     = 1*( ALPHA / DIGIT / "-" / "_" )   ; the host, "." as "_"
//	key      = 32HEXDIG
//	slug     = 1*120( %x61-7A / DIGIT / "-" )
//	partition = "0" / "1" / "2" / "3"
//	outcome  = 1*( ALPHA / DIGIT / "-" )         ; the outcome_id
//	stage    = 1*( %x61-7A / DIGIT / "-" )
//	kind     = 1*( %x61-7A / "-" )               ; a fault kind
package subject

import (
	"fmt"
	"strconv"
	"strings"
)

// Patterns with NATS wildcards, one for each step of a page's way.
const (
	AllRequested  = "page.requested.>"
	AllPages      = "page.fetched.>"
	AllRead       = "page.read.>"
	AllHeld       = "record.held.>"
	AllDrift      = "drift.detected.>"
	AllChecked    = "page.checked.>"
	AllRuns       = "run.concluded.>"
	AllNormalized = "record.normalized.>"
	AllEnriched   = "record.enriched.>"
	AllPublished  = "record.published.>"
	AllQuiz       = "quiz.outcome.*"
	AllDead       = "dead.>"
	AllRedrive    = "redrive.>"
)

// Page is the subject of a snapshot of the page key of site.
func Page(site, key string) string { return "page.fetched." + token(site) + "." + token(key) }

// PagesOf is the pattern of the snapshots of all pages of site.
func PagesOf(site string) string { return "page.fetched." + token(site) + ".*" }

// Requested is the subject of the state of the URL key in the frontier of host.
func Requested(host, key string) string {
	return "page.requested." + token(host) + "." + token(key)
}

// RequestedOf is the pattern of all URLs of host in the frontier.
func RequestedOf(host string) string { return "page.requested." + token(host) + ".*" }

// Checked is the subject of what a visit of the page key of site found.
func Checked(site, key string) string { return "page.checked." + token(site) + "." + token(key) }

// Read is the subject of what the page key of site was read as.
func Read(site, key string) string { return "page.read." + token(site) + "." + token(key) }

// ReadOf is the pattern of what all pages of site were read as.
func ReadOf(site string) string { return "page.read." + token(site) + ".*" }

// Held is the subject of the records of a career that were kept back.
func Held(slug string) string { return "record.held." + token(slug) }

// Drift is the subject of the drift of a template of site.
func Drift(site, template string) string {
	return "drift.detected." + token(site) + "." + token(template)
}

// Run is the subject of the statement of a run.
func Run(id string) string { return "run.concluded." + token(id) }

// Normalized is the subject of a career's parsed record.
func Normalized(slug string) string { return "record.normalized." + token(slug) }

// Enriched is the subject of a career's linked and scored record.
func Enriched(slug string) string { return "record.enriched." + token(slug) }

// Published is the subject of a career's published versions.
func Published(slug string) string { return "record.published." + token(slug) }

// QuizIntake is where a quiz application that cannot vary its subject publishes
// outcomes. They all come into one partition.
const QuizIntake = "quiz.outcome.in"

// QuizPartitions is the number of partitions of outcomes. It is fixed: another
// one would change which writer has a message that is already stored. Each has
// a writer of its own, so it bounds how many processes store outcomes at once;
// ClickHouse takes few large inserts better than many small ones.
const QuizPartitions = 4

// QuizTransform is the destination of the stream's subject transform
// (https://docs.nats.io/nats-concepts/subject_mapping#deterministic-subject-token-partitioning):
// the server takes the partition from a hash of the last token published on.
func QuizTransform() string {
	return fmt.Sprintf("quiz.outcome.{{partition(%d,1)}}", QuizPartitions)
}

// QuizOutcome is where an outcome is published, so that outcomes spread over
// the partitions and a repeat comes into the same one.
func QuizOutcome(outcomeID string) string { return "quiz.outcome." + token(outcomeID) }

// QuizPartition is the subject that a partition is stored under, 0 to
// QuizPartitions-1.
func QuizPartition(partition int) string { return "quiz.outcome." + strconv.Itoa(partition) }

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
