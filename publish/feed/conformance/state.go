package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Known is what a consumer knows of one career.
type Known struct {
	// Version is the latest one, from 1.
	Version uint64 `json:"version"`
	// ContentSHA256 of that version, 64 hex digits; "" is not compared.
	ContentSHA256 string `json:"content_sha256"`
}

// State is what is known of each career, by slug.
type State map[string]Known

// MaxState bounds the text of a state, in bytes (256 MiB).
const MaxState = 256 << 20

// Read reads a consumer's state in one of two forms, up to MaxState bytes.
//
// Lines of JSON (NDJSON) with slug, version and content_sha256, of which the
// last one on a career counts, so that a log of versions is a state; a line with
// a note and no slug is a remark, and other properties are ignored. Or one JSON
// object of slug to version and content_sha256. Nothing at all is an empty
// state. Errors name the value, counted from 1, and the byte.
func Read(r io.Reader) (State, error) { return read(r, MaxState) }

func read(r io.Reader, limit int64) (State, error) {
	state := make(State)
	limited := &io.LimitedReader{R: r, N: limit + 1}
	dec := json.NewDecoder(limited)
	for n := 1; ; n++ {
		var value map[string]json.RawMessage
		err := dec.Decode(&value)
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("state is over %d bytes", limit)
		case errors.Is(err, io.EOF):
			return state, nil
		case err != nil:
			return nil, fmt.Errorf("state, value %d before byte %d: %w; want NDJSON or an object by slug", n, dec.InputOffset(), err)
		}
		if err := state.take(value); err != nil {
			return nil, fmt.Errorf("state, value %d before byte %d: %w", n, dec.InputOffset(), err)
		}
	}
}

// take adds a line, or a whole object by slug. In the latter even a career
// called "slug" has an object as its value.
func (s State) take(value map[string]json.RawMessage) error {
	if value == nil {
		return errors.New("null is neither a line nor an object by slug")
	}
	if slug, ok := text(value["slug"]); ok {
		return s.put(slug, value)
	}
	if _, ok := text(value["note"]); ok {
		return nil
	}
	for slug, item := range value {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(item, &fields); err != nil || fields == nil {
			return fmt.Errorf("%q has the value %.40s; want an object with version and content_sha256, or a line with slug", slug, item)
		}
		if err := s.put(slug, fields); err != nil {
			return err
		}
	}
	return nil
}

func text(raw json.RawMessage) (string, bool) {
	var s *string
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

func (s State) put(slug string, fields map[string]json.RawMessage) error {
	var known Known
	if slug == "" {
		return errors.New("a career without slug")
	}
	if err := json.Unmarshal(fields["version"], &known.Version); err != nil || known.Version == 0 {
		return fmt.Errorf("career %s has version %.40s; want a whole number from 1", slug, fields["version"])
	}
	if raw, ok := fields["content_sha256"]; ok {
		if known.ContentSHA256, ok = text(raw); !ok {
			return fmt.Errorf("career %s has content_sha256 %.40s; want text", slug, raw)
		}
	}
	s[slug] = known
	return nil
}
