// Package stream holds the configuration of streams, consumers and buckets as
// data. It knows no client library: the program applies and checks it.
package stream

import (
	"time"

	"careerstream/schemas/subject"
)

// Names of streams.
const (
	Frontier   = "FRONTIER"
	Pages      = "PAGES"
	Checks     = "CHECKS"
	Runs       = "RUNS"
	Normalized = "NORMALIZED"
	Enriched   = "ENRICHED"
	Read       = "READ"
	Held       = "HELD"
	Drift      = "DRIFT"
	Published  = "PUBLISHED"
	Quiz       = "QUIZ"
	Dead       = "DEAD"
	Redrive    = "REDRIVE"
)

// Names of buckets.
const (
	// Bodies is the object store of page bodies, named by their SHA-256.
	Bodies = "pages"
	// Careers is the key-value bucket of latest records, for downstream reads.
	Careers = "careers"
	// Crawl is the key-value bucket of the hosts and runs of the frontier.
	Crawl = "crawl"
	// Marks is the key-value bucket of the sinks' manifests.
	Marks = "marks"
)

// Retention of a stream.
type Retention string

// Retentions: facts are kept, commands vanish when done.
const (
	Limits    Retention = "limits"
	WorkQueue Retention = "workqueue"
)

// Spec is the configuration of one stream.
type Spec struct {
	Name        string
	Description string
	Subjects    []string
	Retention   Retention
	// MaxAge of a message; 0 keeps for ever.
	MaxAge time.Duration
	// DedupeWindow in which a repeated Nats-Msg-Id is dropped.
	DedupeWindow time.Duration
	// Transform, when set, is the subject that the server stores each message
	// under, as a function of the one that it was published on.
	Transform string
	// LastOnly keeps the last message of each subject alone: the stream is a
	// state and no history.
	LastOnly bool
}

// checksAge is how long it is kept what visits found: three times the longest
// interval between two visits of a page. Table page_checks keeps its rows as long.
const checksAge = 90 * 24 * time.Hour

// Streams returns every stream, in the order of a page's way.
func Streams() []Spec {
	const window = 2 * time.Minute
	return []Spec{
		{Name: Frontier, Description: "the state of each URL: when to fetch it, and what came of it", Subjects: []string{subject.AllRequested}, Retention: Limits, DedupeWindow: window, LastOnly: true},
		{Name: Pages, Description: "snapshots of career pages", Subjects: []string{subject.AllPages}, Retention: Limits, DedupeWindow: window},
		{Name: Checks, Description: "what each visit of a page found", Subjects: []string{subject.AllChecked}, Retention: Limits, MaxAge: checksAge, DedupeWindow: window},
		{Name: Runs, Description: "statements of runs", Subjects: []string{subject.AllRuns}, Retention: Limits, DedupeWindow: window},
		{Name: Normalized, Description: "records as parsed", Subjects: []string{subject.AllNormalized}, Retention: Limits, DedupeWindow: window},
		{Name: Enriched, Description: "records linked and scored", Subjects: []string{subject.AllEnriched}, Retention: Limits, DedupeWindow: window},
		{Name: Read, Description: "which career each page was read as, or that it holds none", Subjects: []string{subject.AllRead}, Retention: Limits, DedupeWindow: window, LastOnly: true},
		{Name: Held, Description: "records kept back, and what became of them", Subjects: []string{subject.AllHeld}, Retention: Limits, DedupeWindow: window},
		{Name: Drift, Description: "templates whose pages come out damaged", Subjects: []string{subject.AllDrift}, Retention: Limits, DedupeWindow: window},
		{Name: Published, Description: "versions that the world may read", Subjects: []string{subject.AllPublished}, Retention: Limits, DedupeWindow: window},
		{Name: Quiz, Description: "outcomes of career tests", Subjects: []string{subject.AllQuiz}, Retention: Limits, DedupeWindow: window, Transform: subject.QuizTransform()},
		{Name: Dead, Description: "messages that could not be processed", Subjects: []string{subject.AllDead}, Retention: Limits, DedupeWindow: window},
		{Name: Redrive, Description: "orders to process a dead message again", Subjects: []string{subject.AllRedrive}, Retention: WorkQueue, DedupeWindow: window},
	}
}

// Consumer is the configuration of one durable pull consumer with explicit
// acknowledgement.
type Consumer struct {
	// Name of the consumer and of the stage that it feeds.
	Name        string
	Description string
	Stream      string
	Filter      string
	// AckWait is how long a silent worker keeps a message. Workers send a
	// heartbeat every third of it, so it bounds the wait after a crash, not the
	// length of the work.
	AckWait time.Duration
	// MaxAckPending bounds the messages in flight over all processes.
	MaxAckPending int
	// Workers is the number of messages handled at once in one process, never two
	// of one subject. They mostly wait for the broker's answers, and for their turn
	// on a busy machine.
	Workers int
}

// Names of stages with a durable consumer.
const (
	Normalize = "normalize"
	Enrich    = "enrich"
	Gate      = "gate"
	Release   = "release"
	Feed      = "feed"
)

// Consumers returns the consumer of every stage, in the order of a page's way.
func Consumers() []Consumer {
	const wait = 6 * time.Second
	return []Consumer{
		{Normalize, "page.fetched -> record.normalized", Pages, subject.AllPages, wait, 256, 4},
		{Enrich, "record.normalized -> record.enriched", Normalized, subject.AllNormalized, wait, 256, 4},
		{Gate, "record.enriched -> record.published", Enriched, subject.AllEnriched, wait, 256, 4},
		{Release, "record.held, released -> record.published", Held, subject.AllHeld, wait, 256, 1},
		{Feed, "record.published -> bucket careers", Published, subject.AllPublished, wait, 256, 4},
	}
}
