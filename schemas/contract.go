// Package schemas joins the contracts of careerstream: which event travels on
// which subject, in which stream it is kept, and what its data looks like. Its
// folders hold the parts: envelope, subjects, streams, record, faults, JSON
// Schemas and the ClickHouse tables. Nothing here imports another stage.
package schemas

import (
	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/outcome"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// Contract says what travels on a subject.
type Contract struct {
	// Type of the event; the JSON Schema of its data has the same name.
	Type string
	// Subject pattern with NATS wildcards.
	Subject string
	// Stream that keeps it.
	Stream string
	// Data is a zero value of the Go type of the event's data.
	Data any
}

// Contracts returns every contract, in the order of a page's way.
func Contracts() []Contract {
	return []Contract{
		{event.PageRequested, subject.AllRequested, stream.Frontier, page.Visit{}},
		{event.PageFetched, subject.AllPages, stream.Pages, page.Snapshot{}},
		{event.PageGone, subject.AllPages, stream.Pages, page.Gone{}},
		{event.PageChecked, subject.AllChecked, stream.Checks, page.Check{}},
		{event.RunConcluded, subject.AllRuns, stream.Runs, page.Run{}},
		{event.RecordNormalized, subject.AllNormalized, stream.Normalized, career.Normalized{}},
		{event.RecordEnriched, subject.AllEnriched, stream.Enriched, career.Enriched{}},
		{event.PageRead, subject.AllRead, stream.Read, page.Reading{}},
		{event.PageUnrelated, subject.AllRead, stream.Read, page.Unrelated{}},
		{event.RecordHeld, subject.AllHeld, stream.Held, career.Held{}},
		{event.DriftDetected, subject.AllDrift, stream.Drift, career.Drift{}},
		{event.RecordPublished, subject.AllPublished, stream.Published, career.Published{}},
		{event.QuizOutcome, subject.AllQuiz, stream.Quiz, outcome.Outcome{}},
		{event.MessageDead, subject.AllDead, stream.Dead, deadletter.Letter{}},
		{event.MessageRedrive, subject.AllRedrive, stream.Redrive, deadletter.Redrive{}},
	}
}
