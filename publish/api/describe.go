package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"careerstream/publish/api/jsonld"
	"careerstream/publish/api/openapi"
	"careerstream/publish/api/problem"
	"careerstream/publish/api/represent"
)

// body documents an answer of T.
func body[T any](description, media string, headers ...string) func(*openapi.Schemas) []openapi.Answer {
	return func(s *openapi.Schemas) []openapi.Answer {
		return []openapi.Answer{{
			Status: http.StatusOK, Description: description, Headers: described(append(headers, "ETag")...),
			Contents: []openapi.Content{{Media: media, Schema: openapi.Of[T](s)}},
		}, had()}
	}
}

// had documents the answer to a client that has it.
func had() openapi.Answer {
	return openapi.Answer{Status: http.StatusNotModified, Description: "The client has it: If-None-Match names its ETag.", Headers: described("ETag")}
}

// described says what header fields are for.
func described(names ...string) map[string]string {
	texts := map[string]string{
		"ETag": "Validator, for If-None-Match: strong, but for reports, where it leaves out when they were made. A stream of events has none.", "Link": "The next page (rel=next), where there is one.",
		"Location": "Where the career is.", "Retry-After": "Seconds to wait.", "WWW-Authenticate": "Bearer (RFC 6750).",
	}
	headers := make(map[string]string, len(names))
	for _, name := range names {
		headers[name] = texts[name]
	}
	return headers
}

// moved adds the answer for a slug that leads to another.
func moved(answers func(*openapi.Schemas) []openapi.Answer) func(*openapi.Schemas) []openapi.Answer {
	return func(s *openapi.Schemas) []openapi.Answer {
		return append(answers(s), openapi.Answer{Status: http.StatusMovedPermanently, Description: "The career has another slug now.", Headers: described("Location")})
	}
}

// record documents a record in one or two representations.
func record(media ...string) func(*openapi.Schemas) []openapi.Answer {
	return moved(func(s *openapi.Schemas) []openapi.Answer {
		ok := openapi.Answer{Status: http.StatusOK, Description: "The record.", Headers: described("ETag")}
		for _, name := range media {
			schema := s.Embedded("career.record.v1")
			if name == jsonld.MediaType {
				schema = openapi.Schema{"type": "object", "required": []string{"@context", "@graph"}, "properties": map[string]any{
					"@context": openapi.Schema{"const": "https://schema.org"},
					"@graph":   openapi.Schema{"type": "array", "minItems": 1, "items": openapi.Schema{"type": "object", "required": []string{"@type", "@id"}}},
				}}
			}
			ok.Contents = append(ok.Contents, openapi.Content{Media: name, Schema: schema})
		}
		return []openapi.Answer{ok, had()}
	})
}

func changes(s *openapi.Schemas) []openapi.Answer {
	return []openapi.Answer{{
		Status: http.StatusOK, Description: "A page of changes, or an endless stream of events: each change with the event name change, its cursor as id and a ChangeEntry as data.",
		Headers: described("Link", "ETag"),
		Contents: []openapi.Content{
			{Media: mediaJSON, Schema: openapi.Of[ChangeList](s)},
			{Media: mediaEvents, Schema: openapi.Schema{"type": "string"}},
		},
	}, had()}
}

// describe writes the OpenAPI document of a table of routes.
func describe(cfg Config, table []*route) (*represent.Representation, error) {
	schemas := openapi.NewSchemas()
	document := openapi.Document{
		Title: "careerstream", Version: cfg.Version, Schemas: schemas, Bearer: true, Description: introduction(),
	}
	for _, r := range table {
		kinds := append([]problem.Kind{problem.NotAcceptable, problem.TooManyRequests}, r.problems...)
		if !r.open {
			kinds = append(kinds, problem.Unauthorized)
		}
		kinds = append(kinds, problem.BadParameter) // a parameter that there is not
		document.Operations = append(document.Operations, openapi.Operation{
			Path: r.path, ID: r.id, Summary: r.summary, Description: r.description, Parameters: r.parameters, Open: r.open,
			Answers: append(r.answers(schemas), failures(schemas, kinds)...),
		})
	}
	text, err := document.Encode()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return represent.New(mediaJSON, hex.EncodeToString(sum[:8]), text), nil
}

// failures documents kinds of problem, an answer for each status.
func failures(s *openapi.Schemas, kinds []problem.Kind) []openapi.Answer {
	byStatus := make(map[int][]problem.Info)
	for _, row := range problem.Table() {
		if slices.Contains(kinds, row.Kind) {
			byStatus[row.Status] = append(byStatus[row.Status], row)
		}
	}
	var answers []openapi.Answer
	for status, rows := range byStatus {
		var types, texts []string
		for _, row := range rows {
			types, texts = append(types, row.Type()), append(texts, fmt.Sprintf("`%s`: %s", row.Type(), row.Title))
		}
		schema := openapi.Schema{"allOf": []any{openapi.Of[problem.Problem](s), openapi.Schema{"properties": map[string]any{
			"type": openapi.Schema{"enum": types}, "status": openapi.Schema{"const": status},
		}}}}
		answer := openapi.Answer{Status: status, Description: strings.Join(texts, "; ") + ".", Contents: []openapi.Content{{Media: "application/problem+json", Schema: schema}}}
		switch status {
		case http.StatusUnauthorized:
			answer.Headers = described("WWW-Authenticate")
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			answer.Headers = described("Retry-After")
		}
		answers = append(answers, answer)
	}
	return answers
}

// introduction says what all paths have in common.
func introduction() string {
	var b strings.Builder
	b.WriteString("The published careers, their history and changes, and how often they are matched. " +
		"Every path answers GET, HEAD and OPTIONS, others with 405 and Allow; parameters that are not documented are refused with 400. " +
		"Every 200 but a stream of events has an ETag; who sends it as If-None-Match gets 304 until there is something else. " +
		"Bodies are compressed with gzip where Accept-Encoding takes it. Failures are problem details (RFC 9457) of these types:\n\n" +
		"| type | status | title | what to do |\n|---|---|---|---|\n")
	for _, row := range problem.Table() {
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s |\n", row.Type(), row.Status, row.Title, row.Meaning)
	}
	return b.String()
}
