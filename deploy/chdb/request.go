package chdb

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// request is one HTTP request, read.
type request struct {
	id       string
	who      role
	database string
	format   string // of the output, where the statement names none
	params   []param
	settings []setting

	sql     string
	insert  insertHead // kind insertWithData: data follows
	data    io.Reader
	closers []io.Closer

	hello    bool // client_protocol_version was given
	compress bool // frames in the answer
	zstd     bool
	wait     bool // answer only when the statement has ended
}

func (q *request) close() {
	for _, c := range slices.Backward(q.closers) {
		_ = c.Close()
	}
}

// ignored parameters are ClickHouse's own that mean nothing here.
func ignored(name string) bool {
	switch name {
	case "query", "query_id", "database", "default_format", "user", "password", "compress", "decompress",
		"client_protocol_version", "wait_end_of_query", "enable_http_compression", "session_id", "session_timeout",
		"session_check", "quota_key", "role", "buffer_size", "stacktrace", "close_session":
		return true
	}
	return false
}

// read takes the request apart and reads as much of the body as is SQL.
func (e *Engine) read(w http.ResponseWriter, r *http.Request, values url.Values, who role) (*request, error) {
	q := &request{
		who:      who,
		id:       values.Get("query_id"),
		database: cmp.Or(values.Get("database"), r.Header.Get("X-ClickHouse-Database")),
		format:   cmp.Or(values.Get("default_format"), r.Header.Get("X-ClickHouse-Format"), "TabSeparated"),
		hello:    values.Has("client_protocol_version"),
		compress: values.Get("compress") == "1",
		zstd:     strings.EqualFold(values.Get("network_compression_method"), "zstd"),
		wait:     values.Get("wait_end_of_query") == "1",
	}
	text := values.Get("query")
	body := io.Reader(http.MaxBytesReader(w, r.Body, e.cfg.MaxBody))
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		form, err := e.readForm(w, r)
		if err != nil {
			return q, err
		}
		for name, v := range form {
			values[name] = append(v, values[name]...)
		}
		text, body = text+values.Get("query"), bytes.NewReader(nil)
	}
	if err := q.readValues(values, r.Method != http.MethodPost); err != nil {
		return q, err
	}
	body, err := q.decode(body, r.Header.Get("Content-Encoding"), values.Get("decompress") == "1")
	if err != nil {
		return q, err
	}
	if text != "" {
		text += "\n"
	}
	return q, q.readSQL(text, body, e.cfg.MaxQuery)
}

// readForm reads a multipart form of plain fields.
func (e *Engine) readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, e.cfg.MaxQuery)
	if err := r.ParseMultipartForm(e.cfg.MaxQuery); err != nil {
		return nil, bodyError(err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	if len(r.MultipartForm.File) > 0 {
		return nil, exceptionf(codeNotImplemented, "NOT_IMPLEMENTED", "External tables are not supported by the embedded engine; use a temporary subquery or a ClickHouse server")
	}
	return r.MultipartForm.Value, nil
}

func (q *request) readValues(values url.Values, readonly bool) error {
	base := []setting{{"implicit_select", "0"}}
	given := false
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values[name][len(values[name])-1]
		switch {
		case strings.HasPrefix(name, "param_"):
			q.params = append(q.params, param{strings.TrimPrefix(name, "param_"), value})
		case ignored(name), name == "log_comment":
		case name == "readonly":
			given = value != "0"
			if q.who == writer && given {
				q.settings = append(q.settings, setting{name, value})
			}
		case name == "allow_experimental_eval_table_function" && q.who == reader:
			// eval() runs SQL that the gate does not see.
			return exceptionf(codeReadonly, "READONLY", "Cannot modify '%s' setting in readonly mode", name)
		default:
			q.settings = append(q.settings, setting{name, value})
		}
	}
	if q.who == writer && readonly && !given {
		q.settings = append(q.settings, setting{"readonly", "2"})
	}
	q.settings = append(base, q.settings...)
	return nil
}

func (q *request) has(name string) bool {
	return slices.ContainsFunc(q.settings, func(s setting) bool { return s.name == name })
}

// decode undoes Content-Encoding and decompress=1.
func (q *request) decode(body io.Reader, encoding string, frames bool) (io.Reader, error) {
	switch strings.ToLower(encoding) {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, bodyError(err)
		}
		body = z
	case "deflate":
		z, err := zlib.NewReader(body)
		if err != nil {
			return nil, bodyError(err)
		}
		body = z
	case "br":
		body = brotli.NewReader(body)
	case "zstd":
		z, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, bodyError(err)
		}
		q.closers = append(q.closers, z.IOReadCloser())
		body = z
	case "lz4":
		body = lz4.NewReader(body)
	default:
		return nil, exceptionf(codeUnknownCompression, "UNKNOWN_COMPRESSION_METHOD", "Content-Encoding %q is not known", encoding)
	}
	if frames {
		f := &frameReader{r: body}
		q.closers = append(q.closers, f)
		body = f
	}
	return body, nil
}

// readSQL reads until the statement is complete or its data begins.
func (q *request) readSQL(text string, body io.Reader, limit int64) error {
	buf := []byte(text)
	step, complete := 64<<10, false
	for {
		if len(buf) > 0 || complete {
			q.insert = parseInsert(string(buf), complete)
			if q.insert.kind == insertWithData {
				q.data = io.MultiReader(bytes.NewReader(buf[q.insert.dataAt:]), body)
				q.sql = q.insert.sql
				return nil
			}
		}
		if complete {
			q.sql = string(buf)
			return nil
		}
		if int64(len(buf)) > limit {
			return exceptionf(codeTooLargeQuery, "QUERY_IS_TOO_LARGE", "Statement is longer than %d bytes", limit)
		}
		n := len(buf)
		buf = append(buf, make([]byte, step)...)
		got, err := readSome(body, buf[n:])
		buf = buf[:n+got]
		if errors.Is(err, io.EOF) {
			complete = true
		} else if err != nil {
			return bodyError(err)
		}
		// Doubling keeps the repeated parsing linear in the whole.
		step = min(2*step, 4<<20)
	}
}

// readSome reads at least one byte, or says why not.
func readSome(r io.Reader, p []byte) (int, error) {
	for range 100 {
		if n, err := r.Read(p); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// bodyError gives an unreadable body ClickHouse's numbers.
func bodyError(err error) error {
	var big *http.MaxBytesError
	var ex *Exception
	switch {
	case errors.As(err, &ex):
		return ex
	case errors.As(err, &big):
		return exceptionf(codeTooLargeQuery, "QUERY_IS_TOO_LARGE", "Request body is longer than %d bytes", big.Limit)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return exceptionf(codeCannotReadAllData, "CANNOT_READ_ALL_DATA", "Request body ended too early")
	}
	return exceptionf(codeUnexpectedEnd, "UNEXPECTED_END_OF_FILE", "Cannot read request body: %v", err)
}
