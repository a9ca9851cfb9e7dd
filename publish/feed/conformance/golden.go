package conformance

import (
	"bytes"
	_ "embed" // the golden files
)

var (
	//go:embed golden/events.ndjson
	events []byte
	//go:embed golden/state.json
	state []byte
)

// Events returns the golden events: one CloudEvent in JSON structured mode on
// each line, in the order of the stream, the last but one delivered twice.
func Events() []byte { return bytes.Clone(events) }

// Expected returns the state that a consumer has after the golden events.
func Expected() (State, error) { return Read(bytes.NewReader(state)) }
