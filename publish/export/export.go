package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"careerstream/publish/api/jsonld"
	"careerstream/publish/export/release"
	"careerstream/publish/export/table"
)

// ToWriter writes a format of lines to w: one career a line, in the order of their
// slugs. It returns what a manifest would say, without files.
func ToWriter(ctx context.Context, s Stream, w io.Writer, o Options) (release.Manifest, error) {
	o, err := o.withDefaults()
	if err != nil {
		return release.Manifest{}, fmt.Errorf("export: %w", err)
	}
	if !Lines(o.Format) {
		return release.Manifest{}, fmt.Errorf("export: %s is a file for each table: it needs a folder", o.Format)
	}
	c, err := choose(ctx, s, o)
	if err != nil {
		return release.Manifest{}, err
	}
	m := c.manifest(o)
	return m, writeLines(ctx, s, c, o, w, func(published) error { return nil })
}

// FromStream writes a release into the folder parent: NDJSON, JSON-LD or CSV.
func FromStream(ctx context.Context, s Stream, parent, name string, o Options) (_ release.Manifest, err error) {
	o, err = o.withDefaults()
	if err != nil {
		return release.Manifest{}, fmt.Errorf("export: %w", err)
	}
	if o.Format == Parquet {
		return release.Manifest{}, errors.New("export: parquet is made of the tables")
	}
	w, err := release.Create(parent, name)
	if err != nil {
		return release.Manifest{}, err
	}
	defer func() { err = errors.Join(err, w.Discard()) }()
	c, err := choose(ctx, s, o)
	if err != nil {
		return release.Manifest{}, err
	}
	m := c.manifest(o)
	codes := schemes{}
	if o.Format == CSV {
		err = writeTables(ctx, s, c, o, w, codes)
	} else {
		err = writeFile(ctx, s, c, o, w, codes)
	}
	if err != nil {
		return release.Manifest{}, err
	}
	attributions, warnings := codes.attribute(o.Attributions)
	m.Attributions, m.Warnings = attributions, append(m.Warnings, warnings...)
	return w.Commit(m)
}

// writeFile writes the one file of a format of lines.
func writeFile(ctx context.Context, s Stream, c cut, o Options, w *release.Writer, codes schemes) error {
	schema, media := "career.record.v1", "application/x-ndjson"
	if o.Format == JSONLD {
		schema, media = "schema.org", jsonld.MediaType
	}
	file, err := w.Create("careers."+o.Format, schema, media)
	if err != nil {
		return err
	}
	file.AddRows(len(c.places))
	return writeLines(ctx, s, c, o, file, func(p published) error { return codes.addRecord(p.record) })
}

// writeLines writes a career a line and shows each to see.
func writeLines(ctx context.Context, s Stream, c cut, o Options, w io.Writer, see func(published) error) error {
	var line bytes.Buffer
	for _, at := range c.places {
		p, err := fetch(ctx, s, at)
		if err != nil {
			return err
		}
		record := p.record
		if o.Format == JSONLD {
			if record, err = jsonld.Encode(record); err != nil {
				return fmt.Errorf("export %s: %w", at.slug, err)
			}
		}
		line.Reset()
		if err := json.Compact(&line, record); err != nil {
			return fmt.Errorf("export %s: %w", at.slug, err)
		}
		line.WriteByte('\n')
		if err := see(p); err != nil {
			return fmt.Errorf("export %s: %w", at.slug, err)
		}
		if _, err := w.Write(line.Bytes()); err != nil {
			return fmt.Errorf("export %s: %w", at.slug, err)
		}
	}
	return nil
}

// writeTables writes a CSV file for each table, all in one reading.
func writeTables(ctx context.Context, s Stream, c cut, o Options, w *release.Writer, codes schemes) error {
	tables := table.All()
	files := make([]*release.FileWriter, len(tables))
	for i, t := range tables {
		file, err := w.Create(t.Name+".csv", t.Schema(), "text/csv")
		if err != nil {
			return err
		}
		if _, err := file.Write(t.Header(nil)); err != nil {
			return err
		}
		files[i] = file
	}
	var buf []byte
	for _, at := range c.places {
		p, err := fetch(ctx, s, at)
		if err != nil {
			return err
		}
		whole, err := p.whole()
		if err != nil {
			return fmt.Errorf("export %s: %w", at.slug, err)
		}
		for _, code := range whole.Record.Codes {
			codes.add(code.Scheme, code.Version)
		}
		for i, t := range tables {
			rows := t.Rows(whole)
			buf = buf[:0]
			for _, row := range rows {
				buf = table.CSV(buf, o.Guard, row...)
			}
			if _, err := files[i].Write(buf); err != nil {
				return fmt.Errorf("export %s: %w", at.slug, err)
			}
			files[i].AddRows(len(rows))
		}
	}
	return nil
}
