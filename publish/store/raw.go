package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"

	"careerstream/schemas/fault"
)

// Raw runs one SELECT and copies its output in a format of ClickHouse's
// ("Parquet") to w. It takes the HTTP interface, for the client library knows
// one format alone: with a DSN of the native protocol it fails. It only reads.
// The server has the whole output before it answers, so that an error of the
// statement comes before anything is written to w; a lost connection may leave a
// part of it there. An error of w comes back as it is.
func (s *Store) Raw(ctx context.Context, w io.Writer, sql, format string, parameters, settings map[string]string) error {
	opt, _, err := s.cfg.options()
	if err != nil {
		return fmt.Errorf("configure clickhouse: %w", err)
	}
	if !s.http {
		return fmt.Errorf("format %s needs ClickHouse's HTTP interface: give --clickhouse http://%s:8123", format, host(opt.Addr[0]))
	}
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	defer cancel()
	response, err := s.ask(ctx, opt, sql+"\nFORMAT "+format, parameters, settings)
	if err != nil {
		return queryError(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return queryError(rawError(response))
	}
	if _, err := io.Copy(&target{w: w}, response.Body); err != nil {
		return rawCopyError(err)
	}
	return nil
}

func host(addr string) string {
	if name, _, err := net.SplitHostPort(addr); err == nil {
		return name
	}
	return addr
}

// ask sends the request. The server has the whole output before it answers, so
// that an error has a status of its own.
func (s *Store) ask(ctx context.Context, opt *ch.Options, sql string, parameters, settings map[string]string) (*http.Response, error) {
	values := url.Values{"readonly": {"2"}, "wait_end_of_query": {"1"}, "database": {s.target.Name}}
	for name, value := range settings {
		values.Set(name, value)
	}
	for name, value := range parameters {
		values.Set("param_"+name, escape(value))
	}
	address := url.URL{Scheme: "http", Host: opt.Addr[0], Path: "/" + strings.TrimPrefix(opt.HttpUrlPath, "/"), RawQuery: values.Encode()}
	if opt.TLS != nil {
		address.Scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(sql))
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-ClickHouse-User", opt.Auth.Username)
	request.Header.Set("X-ClickHouse-Key", opt.Auth.Password)
	for name, value := range opt.HttpHeaders {
		request.Header.Set(name, value)
	}
	transport := &http.Transport{TLSClientConfig: opt.TLS, DisableKeepAlives: true, DisableCompression: true}
	if s.cfg.Dial != nil {
		transport.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) { return s.cfg.Dial(ctx, addr) }
	}
	return (&http.Client{Transport: transport}).Do(request)
}

// escape writes a parameter as ClickHouse reads it: as a field of TabSeparated.
func escape(value string) string {
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`).Replace(value)
}

// rawError reads what an answer without a result says.
func rawError(response *http.Response) error {
	// A cut text is still one to show.
	text, _ := io.ReadAll(io.LimitReader(response.Body, 8<<10))
	code, err := strconv.ParseInt(response.Header.Get("X-ClickHouse-Exception-Code"), 10, 32)
	if err != nil {
		return &ch.HTTPError{StatusCode: response.StatusCode}
	}
	message := strings.TrimPrefix(string(text), fmt.Sprintf("Code: %d. ", code))
	return &ch.Exception{Code: int32(code), Message: message}
}

// target marks the errors of w, which are not ClickHouse's.
type target struct{ w io.Writer }

type targetError struct{ err error }

func (e *targetError) Error() string { return e.err.Error() }
func (e *targetError) Unwrap() error { return e.err }

func (t *target) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	if err != nil {
		return n, &targetError{err}
	}
	return n, nil
}

func rawCopyError(err error) error {
	var own *targetError
	if errors.As(err, &own) {
		return own.err
	}
	return queryError(fault.New(fault.StoreUnavailable, "read result: %w", err))
}
