// Package export consumes the stream of published versions, or the tables that a
// sink makes of it, produces releases of the catalog: NDJSON, JSON-LD, CSV and
// Parquet.
//
// A release is the catalog as it was at one sequence of the stream: everything
// published up to it is in, nothing after it, however long the export takes and
// whatever is published meanwhile. The same state gives the same bytes.
//
// NDJSON, JSON-LD and CSV are read from the stream, which holds every version ever
// published, so they need no database and can be had as of any moment. Parquet is
// ClickHouse's own, made of the table of all versions with the same tables and
// rows as in CSV.
//
// Memory is bounded: the stream is read twice, once for the place of each career's
// version and once, career by career, for the versions themselves; about 200 bytes
// are kept of a career.
package export
