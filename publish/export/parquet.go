package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"careerstream/publish/export/release"
	"careerstream/publish/export/table"
	"careerstream/publish/sink"
	"careerstream/publish/store"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

// FromTables writes a release of Parquet files into the folder parent. It has what
// the sink has stored, which is all that its manifest's last_sequence says: less
// than the stream, while the sink is behind.
func FromTables(ctx context.Context, tables Tables, parent, name string, o Options) (_ release.Manifest, err error) {
	o, err = o.withDefaults()
	if err != nil {
		return release.Manifest{}, fmt.Errorf("export: %w", err)
	}
	if o.Format != Parquet {
		return release.Manifest{}, fmt.Errorf("export: %s is made of the stream", o.Format)
	}
	w, err := release.Create(parent, name)
	if err != nil {
		return release.Manifest{}, err
	}
	defer func() { err = errors.Join(err, w.Discard()) }()
	m := o.manifest()
	if m.Source, err = stored(ctx, tables); err != nil {
		return release.Manifest{}, err
	}
	q := query{tables, o.parameters(m.Source.LastSequence)}
	if m.Counts, err = q.counts(ctx); err != nil {
		return release.Manifest{}, err
	}
	for _, t := range table.All() {
		if err := q.write(ctx, w, t); err != nil {
			return release.Manifest{}, err
		}
	}
	codes, err := q.schemes(ctx)
	if err != nil {
		return release.Manifest{}, err
	}
	m.Attributions, m.Warnings = codes.attribute(o.Attributions)
	return w.Commit(m)
}

// stored is how far the tables are.
func stored(ctx context.Context, tables Tables) (release.Source, error) {
	source := release.Source{Stream: stream.Published}
	ranges, err := tables.Stored(ctx, sink.RecordsSink, stream.Published)
	if err != nil {
		return source, err
	}
	switch incarnations := slices.Sorted(maps.Keys(ranges)); len(incarnations) {
	case 0:
	case 1:
		source.Incarnation = incarnations[0]
		source.LastSequence = ranges[source.Incarnation][1]
	default:
		return source, errors.New("export: the tables were filled from more than one stream; run careerstream migrate --rebuild first")
	}
	return source, nil
}

func (o Options) parameters(last uint64) map[string]string {
	p := map[string]string{"last": strconv.FormatUint(last, 10), "until": "", "site": o.Site, "status": o.Status}
	if o.Status == All {
		p["status"] = ""
	}
	if !o.AsOf.IsZero() {
		p["until"] = o.AsOf.UTC().Format(time.RFC3339Nano)
	}
	return p
}

// parquetSettings give the same bytes for the same rows: one thread, so that row
// groups are cut the same way, and nothing left to a server's defaults.
func parquetSettings() map[string]string {
	return map[string]string{
		"max_threads": "1", "max_block_size": "8192", "optimize_read_in_order": "0", "output_format_parquet_compression_method": "zstd",
		"output_format_parquet_row_group_size": "20000", "output_format_parquet_parallel_encoding": "0",
	}
}

// query asks for the rows of one state.
type query struct {
	tables     Tables
	parameters map[string]string
}

func (q query) versions() string { return q.tables.Table("career_versions") }

func (q query) write(ctx context.Context, w *release.Writer, t table.Table) error {
	file, err := w.Create(t.Name+".parquet", t.Schema(), "application/vnd.apache.parquet")
	if err != nil {
		return err
	}
	sql := t.SQL(q.versions())
	rows, err := q.number(ctx, "SELECT count() FROM ("+sql+")")
	if err != nil {
		return fmt.Errorf("export %s: %w", t.Name, err)
	}
	file.AddRows(rows)
	if err := q.tables.Raw(ctx, io.Writer(file), sql, "Parquet", q.parameters, parquetSettings()); err != nil {
		return fmt.Errorf("export %s: %w", t.Name, err)
	}
	return nil
}

func (q query) number(ctx context.Context, sql string) (int, error) {
	result, err := q.tables.Query(ctx, sql, store.QueryOptions{ReadOnly: true, Parameters: q.parameters})
	if err != nil {
		return 0, err
	}
	n, ok := result.Rows[0][0].(uint64)
	if !ok {
		return 0, fmt.Errorf("count rows: got %T", result.Rows[0][0])
	}
	return int(n), nil
}

func (q query) counts(ctx context.Context) (c release.Counts, err error) {
	latest := table.Latest(q.versions())
	if c.Careers, err = q.number(ctx, latest+" SELECT count() FROM c"); err != nil {
		return c, err
	}
	c.Retired, err = q.number(ctx, latest+" SELECT countIf(status = '"+career.Retired+"') FROM c")
	c.Active = c.Careers - c.Retired
	return c, err
}

func (q query) schemes(ctx context.Context) (schemes, error) {
	sql := table.Latest(q.versions()) + ` SELECT DISTINCT JSONExtractString(code, 'scheme'), JSONExtractString(code, 'version')
		FROM c ARRAY JOIN JSONExtractArrayRaw(record, 'codes') AS code`
	result, err := q.tables.Query(ctx, sql, store.QueryOptions{ReadOnly: true, Parameters: q.parameters})
	if err != nil {
		return nil, err
	}
	all := schemes{}
	for _, row := range result.Rows {
		all.add(result.Columns[0].Text(row[0]), result.Columns[1].Text(row[1]))
	}
	return all, nil
}
