// Package event holds the envelope of every message (CloudEvents 1.0), its
// codec, and the shape of a stage: decoded event in, events or a verdict out.
package event

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Types of events. A new major version is a new type.
const (
	PageRequested    = "careerstream.page.requested.v1"
	PageGone         = "careerstream.page.gone.v1"
	PageRead         = "careerstream.page.read.v1"
	PageUnrelated    = "careerstream.page.unrelated.v1"
	RecordHeld       = "careerstream.record.held.v1"
	DriftDetected    = "careerstream.drift.detected.v1"
	PageChecked      = "careerstream.page.checked.v1"
	RunConcluded     = "careerstream.run.concluded.v1"
	PageFetched      = "careerstream.page.fetched.v1"
	RecordNormalized = "careerstream.record.normalized.v1"
	RecordEnriched   = "careerstream.record.enriched.v1"
	RecordPublished  = "careerstream.record.published.v1"
	QuizOutcome      = "careerstream.quiz.outcome.v1"
	MessageDead      = "careerstream.message.dead.v1"
	MessageRedrive   = "careerstream.message.redrive.v1"
)

// Event is a CloudEvents 1.0 envelope
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
type Event struct {
	// ID is content-addressed (see ID) and equals the Nats-Msg-Id header.
	ID string
	// Source is the stage that made the event, as a URI path ("/careerstream/normalize").
	Source string
	// Type is one of the types above.
	Type string
	// Subject is the entity: a slug, a page key, or "".
	Subject string
	// Time is when it happened, in UTC.
	Time time.Time
	// TraceParent is the W3C trace context, or "".
	TraceParent string
	// CausationID is the ID of the event that caused this one, or "".
	CausationID string
	// Data is the payload as JSON.
	Data json.RawMessage
}

// New returns an event whose data is v as JSON. The ID is left to the caller.
// It fails when v cannot be encoded.
func New(source, typ, subject string, v any) (Event, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return Event{}, fmt.Errorf("encode data of %s %s: %w", typ, subject, err)
	}
	return Event{Source: source, Type: typ, Subject: subject, Data: data}, nil
}

// CausedBy sets the causation and continues the trace of cause. Call it after
// the ID is set: the span is derived from it, so that a repeat is the same event.
func (e Event) CausedBy(cause Event) Event {
	e.CausationID = cause.ID
	e.TraceParent = ChildTrace(cause.TraceParent, e.ID)
	return e
}

// ID returns a content-addressed id: 32 hex digits of the SHA-256 of the parts,
// each with its length before it so that no two lists of parts run together.
// Name every part that tells an update from a repeat: the stage, the entity,
// the cause and the content.
func ID(parts ...string) string {
	h := sha256.New()
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
