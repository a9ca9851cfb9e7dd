// Package deadletter holds what is kept of a message that could not be
// processed, and the order to process it again.
package deadletter

import "time"

// MaxOriginal is the largest original message that a letter carries, in bytes
// (512 KiB). A larger one is read again from its stream, which keeps it.
const MaxOriginal = 512 << 10

// States of a letter.
const (
	// Open: nobody has dealt with the message yet.
	Open = "open"
	// Resolved: a redrive has processed the message.
	Resolved = "resolved"
)

// Letter is the data of a dead event. Its identity is (Stage, Stream, Seq), or
// (Stage, Origin) for input that never became a message; a later letter with
// the same identity replaces an earlier one.
type Letter struct {
	// Stage that gave up: "ingest", "normalize", "enrich", "gate" or a sink's name.
	Stage string `json:"stage"`
	// Kind is a fault kind.
	Kind string `json:"kind"`
	// Reason names the file, URL or message and what is wrong with it.
	Reason string `json:"reason"`
	// State is Open or Resolved.
	State string `json:"state"`
	// Stream, Seq and Subject name the original message; "" and 0 for input
	// that never became one.
	Stream  string `json:"stream"`
	Seq     uint64 `json:"seq"`
	Subject string `json:"subject"`
	// Origin is the file or URL of input that never became a message, or "".
	Origin string `json:"origin"`
	// Original is the message's bytes, base64 in JSON; empty when it is over
	// MaxOriginal.
	Original []byte `json:"original"`
	// Header is the message's header.
	Header map[string][]string `json:"header"`
	// TraceParent of the original event, or "".
	TraceParent string `json:"traceparent"`
	// Deliveries is how often the message was tried; 0 where that is not counted.
	Deliveries uint64 `json:"deliveries"`
	// FailedAt is when the stage gave up.
	FailedAt time.Time `json:"failed_at"`
}

// Redrive is the data of an order to a stage to process a dead message again.
type Redrive struct {
	// Letter is the stream sequence of the letter.
	Letter uint64 `json:"letter"`
	// Stream and Seq name the message to process.
	Stream string `json:"stream"`
	Seq    uint64 `json:"seq"`
}
