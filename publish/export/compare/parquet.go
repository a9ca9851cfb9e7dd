package compare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"careerstream/publish/export/release"
	"careerstream/publish/export/table"
)

// Unpack writes the rows of a table's Parquet file as CSV (RFC 4180): a line with
// the names of the columns, then the rows in the order of the table, lists as JSON,
// times as text of whatever form, null as nothing.
type Unpack func(ctx context.Context, t table.Table, parquet io.Reader, csv io.Writer) error

// unpacked is a release of Parquet as tables in a folder that is removed.
type unpacked struct {
	entries
	folder string
}

func openParquet(ctx context.Context, dir string, unpack Unpack) (_ entries, err error) {
	if unpack == nil {
		return nil, errors.New("compare: nothing here reads parquet; compare releases in ndjson or csv")
	}
	folder, err := os.MkdirTemp("", "careerstream-compare-")
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	for _, t := range table.All() {
		if err := unpackFile(ctx, dir, folder, t, unpack); err != nil {
			return nil, err
		}
	}
	tables, err := openTables(folder)
	if err != nil {
		return nil, err
	}
	return &unpacked{tables, folder}, nil
}

func unpackFile(ctx context.Context, dir, folder string, t table.Table, unpack Unpack) (err error) {
	name := t.Name + ".parquet"
	in, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return &release.BadError{Dir: dir, File: name, Reason: "cannot be opened: " + err.Error()}
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(filepath.Join(folder, t.Name+".csv"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := unpack(ctx, t, in, out); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return &release.BadError{Dir: dir, File: name, Reason: err.Error()}
	}
	return nil
}

func (u *unpacked) close() error { return errors.Join(u.entries.close(), os.RemoveAll(u.folder)) }
