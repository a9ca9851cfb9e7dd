package chdb

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Handler serves the part of ClickHouse's HTTP interface that clickhouse-go,
// curl and dashboards use: statements by GET and POST with parameters,
// settings, compression and streamed INSERT bodies, /ping and
// /replicas_status. Every request has a connection of its own, so there is no
// session state. One statement a request; INTO OUTFILE, FROM INFILE and the
// function file() are refused, for they reach past the data directory.
func (e *Engine) Handler() http.Handler {
	mux := http.NewServeMux()
	ok := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = io.WriteString(w, "Ok.\n")
	}
	mux.HandleFunc("GET /ping", ok)
	mux.HandleFunc("GET /replicas_status", ok)
	mux.HandleFunc("/{$}", e.serveQuery)
	return mux
}

func (e *Engine) serveQuery(w http.ResponseWriter, r *http.Request) {
	p := &response{w: w, e: e, format: "TabSeparated", tag: newTag(), started: time.Now()}
	// A bare ";" is legal in a ClickHouse URL and not in Go's.
	values, err := url.ParseQuery(strings.ReplaceAll(r.URL.RawQuery, ";", "%3B"))
	if err != nil {
		p.fail(exceptionf(codeBadArguments, "BAD_ARGUMENTS", "Cannot parse the request's parameters: %v", err))
		return
	}
	if r.Method == http.MethodGet && len(values) == 0 {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = io.WriteString(w, "Ok.\n")
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "only GET, HEAD and POST are served", http.StatusMethodNotAllowed)
		return
	}
	who, challenge := e.authorize(r, values)
	if who == nobody {
		if challenge {
			w.Header().Set("WWW-Authenticate", `Basic realm="ClickHouse server HTTP API"`)
		}
		p.fail(exceptionf(codeAuth, "AUTHENTICATION_FAILED", "Authentication failed: password is incorrect, or there is no user with such name"))
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(e.baseCtx, cancel)()

	leave, err := e.enter(ctx)
	if err != nil {
		p.fail(err)
		return
	}
	defer leave()
	q, err := e.read(w, r, values, who)
	defer q.close()
	p.q = q
	if accept := values.Get("enable_http_compression"); accept == "1" || accept == "" && e.facts.httpCompression {
		p.accept = r.Header.Get("Accept-Encoding")
	}
	if err == nil {
		err = e.answer(ctx, p)
	}
	if err == nil {
		p.begin()
		p.end()
		return
	}
	if ctx.Err() == nil && q.data != nil {
		// A client that still sends reads the answer only afterwards.
		_, _ = io.CopyN(io.Discard, q.data, 256<<20)
	}
	p.fail(err)
}

// answer runs the statement of a request.
func (e *Engine) answer(ctx context.Context, p *response) error {
	q := p.q
	p.format = q.format
	if q.hello && strings.TrimSpace(q.sql) == helloQuery {
		p.format = "Native"
		return p.write(e.helloBlock())
	}
	st := parseStatement(q.sql)
	if strings.TrimSpace(q.sql) == "" {
		return exceptionf(codeSyntax, "SYNTAX_ERROR", "Empty query")
	}
	if st.outfile || q.insert.kind == insertFromFile {
		return exceptionf(codeAccessDenied, "ACCESS_DENIED", "INTO OUTFILE and FROM INFILE are not allowed; send and read data over HTTP")
	}
	if st.format != "" {
		p.format = st.format
	}
	native := strings.EqualFold(p.format, "Native")
	settings := q.settings
	if native || strings.EqualFold(q.insert.format, "Native") {
		// Clients read JSON, Dynamic and Variant only in this form.
		settings = append(settings, setting{"output_format_native_use_flattened_dynamic_and_json_serialization", "1"})
		// DESCRIBE gives types to be parsed, not to be looked at.
		settings = append(settings, setting{"print_pretty_type_names", "0"})
	}
	tag := e.tag()
	settings = append(settings, setting{"log_comment", tag})
	if q.who == reader {
		settings = append(settings, setting{"readonly", "1"})
	}
	s, err := e.connect(settings, q.database)
	if err != nil {
		return err
	}
	defer s.close()
	class, err := e.gate(s, st, q)
	if err != nil {
		return err
	}
	defer e.killOnDone(ctx, tag)()
	switch {
	case q.insert.kind == insertWithData:
		return e.runInsert(ctx, s, p)
	case class == classReadOnly && (st.first == "select" || st.first == "with") && !q.wait && !st.totals &&
		streamable(p.format) && !q.has("output_format_json_array_of_rows") && !q.has("extremes"):
		return e.runStream(ctx, s, st, p)
	default:
		return e.runWhole(s, st, p, class)
	}
}

