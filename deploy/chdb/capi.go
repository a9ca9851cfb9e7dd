package chdb

import (
	"runtime"
	"strings"
	"unsafe"
)

// The C types are opaque: pointers that only the library reads.
type (
	cConnection = unsafe.Pointer
	cResult     = unsafe.Pointer
	cInsert     = unsafe.Pointer
)

// binding is the part of the libchdb C API in use (chdb.h of chdb-io/chdb-core).
type binding struct {
	setSignalHandlers func(enabled int32)
	connect           func(argc int32, argv unsafe.Pointer) *cConnection
	closeConn         func(conn *cConnection)

	query       func(conn cConnection, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr, names unsafe.Pointer, nameLens unsafe.Pointer, values unsafe.Pointer, valueLens unsafe.Pointer, n uintptr) cResult
	streamQuery func(conn cConnection, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr, names unsafe.Pointer, nameLens unsafe.Pointer, values unsafe.Pointer, valueLens unsafe.Pointer, n uintptr) cResult
	insert      func(conn cConnection, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr, names unsafe.Pointer, nameLens unsafe.Pointer, values unsafe.Pointer, valueLens unsafe.Pointer, n uintptr) cInsert

	streamFetch  func(conn cConnection, stream cResult) cResult
	streamCancel func(conn cConnection, stream cResult)

	insertAppend  func(stream cInsert, data unsafe.Pointer, n uintptr) int32
	insertDone    func(stream cInsert) cResult
	insertCancel  func(stream cInsert)
	insertError   func(stream cInsert) string
	destroyInsert func(stream cInsert)

	classify func(conn cConnection, sql *byte, sqlLen uintptr, db *byte, dbLen uintptr, out *analysis) int32

	resultBuffer  func(r cResult) unsafe.Pointer
	resultLength  func(r cResult) uintptr
	resultError   func(r cResult) string
	resultRows    func(r cResult) uint64
	resultBytes   func(r cResult) uint64
	storageRows   func(r cResult) uint64
	storageBytes  func(r cResult) uint64
	rowsWritten   func(r cResult) uint64
	bytesWritten  func(r cResult) uint64
	destroyResult func(r cResult)
}

// analysis is chdb_query_analysis_v1.
type analysis struct {
	structSize     uint32
	statementCount uint32
	_              uint32 // flags
	class          uint32
}

// Statement classes of chdb_classify_query_n.
const (
	classReadOnly uint32 = iota
	classMutating
	classGlobal
	classControl
	classUnknown
)

// param is one {name:Type} parameter with its value in ClickHouse's escaped text.
type param struct{ name, value string }

// counters are what one result says about the work done.
type counters struct {
	readRows, readBytes, writtenRows, writtenBytes, resultRows, resultBytes uint64
}

func (c *counters) add(o counters) {
	c.readRows += o.readRows
	c.readBytes += o.readBytes
	c.writtenRows += o.writtenRows
	c.writtenBytes += o.writtenBytes
	c.resultRows += o.resultRows
	c.resultBytes += o.resultBytes
}

// session is one chdb connection: one statement at a time, own settings.
type session struct {
	b    *binding
	raw  *cConnection
	conn cConnection
}

// open connects with a command line like clickhouse's. It reports false when
// the library refuses, which it does without saying why.
func (b *binding) open(args []string) (*session, bool) {
	argv := make([]*byte, len(args)+1)
	for i, a := range args {
		buf := append([]byte(a), 0)
		argv[i] = &buf[0]
	}
	raw := b.connect(int32(len(args)), unsafe.Pointer(&argv[0]))
	runtime.KeepAlive(argv)
	if raw == nil || *raw == nil {
		return nil, false
	}
	return &session{b: b, raw: raw, conn: *raw}, true
}

func (s *session) close() {
	if s.raw != nil {
		s.b.closeConn(s.raw)
		s.raw, s.conn = nil, nil
	}
}

// cText is a string for the library, with its length; empty strings get a
// valid address too.
func cText(s string) (*byte, uintptr) {
	if s == "" {
		return new(byte), 0
	}
	return unsafe.StringData(s), uintptr(len(s))
}

// cParams holds the four parallel arrays of a parameter list.
type cParams struct {
	names, values       []*byte
	nameLens, valueLens []uintptr
}

func newCParams(params []param) *cParams {
	p := &cParams{}
	for _, kv := range params {
		n, nl := cText(kv.name)
		v, vl := cText(kv.value)
		p.names, p.nameLens = append(p.names, n), append(p.nameLens, nl)
		p.values, p.valueLens = append(p.values, v), append(p.valueLens, vl)
	}
	return p
}

func (p *cParams) args() (n, nl, v, vl unsafe.Pointer, count uintptr) {
	if len(p.names) == 0 {
		return nil, nil, nil, nil, 0
	}
	return unsafe.Pointer(&p.names[0]), unsafe.Pointer(&p.nameLens[0]),
		unsafe.Pointer(&p.values[0]), unsafe.Pointer(&p.valueLens[0]), uintptr(len(p.names))
}

