package catalog

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// Published is a record.published event with the parts that are served as they
// are.
type Published struct {
	// Record is the record's JSON, Changes that of the list of changes.
	Record  json.RawMessage `json:"record"`
	Changes json.RawMessage `json:"changes"`
	// ContentSHA256 is 64 hex digits.
	ContentSHA256 string `json:"content_sha256"`
}

// facets is what of a record a Version holds.
type facets struct {
	Slug        string   `json:"slug"`
	Name        string   `json:"name"`
	AlsoKnownAs []string `json:"also_known_as"`
	Definition  struct {
		Paragraphs count `json:"paragraphs"`
	} `json:"definition"`
	Duties    count `json:"duties"`
	Types     count `json:"types"`
	Workplace struct {
		Paragraphs count `json:"paragraphs"`
		Settings   count `json:"settings"`
	} `json:"workplace"`
	FAQs []struct {
		Kind string `json:"kind"`
	} `json:"faqs"`
	SeeAlso  count    `json:"see_also"`
	Sections count    `json:"sections"`
	Codes    count    `json:"codes"`
	Facts    count    `json:"facts"`
	Aliases  []string `json:"aliases"`
	Source   struct {
		Site string `json:"site"`
	} `json:"source"`
	Quality struct {
		Score float64 `json:"score"`
	} `json:"quality"`
	Retired   *career.Retirement `json:"retired"`
	Version   uint64             `json:"version"`
	ValidFrom time.Time          `json:"valid_from"`
}

// count is a list of which only the length is wanted.
type count []ignored

// ignored is any JSON value, not kept.
type ignored struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (ignored) UnmarshalJSON([]byte) error { return nil }

// Read decodes a message of the stream. What is no published record is a
// fault.BadEnvelope, fault.UnknownType or fault.SchemaViolation that names the
// message.
func Read(raw sink.Raw) (*Version, Published, error) {
	var p Published
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return nil, p, err
	}
	if e.Type != event.RecordPublished {
		return nil, p, fault.New(fault.UnknownType, "message %d is a %s, want %s", raw.Seq, e.Type, event.RecordPublished)
	}
	var f facets
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return nil, p, fault.New(fault.SchemaViolation, "message %d: read data: %w", raw.Seq, err)
	}
	if err := json.Unmarshal(p.Record, &f); err != nil {
		return nil, p, fault.New(fault.SchemaViolation, "message %d: read record: %w", raw.Seq, err)
	}
	if f.Slug == "" || f.Version == 0 || f.ValidFrom.IsZero() {
		return nil, p, fault.New(fault.SchemaViolation, "message %d: slug, version or valid_from is missing", raw.Seq)
	}
	if len(p.Changes) == 0 {
		p.Changes = json.RawMessage("[]")
	}
	v := &Version{
		Seq: raw.Seq, Slug: f.Slug, Number: f.Version, ValidFrom: f.ValidFrom.UTC(), Name: f.Name, AlsoKnownAs: f.AlsoKnownAs,
		Aliases: f.Aliases, Site: strings.ToLower(f.Source.Site), Quality: f.Quality.Score, Parts: f.parts(),
		Retired: f.Retired, ContentSHA256: p.ContentSHA256,
	}
	v.index()
	return v, p, nil
}

func (f facets) parts() Parts {
	versus := 0
	for _, faq := range f.FAQs {
		if faq.Kind == career.Versus {
			versus++
		}
	}
	var parts Parts
	for name, n := range map[string]int{
		"definition": len(f.Definition.Paragraphs), "duties": len(f.Duties), "types": len(f.Types),
		"workplace": len(f.Workplace.Paragraphs) + len(f.Workplace.Settings), "faqs": len(f.FAQs), "comparisons": versus,
		"see_also": len(f.SeeAlso), "sections": len(f.Sections), "codes": len(f.Codes), "facts": len(f.Facts),
	} {
		if n > 0 {
			parts |= 1 << slices.Index(partNames[:], name)
		}
	}
	return parts
}
