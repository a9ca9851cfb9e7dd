package asyncapi

import (
	"strings"

	"careerstream/schemas/event"
)

// cloudEvents is the content type of every message in structured mode.
const cloudEvents = event.ContentType

// schemaFormat of the data: JSON Schema 2020-12.
const schemaFormat = "application/schema+json;version=2020-12"

// local turns the references of the schema called name into pointers into the
// document.
func local(value any, name string) any {
	switch v := value.(type) {
	case object:
		turned := make(object, len(v))
		for key, item := range v {
			if ref, ok := item.(string); ok && key == "$ref" {
				turned[key] = pointer(ref, name)
				continue
			}
			turned[key] = local(item, name)
		}
		return turned
	case []any:
		turned := make([]any, len(v))
		for i, item := range v {
			turned[i] = local(item, name)
		}
		return turned
	}
	return value
}

func pointer(ref, name string) string {
	resource, fragment, _ := strings.Cut(ref, "#")
	if other, ok := strings.CutPrefix(resource, event.SchemaURI("")); ok {
		name = other
	}
	return "#/components/schemas/" + name + "/schema" + fragment
}

// envelope is the schema of an event of a type in structured mode
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
func envelope(typ string) object {
	text := func(description string) object {
		return object{"type": "string", "minLength": 1, "description": description}
	}
	return object{"schemaFormat": schemaFormat, "schema": object{
		"type":     "object",
		"required": []any{"specversion", "id", "source", "type", "data"},
		"properties": object{
			"specversion":     object{"const": "1.0"},
			"id":              text("A hash of what the event says; equals the header Nats-Msg-Id."),
			"source":          text("The stage that made the event, such as /careerstream/gate."),
			"type":            object{"const": typ},
			"subject":         object{"type": "string", "description": "What the event is about: a slug, or the key of a page."},
			"time":            object{"type": "string", "format": "date-time"},
			"datacontenttype": object{"const": "application/json"},
			"dataschema":      object{"const": event.SchemaURI(typ)},
			"traceparent":     object{"type": "string", "description": "W3C trace context."},
			"causationid":     object{"type": "string", "description": "The id of the event that caused this one."},
			"data":            object{"$ref": pointer(event.SchemaURI(typ), "")},
		},
	}}
}

// headers of a message in structured mode.
func headers() object {
	return object{
		"type":     "object",
		"required": []any{"Content-Type", "Nats-Msg-Id"},
		"properties": object{
			"Content-Type": object{"const": cloudEvents},
			"Nats-Msg-Id":  object{"type": "string", "description": "The event's id: what is published twice within the stream's window is stored once."},
		},
	}
}

// binaryHeaders of a message in binary mode: the attributes, percent-encoded.
func binaryHeaders(typ string) object {
	text := object{"type": "string"}
	return object{
		"type":     "object",
		"required": []any{"ce-specversion", "ce-id", "ce-source", "ce-type"},
		"properties": object{
			"ce-specversion": object{"const": "1.0"}, "ce-id": text, "ce-source": text, "ce-type": object{"const": typ},
			"ce-subject": text, "ce-time": object{"type": "string", "format": "date-time"}, "ce-traceparent": text,
			"Content-Type": object{"const": "application/json"},
			"Nats-Msg-Id":  object{"type": "string", "description": "The same as ce-id."},
		},
	}
}
