package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"time"

	"careerstream/schemas/fault"
)

// ContentType of a message in structured mode
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/nats-protocol-binding.md).
const ContentType = "application/cloudevents+json"

// dataContentType is the only one that we write and accept.
const dataContentType = "application/json"

// structured is the JSON event format of CloudEvents 1.0.
type structured struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject,omitempty"`
	Time            time.Time       `json:"time,omitzero"`
	DataContentType string          `json:"datacontenttype,omitempty"`
	DataSchema      string          `json:"dataschema,omitempty"`
	TraceParent     string          `json:"traceparent,omitempty"`
	CausationID     string          `json:"causationid,omitempty"`
	Data            json.RawMessage `json:"data,omitempty"`
}

// SchemaURI is the dataschema attribute of a type: a URN, resolved by the
// schemas that every release carries.
func SchemaURI(typ string) string { return "urn:careerstream:schema:" + typ }

// Encode returns the event in JSON structured mode.
func (e Event) Encode() ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(structured{
		SpecVersion: "1.0", ID: e.ID, Source: e.Source, Type: e.Type, Subject: e.Subject,
		Time: e.Time.UTC(), DataContentType: dataContentType, DataSchema: SchemaURI(e.Type),
		TraceParent: e.TraceParent, CausationID: e.CausationID, Data: e.Data,
	})
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.ID, err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Decode reads an event in structured mode or, where the header has
// ce-specversion, in binary mode. Header names are matched without case, values
// percent-decoded. What is no CloudEvent 1.0 is a fault.BadEnvelope.
func Decode(header map[string][]string, body []byte) (Event, error) {
	attributes := make(map[string]string)
	for name, values := range header {
		if len(values) == 0 {
			continue
		}
		lower := strings.ToLower(name)
		if attribute, ok := strings.CutPrefix(lower, "ce-"); ok {
			attributes[attribute] = percentDecode(values[0])
		} else if lower == "content-type" {
			attributes["datacontenttype"] = values[0]
		}
	}
	var s structured
	if attributes["specversion"] != "" {
		s = structured{
			SpecVersion: attributes["specversion"], ID: attributes["id"], Source: attributes["source"],
			Type: attributes["type"], Subject: attributes["subject"], DataContentType: attributes["datacontenttype"],
			TraceParent: attributes["traceparent"], CausationID: attributes["causationid"], Data: body,
		}
		if text := attributes["time"]; text != "" {
			t, err := time.Parse(time.RFC3339Nano, text)
			if err != nil {
				return Event{}, fault.New(fault.BadEnvelope, "attribute time: %w", err)
			}
			s.Time = t
		}
	} else if err := json.Unmarshal(body, &s); err != nil {
		return Event{}, fault.New(fault.BadEnvelope, "read CloudEvents JSON: %w", err)
	}
	if err := s.check(); err != nil {
		return Event{}, err
	}
	// In structured mode the whole body has just been read as JSON.
	if attributes["specversion"] != "" && !json.Valid(s.Data) {
		return Event{}, fault.New(fault.BadEnvelope, "data is no JSON")
	}
	return Event{
		ID: s.ID, Source: s.Source, Type: s.Type, Subject: s.Subject, Time: s.Time,
		TraceParent: s.TraceParent, CausationID: s.CausationID, Data: s.Data,
	}, nil
}

func (s structured) check() error {
	switch {
	case s.SpecVersion != "1.0":
		return fault.New(fault.BadEnvelope, "attribute specversion is %q, want \"1.0\"", s.SpecVersion)
	case s.ID == "":
		return fault.New(fault.BadEnvelope, "attribute id is missing")
	case s.Source == "":
		return fault.New(fault.BadEnvelope, "attribute source is missing")
	case s.Type == "":
		return fault.New(fault.BadEnvelope, "attribute type is missing")
	case len(s.Data) == 0:
		return fault.New(fault.BadEnvelope, "data is missing")
	}
	if s.DataContentType == "" {
		return nil
	}
	media, _, err := mime.ParseMediaType(s.DataContentType)
	if err != nil || (media != dataContentType && !strings.HasSuffix(media, "+json")) {
		return fault.New(fault.BadEnvelope, "attribute datacontenttype is %q, want %q", s.DataContentType, dataContentType)
	}
	return nil
}

// percentDecode undoes the header encoding of the protocol bindings; a value
// that is not percent-encoded text stays as it is.
func percentDecode(value string) string {
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}
