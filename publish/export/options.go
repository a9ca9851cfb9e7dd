package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"careerstream/publish/export/release"
	"careerstream/publish/sink"
	"careerstream/publish/store"
	"careerstream/schemas/career"
)

// Formats of an export.
const (
	// NDJSON has a record (career.record.v1) a line.
	NDJSON = "ndjson"
	// JSONLD has a document of schema.org's vocabulary a line.
	JSONLD = "jsonld"
	// CSV has a file a table, after RFC 4180.
	CSV = "csv"
	// Parquet has the same tables in Apache Parquet.
	Parquet = "parquet"
)

// Formats returns the formats.
func Formats() []string { return []string{NDJSON, JSONLD, CSV, Parquet} }

// Lines says that the format is one file of lines, which can be streamed.
func Lines(format string) bool { return format == NDJSON || format == JSONLD }

// All is the status that leaves none out.
const All = "all"

// Options say what to export.
type Options struct {
	// Format is one of Formats.
	Format string
	// Site by host, without case; "" is every site.
	Site string
	// Status is career.Active, career.Retired or All; "" is All.
	Status string
	// AsOf leaves out versions that were published later; zero is now.
	AsOf time.Time
	// Guard writes an apostrophe before a text in CSV that a spreadsheet would take
	// for a formula.
	Guard bool
	// Attributions of the taxonomies that codes come from.
	Attributions []release.Attribution
	// Generator names the program and its version in the manifest.
	Generator string
	// Now gives the manifest its time; time.Now if nil.
	Now func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	var errs []error
	if !slices.Contains(Formats(), o.Format) {
		errs = append(errs, fmt.Errorf("format %q: want %s", o.Format, strings.Join(Formats(), ", ")))
	}
	if o.Status == "" {
		o.Status = All
	}
	if !slices.Contains([]string{career.Active, career.Retired, All}, o.Status) {
		errs = append(errs, fmt.Errorf("status %q: want %s, %s or %s", o.Status, career.Active, career.Retired, All))
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Site = strings.ToLower(o.Site)
	return o, errors.Join(errs...)
}

// Stream is the stream of published versions.
type Stream interface {
	sink.Log
	// Get returns the message with a sequence, and false when the stream does not
	// have it. It is safe for concurrent use.
	Get(ctx context.Context, seq uint64) (sink.Raw, bool, error)
}

// Tables are the tables that the sink makes of the stream; *store.Store is one.
type Tables interface {
	// Table is the quoted name of a table.
	Table(name string) string
	// Stored returns the first and last sequence that a sink has stored of a stream
	// by its incarnation.
	Stored(ctx context.Context, sink, stream string) (map[string][2]uint64, error)
	// Query returns a small result.
	Query(ctx context.Context, sql string, opt store.QueryOptions) (store.Result, error)
	// Raw copies the output of a SELECT in a format to w. It only reads.
	Raw(ctx context.Context, w io.Writer, sql, format string, parameters, settings map[string]string) error
}

var _ Tables = (*store.Store)(nil)

func (o Options) manifest() release.Manifest {
	m := release.Manifest{
		CreatedAt: o.Now().UTC().Truncate(time.Second), Generator: o.Generator, Format: o.Format,
		Filter: release.Filter{Site: o.Site, Status: o.Status},
	}
	if !o.AsOf.IsZero() {
		asOf := o.AsOf.UTC()
		m.Filter.AsOf = &asOf
	}
	return m
}
