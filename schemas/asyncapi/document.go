package asyncapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"careerstream/schemas"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/stream"
)

// Version of AsyncAPI that the document is of.
const Version = "3.0.0"

// object keeps JSON objects short; encoding sorts their keys.
type object = map[string]any

// Document returns the document as indented JSON, the same at every call. It
// fails when a contract's subject has no place in the table of addresses.
func Document() ([]byte, error) {
	channels, operations, messages := object{}, object{}, object{}
	for _, contract := range schemas.Contracts() {
		if err := addContract(channels, operations, messages, contract); err != nil {
			return nil, err
		}
	}
	addBucket(channels, operations, messages)
	data, err := payloads()
	if err != nil {
		return nil, err
	}
	document := object{
		"asyncapi": Version,
		"info": object{
			"title": "careerstream", "version": "1.0.0",
			"description": "Events of careers and of outcomes of the career test, on NATS JetStream. Every message is a CloudEvents 1.0 event in JSON structured mode; its id equals the header Nats-Msg-Id. " +
				"Within a major version of a type, a change stays compatible both ways; readers ignore properties that they do not know.",
			"license": object{"name": "Apache 2.0"},
		},
		"defaultContentType": cloudEvents,
		"servers": object{"nats": object{
			"host": "{host}:{port}", "protocol": "nats",
			"description": "A NATS server with JetStream, the embedded one of `careerstream up` or your own.",
			"variables":   object{"host": object{"default": "127.0.0.1"}, "port": object{"default": "4222"}},
			"security":    []any{object{"$ref": "#/components/securitySchemes/token"}},
		}},
		"channels": channels, "operations": operations,
		"components": object{
			"messages": messages, "schemas": data,
			"securitySchemes": object{"token": object{
				"type": "userPassword", "description": "The user part of the NATS URL is the token.",
			}},
		},
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return nil, fmt.Errorf("encode AsyncAPI document: %w", err)
	}
	return b.Bytes(), nil
}

// payloads returns every JSON Schema in the form of a component.
func payloads() (object, error) {
	components := object{}
	for _, name := range jsonschema.Names() {
		text, err := jsonschema.Read(name)
		if err != nil {
			return nil, err
		}
		var schema object
		if err := json.Unmarshal(text, &schema); err != nil {
			return nil, fmt.Errorf("read schema %s: %w", name, err)
		}
		delete(schema, "$id")
		delete(schema, "$schema")
		components[name] = object{"schemaFormat": schemaFormat, "schema": local(schema, name)}
	}
	return components, nil
}

// streamOf describes the stream that keeps a channel's messages.
func streamOf(name string) object {
	for _, spec := range stream.Streams() {
		if spec.Name != name {
			continue
		}
		described := object{
			"name": spec.Name, "description": spec.Description, "retention": string(spec.Retention),
			"dedupeWindow": spec.DedupeWindow.String(), "lastMessageOnly": spec.LastOnly,
		}
		if spec.Transform != "" {
			described["subjectTransform"] = spec.Transform
		}
		return described
	}
	return object{"name": name}
}
