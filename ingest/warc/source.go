package warc

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// source is the file as one run of records, and where in the file they are.
type source struct {
	raw  *bufio.Reader
	file *position
	// text is what records are read from: raw itself in a plain file.
	text   *bufio.Reader
	member *gzip.Reader
	// begin is the offset of the current gzip member.
	begin int64
}

// position counts what was read of a file.
type position struct {
	r io.Reader
	n int64
	// err is an error of the file itself, which is not the fault of a record.
	err error
}

func (p *position) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		p.err = err
	}
	return n, err
}

const bufferSize = 64 << 10

func newSource(file io.Reader) (*source, error) {
	s := &source{file: &position{r: file}}
	s.raw = bufio.NewReaderSize(s.file, bufferSize)
	magic, err := s.raw.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	s.text = s.raw
	if len(magic) > 0 && magic[0] == 0x1f && (len(magic) == 1 || magic[1] == 0x8b) {
		s.member = new(gzip.Reader)
		s.text = bufio.NewReaderSize(nothing{}, bufferSize)
	}
	return s, nil
}

// nothing is the member before the first.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// offset is where the source stands: the next byte of a plain file, or the
// beginning of the current gzip member.
func (s *source) offset() int64 {
	if s.member != nil {
		return s.begin
	}
	return s.place()
}

func (s *source) place() int64 { return s.file.n - int64(s.raw.Buffered()) }

// toRecord goes to the next record, over stray newlines, and into the next gzip
// member where one ends. io.EOF is the end of the file.
func (s *source) toRecord() error {
	for {
		b, err := s.text.Peek(1)
		switch {
		case err == nil && (b[0] == '\r' || b[0] == '\n'):
			if _, err := s.text.Discard(1); err != nil {
				return err
			}
		case err == nil:
			return nil
		case !errors.Is(err, io.EOF) || s.member == nil:
			return err
		default:
			if err := s.nextMember(); err != nil {
				return err
			}
		}
	}
}

// nextMember opens the next gzip member; io.EOF says that there is none.
func (s *source) nextMember() error {
	s.begin = s.place()
	if _, err := s.raw.Peek(1); err != nil {
		return err
	}
	if err := s.member.Reset(s.raw); err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	s.member.Multistream(false)
	s.text.Reset(s.member)
	return nil
}

// skipMember passes over the rest of the current gzip member; false where there is
// none or it is damaged, so that the next member's place is unknown.
func (s *source) skipMember() bool {
	if s.member == nil {
		return false
	}
	_, err := io.Copy(io.Discard, s.text)
	return err == nil
}

// trailer reads the two newlines after a block. LF alone is taken for a newline,
// and one is enough: writers differ. None at all means that Content-Length is wrong.
func (s *source) trailer() error {
	newlines := 0
	for newlines < 2 {
		b, err := s.text.Peek(1)
		if errors.Is(err, io.EOF) {
			if s.member != nil && newlines > 0 {
				return nil
			}
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch b[0] {
		case '\n':
			newlines++
		case '\r':
		default:
			if newlines > 0 {
				return nil
			}
			return errTrailer
		}
		if _, err := s.text.Discard(1); err != nil {
			return err
		}
	}
	return nil
}

// errTrailer is about the record that trailer ends.
var errTrailer = errors.New("the block is not followed by a newline, so Content-Length is wrong")
