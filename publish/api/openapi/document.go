package openapi

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Document is an API for reading. Every operation is a GET, and so a HEAD.
type Document struct {
	Title, Version, Description string
	Operations                  []Operation
	// Schemas are the components that operations refer to.
	Schemas *Schemas
	// Bearer says that operations take a bearer token (RFC 6750).
	Bearer bool
}

// Operation is one path.
type Operation struct {
	// Path with parameters in braces.
	Path string
	// ID is unique in the document.
	ID, Summary, Description string
	Parameters               []Parameter
	Answers                  []Answer
	// Open needs no token.
	Open bool
}

// Parameter of a request.
type Parameter struct {
	Name string
	// In is "query", "path" or "header"; "" is "query".
	In, Description string
	Schema          Schema
}

// Answer of an operation.
type Answer struct {
	Status      int
	Description string
	// Contents by media type; none for an answer without body.
	Contents []Content
	// Headers are names with descriptions.
	Headers map[string]string
}

// Content is a body.
type Content struct {
	Media  string
	Schema Schema
}

// Encode writes the document as JSON, the same bytes for the same document. It
// fails for a schema that cannot be made and for what appears twice.
func (d Document) Encode() ([]byte, error) {
	paths, ids := make(map[string]any), make(map[string]bool)
	for _, operation := range d.Operations {
		if paths[operation.Path] != nil || ids[operation.ID] {
			return nil, fmt.Errorf("write OpenAPI document: %s %s appears twice", operation.ID, operation.Path)
		}
		paths[operation.Path], ids[operation.ID] = map[string]any{"get": d.operation(operation)}, true
	}
	parts := map[string]any{"schemas": d.Schemas.components}
	if d.Bearer {
		parts["securitySchemes"] = map[string]any{"bearer": map[string]any{"type": "http", "scheme": "bearer"}}
	}
	if d.Schemas.err != nil {
		return nil, fmt.Errorf("write OpenAPI document: %w", d.Schemas.err)
	}
	text, err := json.Marshal(map[string]any{
		"openapi":           "3.1.0",
		"jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
		"info":              map[string]any{"title": d.Title, "version": d.Version, "description": d.Description},
		"servers":           []any{map[string]any{"url": "/"}},
		"paths":             paths, "components": parts,
	})
	if err != nil {
		return nil, fmt.Errorf("write OpenAPI document: %w", err)
	}
	return text, nil
}

func (d Document) operation(o Operation) map[string]any {
	parameters := []any{}
	for _, p := range o.Parameters {
		in := p.In
		if in == "" {
			in = "query"
		}
		parameter := map[string]any{"name": p.Name, "in": in, "description": p.Description, "schema": p.Schema}
		if in == "path" {
			parameter["required"] = true
		}
		if p.Schema["type"] == "array" {
			parameter["explode"] = false
		}
		parameters = append(parameters, parameter)
	}
	answers := make(map[string]any)
	for _, a := range o.Answers {
		answer := map[string]any{"description": a.Description}
		if len(a.Contents) > 0 {
			contents := make(map[string]any)
			for _, content := range a.Contents {
				contents[content.Media] = map[string]any{"schema": content.Schema}
			}
			answer["content"] = contents
		}
		if len(a.Headers) > 0 {
			headers := make(map[string]any)
			for name, description := range a.Headers {
				headers[name] = map[string]any{"description": description, "schema": Schema{"type": "string"}}
			}
			answer["headers"] = headers
		}
		answers[strconv.Itoa(a.Status)] = answer
	}
	operation := map[string]any{"operationId": o.ID, "summary": o.Summary, "parameters": parameters, "responses": answers}
	if o.Description != "" {
		operation["description"] = o.Description
	}
	if d.Bearer && !o.Open {
		operation["security"] = []any{map[string]any{}, map[string]any{"bearer": []string{}}}
	}
	return operation
}
