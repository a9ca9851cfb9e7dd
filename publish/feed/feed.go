package feed

import (
	"context"
	"encoding/json"
	"fmt"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// Bucket is a key-value bucket with compare-and-set. It is safe for concurrent use.
type Bucket interface {
	// Get returns a key's value and revision; nil and 0 when there is none.
	Get(ctx context.Context, key string) (value []byte, revision uint64, err error)
	// Put writes the value if revision is still the current one (0: there is
	// none) and returns the new revision. Another writer in between gives
	// fault.Conflict.
	Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
}

// Feed is an event.Handler without events: it writes each published record to
// the bucket under its slug, as the JSON of career.Published. A key only ever
// goes forward in version, so repeats and late messages change nothing.
type Feed struct{ bucket Bucket }

// New makes a feed of a bucket.
func New(bucket Bucket) *Feed { return &Feed{bucket} }

var _ event.Handler = (*Feed)(nil)

// Handle puts the record into the bucket and returns no events.
func (f *Feed) Handle(ctx context.Context, m event.Message) ([]event.Out, error) {
	if m.Event.Type != event.RecordPublished {
		return nil, fault.New(fault.UnknownType, "%s %d is a %s, want %s", m.Stream, m.Seq, m.Event.Type, event.RecordPublished)
	}
	in, err := event.Data[career.Published](m)
	if err != nil {
		return nil, err
	}
	slug := in.Record.Slug
	if slug == "" || in.Record.Version == 0 {
		return nil, fault.New(fault.SchemaViolation, "%s %d: slug or version is missing", m.Stream, m.Seq)
	}
	value, revision, err := f.bucket.Get(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("read bucket entry %s: %w", slug, err)
	}
	// What cannot be read was not written by us, and is replaced.
	if version, err := VersionOf(value); err == nil && version >= in.Record.Version {
		return nil, nil
	}
	if _, err := f.bucket.Put(ctx, slug, m.Event.Data, revision); err != nil {
		return nil, fmt.Errorf("write bucket entry %s: %w", slug, err)
	}
	return nil, nil
}

// VersionOf reads the version out of a bucket's value; 0 when there is none.
func VersionOf(value []byte) (uint64, error) {
	if len(value) == 0 {
		return 0, nil
	}
	var p struct {
		Record struct {
			Version uint64 `json:"version"`
		} `json:"record"`
	}
	if err := json.Unmarshal(value, &p); err != nil {
		return 0, fmt.Errorf("read bucket entry: %w", err)
	}
	return p.Record.Version, nil
}
