// Package stream holds the configuration of streams, consumers and buckets as
// data. It knows no client library: the program applies and checks it.
package stream

import (
	"time"

	"careerstream/schemas/subject"
)

// Names of streams.
const (
	Pages      = "PAGES"
	Normalized = "NORMALIZED"
	Enriched   = "ENRICHED"
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
}

// Streams returns every stream, in the order of a page's way.
func Streams() []Spec {
	const window = 2 * time.Minute
	return []Spec{
		{Pages, "snapshots of career pages", []string{subject.AllPages}, Limits, 0, window, ""},
		{Normalized, "records as parsed", []string{subject.AllNormalized}, Limits, 0, window, ""},
		{Enriched, "records linked and scored", []string{subject.AllEnriched}, Limits, 0, window, ""},
		{Published, "versions that the world may read", []string{subject.AllPublished}, Limits, 0, window, ""},
		{Quiz, "outcomes of career tests", []string{subject.AllQuiz}, Limits, 0, window, subject.QuizTransform()},
		{Dead, "messages that could not be processed", []string{subject.AllDead}, Limits, 0, window, ""},
		{Redrive, "orders to process a dead message again", []string{subject.AllRedrive}, WorkQueue, 0, window, ""},
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
	// Workers is the number of messages handled at once in one process.
	Workers int
}

// Names of stages with a durable consumer.
const (
	Normalize = "normalize"
	Enrich    = "enrich"
	Gate      = "gate"
	Feed      = "feed"
)

// Consumers returns the consumer of every stage, in the order of a page's way.
func Consumers() []Consumer {
	const wait = 6 * time.Second
	return []Consumer{
		{Normalize, "page.fetched -> record.normalized", Pages, subject.AllPages, wait, 256, 2},
		{Enrich, "record.normalized -> record.enriched", Normalized, subject.AllNormalized, wait, 256, 1},
		{Gate, "record.enriched -> record.published", Enriched, subject.AllEnriched, wait, 256, 1},
		{Feed, "record.published -> bucket careers", Published, subject.AllPublished, wait, 256, 1},
	}
}
