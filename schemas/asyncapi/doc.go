// Package asyncapi makes the AsyncAPI 3.0 document
// (https://www.asyncapi.com/docs/reference/specification/v3.0.0) of the event
// interface out of the contracts, streams and JSON Schemas, so that it cannot
// say anything else than they do. The document is whole in itself: its only
// references are JSON pointers into it.
package asyncapi
