// Package api consumes the catalog in memory, the stream of published versions
// and the views of ClickHouse, produces the read API over HTTP: /v1/careers and
// the rest of what GET /v1/openapi.json describes.
//
// Careers, versions and changes need no database: they are served while
// ClickHouse is away. History (as_of, versions, changes that are not the latest)
// is read from the stream. Reports need ClickHouse and say since when it is away.
package api
