// Package openapi writes OpenAPI 3.1 documents
// (https://spec.openapis.org/oas/v3.1.0) from Go: operations as data, schemas
// from struct types and from the embedded JSON Schemas of the contracts.
package openapi
