package warc

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Defaults of Limits.
const (
	DefaultMaxHeader = 64 << 10
	DefaultMaxBody   = 32 << 20
)

// Limits bound what a file can cost. A zero or negative field takes its default.
type Limits struct {
	// MaxHeader is the size of a record's header, and again of an HTTP head, in bytes.
	MaxHeader int
	// MaxBody is the size of a body that Record.Payload decodes, in bytes.
	MaxBody int64
	// VerifyDigests compares each block with its WARC-Block-Digest, where that is
	// SHA-1 or SHA-256.
	VerifyDigests bool
}

func (l Limits) withDefaults() Limits {
	return Limits{
		MaxHeader:     cmp.Or(max(l.MaxHeader, 0), DefaultMaxHeader),
		MaxBody:       cmp.Or(max(l.MaxBody, 0), DefaultMaxBody),
		VerifyDigests: l.VerifyDigests,
	}
}

// Reader gives the records of a file in order. It is for one goroutine.
type Reader struct {
	limits Limits
	src    *source
	block  *block
	// at is where the current record begins.
	at    int64
	first bool
	done  bool
}

// NewReader reads a file from its beginning, plain or compressed, which its first
// bytes show. It does not close file. An error is one of file.
func NewReader(file io.Reader, limits Limits) (*Reader, error) {
	src, err := newSource(file)
	if err != nil {
		return nil, fmt.Errorf("read WARC file: %w", err)
	}
	return &Reader{limits: limits.withDefaults(), src: src, first: true}, nil
}

// Next gives the next record, or io.EOF after the last. What was not read of the
// record before is passed over, and its Content ends.
//
// An *Error is about one record, often the one before; unless it says Stopped,
// Next can be called again and gives the record after. Any other error is one of
// the file and is final. After a final error Next gives io.EOF.
func (r *Reader) Next() (*Record, error) {
	if r.done {
		return nil, io.EOF
	}
	rec, err := r.next()
	if err == nil {
		return rec, nil
	}
	return nil, r.failed(err)
}

// All iterates over Next to the end. An error comes with a nil record; the
// iteration goes on as Next does.
func (r *Reader) All() iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) && rec == nil || !yield(rec, err) {
				return
			}
		}
	}
}

func (r *Reader) next() (*Record, error) {
	if err := r.finish(); err != nil {
		return nil, err
	}
	if err := r.src.toRecord(); err != nil {
		r.at = r.src.offset()
		return nil, err
	}
	r.at = r.src.offset()
	version, err := r.readVersion()
	if err != nil {
		return nil, err
	}
	r.first = false
	header, broken, err := r.readHeader()
	if err != nil {
		return nil, err
	}
	length, err := r.contentLength(header)
	if err != nil {
		return nil, err
	}
	// From here on the next record's place is known, whatever is wrong with this one.
	r.block = newBlock(r, header, length)
	if broken != nil {
		return nil, broken
	}
	rec := &Record{
		Version: version, Type: Type(header.Get("WARC-Type")), ID: bare(header.Get("WARC-Record-ID")),
		TargetURI: bare(header.Get("WARC-Target-URI")), Truncated: header.Get("WARC-Truncated"),
		Length: length, Header: header, Offset: r.at, Content: r.block, limits: r.limits,
	}
	return rec, r.check(rec)
}

// check reads the other fields that every record shall have.
func (r *Reader) check(rec *Record) error {
	switch {
	case rec.Type == "":
		return r.fail(Malformed, false, "WARC-Type is missing")
	case rec.ID == "":
		return r.fail(Malformed, false, "WARC-Record-ID is missing")
	}
	var ok bool
	if rec.Date, ok = parseDate(rec.Header.Get("WARC-Date")); !ok {
		return r.fail(Malformed, false, "WARC-Date %q is no date", show(rec.Header.Get("WARC-Date")))
	}
	return nil
}

// finish reads the record before to its end and the two newlines after it.
func (r *Reader) finish() error {
	b := r.block
	if b == nil {
		return nil
	}
	r.block = nil
	mismatch := b.drain()
	if mismatch != nil && !errors.Is(mismatch, BadDigest) {
		return mismatch
	}
	if err := r.src.trailer(); err != nil {
		return err
	}
	return mismatch
}

func (r *Reader) fail(p Problem, stopped bool, format string, args ...any) *Error {
	return &Error{Problem: p, Offset: r.at, Stopped: stopped, Reason: fmt.Sprintf(format, args...)}
}

// failed makes the error to return of one that occurred and sees to it that the
// reader stands at a record or at the end.
func (r *Reader) failed(err error) error {
	var own *Error
	switch {
	case errors.Is(err, io.EOF):
		r.done = true
		return io.EOF
	case !errors.As(err, &own):
		own = r.explain(err)
		if own == nil {
			r.done = true
			return fmt.Errorf("read WARC file at byte %d: %w", r.at, err)
		}
	}
	if own.Stopped && own.Problem != Truncated && own.Problem != NotWARC && r.src.skipMember() {
		r.block = nil
		next := *own
		next.Stopped = false
		return &next
	}
	r.done = own.Stopped
	return own
}

// explain makes an *Error of what the readers beneath return; nil is an error of
// the file itself.
func (r *Reader) explain(err error) *Error {
	switch {
	case r.src.file.err != nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return r.fail(Truncated, true, "the file ends within the record")
	case errors.Is(err, errTrailer):
		return r.fail(Malformed, true, "%v", err)
	}
	// Nothing but decompression is left to fail.
	return r.fail(Malformed, true, "the compressed data are damaged: %v", err)
}
