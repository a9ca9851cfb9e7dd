package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// wholeEnd finds where the last whole record of a file ends: its size, or less
// where the file ends in half a record. Anything else that is wrong is an error.
func wholeEnd(file io.ReaderAt, size int64, compressed bool) (int64, error) {
	if size == 0 {
		return 0, nil
	}
	r, err := NewReader(io.NewSectionReader(file, 0, size), Limits{MaxHeader: 1 << 20})
	if err != nil {
		return 0, err
	}
	if r.src.member != nil != compressed {
		return 0, errors.New("the file's compression is not what its name says")
	}
	last, inMember := int64(-1), 0
	for {
		rec, err := r.Next()
		var own *Error
		switch {
		case err == nil:
			if rec.Offset != last {
				inMember = 0
			}
			last = rec.Offset
			inMember++
			continue
		case errors.Is(err, io.EOF):
			return size, nil
		case !errors.As(err, &own):
			return 0, err
		case !own.Stopped:
			continue // one bad record among others harms nothing that follows
		case own.Problem != Truncated:
			return 0, own
		}
		// The record that was being read, if any, is the half one.
		if compressed && last == own.Offset && inMember > 1 {
			return 0, fmt.Errorf("the gzip member at byte %d holds several records and is cut off", own.Offset)
		}
		if at := hiddenRecord(file, own.Offset, size, compressed); at >= 0 {
			return 0, fmt.Errorf("%w, but another record seems to begin at byte %d", own, at)
		}
		return own.Offset, nil
	}
}

// hiddenRecord looks for the beginning of a record within what is about to be cut
// off: a wrong Content-Length in the middle of a file looks like a cut-off end. It
// returns the place, or -1.
func hiddenRecord(file io.ReaderAt, from, size int64, compressed bool) int64 {
	mark := []byte("\r\n\r\nWARC/1.")
	if compressed {
		mark = []byte("\x1f\x8b\x08")
	}
	in := bufio.NewReaderSize(io.NewSectionReader(file, from+1, size-from-1), bufferSize)
	var z gzip.Reader // one for all tries
	for at := from + 1; ; {
		ahead, err := in.Peek(bufferSize)
		i := bytes.Index(ahead, mark)
		switch {
		case i >= 0 && (!compressed || beginsRecord(&z, io.NewSectionReader(file, at+int64(i), 4096))):
			return at + int64(i)
		case i >= 0:
			i++
		case err != nil:
			return -1
		default:
			i = len(ahead) - len(mark) + 1
		}
		n, err := in.Discard(i)
		if at += int64(n); err != nil {
			return -1
		}
	}
}

// beginsRecord reports whether a gzip member with a record begins here.
func beginsRecord(z *gzip.Reader, in io.Reader) bool {
	if err := z.Reset(in); err != nil {
		return false
	}
	begin := make([]byte, len("WARC/"))
	_, err := io.ReadFull(z, begin)
	return err == nil && string(begin) == "WARC/"
}