// gate refuses what must not run, and returns the statement's class.
func (e *Engine) gate(s *session, st statement, q *request) (uint32, error) {
	sql := q.sql
	if q.insert.kind == insertWithData {
		sql += "FORMAT " + q.insert.format
	}
	a, ok := s.classifySQL(sql)
	if !ok {
		return 0, exceptionf(codeLibrary, "STD_EXCEPTION", "The engine could not classify the statement")
	}
	if a.statementCount > 1 {
		return 0, exceptionf(codeSyntax, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed): failed at a second statement")
	}
	if a.class == classControl && (q.who == reader || st.first == "select" || st.first == "with") {
		return 0, exceptionf(codeAccessDenied, "ACCESS_DENIED", "Statement is not allowed here: it controls the engine or writes past it")
	}
	if callsFile(s, st, sql, q.params) {
		return 0, exceptionf(codeAccessDenied, "ACCESS_DENIED", "Function file() is not allowed; send and read data over HTTP")
	}
	return a.class, nil
}

// runInsert streams the body into an INSERT. A client that dies leaves nothing behind.
func (e *Engine) runInsert(ctx context.Context, s *session, p *response) error {
	q := p.q
	in, err := s.startInsert(strings.TrimSpace(q.sql), q.insert.format, q.params)
	if err != nil {
		return err
	}
	defer in.free()
	buf := make([]byte, 1<<20)
	for {
		n, err := fill(q.data, buf)
		if n > 0 && ctx.Err() == nil {
			if aerr := in.append(buf[:n]); aerr != nil {
				return aerr
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			in.cancel()
			return bodyError(err)
		}
		if ctx.Err() != nil {
			in.cancel()
			return exceptionf(codeCancelled, "QUERY_WAS_CANCELLED", "Insert was cancelled")
		}
	}
	q.data = nil
	if p.sum, err = in.done(); err != nil {
		return err
	}
	return nil
}

// fill reads until the buffer is full or the body ends.
func fill(r io.Reader, buf []byte) (int, error) {
	n := 0
	for n < len(buf) {
		m, err := r.Read(buf[n:])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// runStream sends a SELECT's blocks as they come.
func (e *Engine) runStream(ctx context.Context, s *session, st statement, p *response) error {
	stream := s.stream(p.q.sql, p.format, p.q.params)
	defer stream.free()
	if err := stream.err(); err != nil {
		return err
	}
	sent := false
	for {
		chunk := s.fetch(stream)
		if err := chunk.err(); err != nil {
			chunk.free()
			return err
		}
		b := chunk.bytes()
		p.sum.add(chunk.counters())
		if len(b) == 0 {
			chunk.free()
			break
		}
		sent = true
		err := p.write(b)
		chunk.free()
		if err != nil || ctx.Err() != nil {
			s.b.streamCancel(s.conn, stream.r)
			return exceptionf(codeCancelled, "QUERY_WAS_CANCELLED", "Query was cancelled: client went away or the engine is stopping")
		}
	}
	if !sent && strings.EqualFold(p.format, "Native") {
		return e.sendEmpty(s, st, p)
	}
	return nil
}

// runWhole runs a statement to its end before answering.
func (e *Engine) runWhole(s *session, st statement, p *response, class uint32) error {
	r := s.query(p.q.sql, p.format, p.q.params)
	defer r.free()
	if err := r.err(); err != nil {
		return err
	}
	p.sum = r.counters()
	b := r.bytes()
	if len(b) == 0 && class == classReadOnly && strings.EqualFold(p.format, "Native") {
		return e.sendEmpty(s, st, p)
	}
	if len(b) == 0 {
		return nil
	}
	return p.write(b)
}

// sendEmpty sends the columns of a result without rows.
func (e *Engine) sendEmpty(s *session, st statement, p *response) error {
	columns, err := s.describe(st, p.q.params)
	if err != nil {
		e.log.Debug("columns of an empty result are unknown", "error", err)
		return nil
	}
	return p.write(emptyNative(columns))
}