// result is a piece of output; bytes() is valid until free.
type result struct {
	b *binding
	r cResult
}

func (r result) err() error {
	if r.r == nil {
		return newException("Code: 1001. DB::Exception: the engine returned no result (STD_EXCEPTION)")
	}
	if msg := r.b.resultError(r.r); msg != "" {
		return newException(strings.Clone(msg))
	}
	return nil
}

func (r result) bytes() []byte {
	n := r.b.resultLength(r.r)
	p := r.b.resultBuffer(r.r)
	if n == 0 || p == nil {
		return nil
	}
	return unsafe.Slice((*byte)(p), n)
}

func (r result) counters() counters {
	return counters{
		readRows: r.b.storageRows(r.r), readBytes: r.b.storageBytes(r.r),
		writtenRows: r.b.rowsWritten(r.r), writtenBytes: r.b.bytesWritten(r.r),
		resultRows: r.b.resultRows(r.r), resultBytes: r.b.resultBytes(r.r),
	}
}

func (r result) free() {
	if r.r != nil {
		r.b.destroyResult(r.r)
	}
}

// query runs one statement and holds its whole output in the library's memory.
func (s *session) query(sql, format string, params []param) result {
	q, ql := cText(sql)
	f, fl := cText(format)
	p := newCParams(params)
	n, nl, v, vl, c := p.args()
	r := s.b.query(s.conn, q, ql, f, fl, n, nl, v, vl, c)
	runtime.KeepAlive(p)
	runtime.KeepAlive(sql)
	runtime.KeepAlive(format)
	return result{s.b, r}
}

// exec runs one statement for its effect or its short text output.
func (s *session) exec(sql, format string) (string, error) {
	r := s.query(sql, format, nil)
	defer r.free()
	if err := r.err(); err != nil {
		return "", err
	}
	return string(r.bytes()), nil
}

// stream starts a SELECT that is fetched block by block.
func (s *session) stream(sql, format string, params []param) result {
	q, ql := cText(sql)
	f, fl := cText(format)
	p := newCParams(params)
	n, nl, v, vl, c := p.args()
	r := s.b.streamQuery(s.conn, q, ql, f, fl, n, nl, v, vl, c)
	runtime.KeepAlive(p)
	runtime.KeepAlive(sql)
	runtime.KeepAlive(format)
	return result{s.b, r}
}

func (s *session) fetch(stream result) result {
	return result{s.b, s.b.streamFetch(s.conn, stream.r)}
}

// classifySQL says how many statements the text holds and of what class.
func (s *session) classifySQL(sql string) (analysis, bool) {
	out := &analysis{}
	out.structSize = uint32(unsafe.Sizeof(*out))
	q, ql := cText(sql)
	rc := s.b.classify(s.conn, q, ql, nil, 0, out)
	runtime.KeepAlive(sql)
	return *out, rc == 0
}

// insertStream is an INSERT whose data arrives in pieces.
type insertStream struct {
	b *binding
	s cInsert
}

// startInsert begins an INSERT; sql has no FORMAT clause and no data.
func (s *session) startInsert(sql, format string, params []param) (*insertStream, error) {
	q, ql := cText(sql)
	f, fl := cText(format)
	p := newCParams(params)
	n, nl, v, vl, c := p.args()
	in := &insertStream{s.b, s.b.insert(s.conn, q, ql, f, fl, n, nl, v, vl, c)}
	runtime.KeepAlive(p)
	runtime.KeepAlive(sql)
	runtime.KeepAlive(format)
	if err := in.err(); err != nil {
		in.free()
		return nil, err
	}
	return in, nil
}

func (in *insertStream) err() error {
	if in.s == nil {
		return newException("Code: 1001. DB::Exception: the engine returned no insert stream (STD_EXCEPTION)")
	}
	if msg := in.b.insertError(in.s); msg != "" {
		return newException(strings.Clone(msg))
	}
	return nil
}

// append hands over a piece of data; the library copies it.
func (in *insertStream) append(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	rc := in.b.insertAppend(in.s, unsafe.Pointer(&p[0]), uintptr(len(p)))
	runtime.KeepAlive(p)
	if rc == 0 {
		return nil
	}
	if err := in.err(); err != nil {
		return err
	}
	return newException("Code: 1001. DB::Exception: the insert stream is closed (STD_EXCEPTION)")
}

// done commits.
func (in *insertStream) done() (counters, error) {
	r := result{in.b, in.b.insertDone(in.s)}
	defer r.free()
	if err := r.err(); err != nil {
		return counters{}, err
	}
	return r.counters(), nil
}

func (in *insertStream) cancel() { in.b.insertCancel(in.s) }
func (in *insertStream) free() {
	if in.s != nil {
		in.b.destroyInsert(in.s)
	}
}
