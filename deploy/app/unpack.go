package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"careerstream/deploy/chdb"
	"careerstream/publish/export/table"
)

// Unpacker reads Parquet with an embedded ClickHouse of its own, in a folder that
// Close removes. It leaves the catalog's tables alone, and is not safe for
// concurrent use.
type Unpacker struct {
	dir    string
	engine *chdb.Engine
	client *http.Client
}

// NewUnpacker starts the engine. progress hears of its download, where there is
// one. A process has one embedded engine at most.
func NewUnpacker(ctx context.Context, log *slog.Logger, progress func(done, total int64)) (_ *Unpacker, err error) {
	library, err := chdb.EnsureLibrary(ctx, chdb.LibraryConfig{Logger: log, Progress: progress})
	if err != nil {
		return nil, err
	}
	u := &Unpacker{}
	if u.dir, err = os.MkdirTemp("", "careerstream-parquet-"); err != nil {
		return nil, fmt.Errorf("make folder to read parquet: %w", err)
	}
	if u.engine, err = chdb.Open(ctx, chdb.Config{Dir: u.dir, Library: library, Logger: log}); err != nil {
		return nil, errors.Join(err, u.Close())
	}
	dial := u.engine.Dialer()
	u.client = &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, addr string) (net.Conn, error) { return dial(ctx, addr) },
	}}
	return u, nil
}

// Close stops the engine and removes what it has written.
func (u *Unpacker) Close() error {
	var err error
	if u.engine != nil {
		err = u.engine.Close()
	}
	return errors.Join(err, os.RemoveAll(u.dir))
}

// Unpack writes the rows of a Parquet file as CSV, as compare.Unpack asks.
func (u *Unpacker) Unpack(ctx context.Context, t table.Table, parquet io.Reader, csv io.Writer) error {
	var columns, values []string
	for _, c := range t.Columns {
		name := "`" + c.Name + "`"
		kind := map[table.Type]string{table.Text: "String", table.List: "Array(String)", table.Whole: "UInt64", table.Real: "Float64", table.Time: "Nullable(DateTime64(3, 'UTC'))"}[c.Type]
		columns = append(columns, name+" "+kind)
		switch c.Type {
		case table.List:
			name = "toJSONString(" + name + ") AS " + name
		case table.Time:
			name = "ifNull(toString(" + name + "), '') AS " + name
		}
		values = append(values, name)
	}
	if err := u.ask(ctx, "CREATE OR REPLACE TABLE unpacked ("+strings.Join(columns, ", ")+") ENGINE = MergeTree ORDER BY tuple()", nil, io.Discard); err != nil {
		return err
	}
	if err := u.ask(ctx, "INSERT INTO unpacked FORMAT Parquet", parquet, io.Discard); err != nil {
		return err
	}
	return u.ask(ctx, "SELECT "+strings.Join(values, ", ")+" FROM unpacked ORDER BY "+t.Order()+" FORMAT CSVWithNames", nil, csv)
}

// ask runs a statement with its data, and copies the answer.
func (u *Unpacker) ask(ctx context.Context, sql string, data io.Reader, answer io.Writer) error {
	values := url.Values{"query": {sql}, "wait_end_of_query": {"1"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://embedded:80/?"+values.Encode(), data)
	if err != nil {
		return fmt.Errorf("read parquet: %w", err)
	}
	response, err := u.client.Do(request)
	if err != nil {
		return fmt.Errorf("read parquet: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10)) // a cut text is still one to show
		return fmt.Errorf("read parquet: %s", strings.TrimSpace(string(text)))
	}
	if _, err := io.Copy(answer, response.Body); err != nil {
		return fmt.Errorf("read parquet: %w", err)
	}
	return nil
}
