package warc

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

// errLong says that lines are over their limit together.
var errLong = errors.New("header too long")

// readLine reads a line without its newline, at most left bytes, and takes what it
// read off left. io.ErrUnexpectedEOF comes with what there is of an unfinished line.
func readLine(r *bufio.Reader, left *int) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if *left -= len(part); *left < 0 {
			return "", errLong
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return strings.TrimSuffix(string(line[:len(line)-1]), "\r"), nil
		case errors.Is(err, io.EOF):
			return string(line), io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return string(line), err
		}
	}
}

// readVersion reads the first line of a record.
func (r *Reader) readVersion() (string, error) {
	left := 64
	line, err := readLine(r.src.text, &left)
	const mark = "WARC/"
	ours := strings.HasPrefix(line, mark) || errors.Is(err, io.ErrUnexpectedEOF) && strings.HasPrefix(mark, line)
	switch {
	case ours && err != nil:
		return "", err
	case !ours && r.first:
		return "", r.fail(NotWARC, true, "the file begins with %q", show(line))
	case !ours:
		return "", r.fail(Malformed, true, "there is %q where a record should begin", show(line))
	}
	switch version := strings.TrimSpace(line[len(mark):]); version {
	case "1.0", "1.1", "0.17", "0.18": // the drafts have the same frame
		return version, nil
	}
	return "", r.fail(Malformed, true, "version %q is unknown", show(line))
}

// readHeader reads the named fields. broken is about this record only.
func (r *Reader) readHeader() (h Header, broken, err error) {
	left := r.limits.MaxHeader
	for {
		line, err := readLine(r.src.text, &left)
		switch {
		case errors.Is(err, errLong):
			return nil, nil, r.fail(TooLarge, true, "the header has more than %d bytes", r.limits.MaxHeader)
		case err != nil:
			return nil, nil, err
		case line == "":
			return h, broken, nil
		case (line[0] == ' ' || line[0] == '\t') && len(h) > 0:
			h[len(h)-1].Value = strings.TrimSpace(h[len(h)-1].Value + " " + strings.TrimSpace(line))
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			if broken == nil {
				broken = r.fail(Malformed, false, "header line %q has no name and colon", show(line))
			}
			continue
		}
		h = append(h, Field{name, strings.TrimSpace(value)})
	}
}

// contentLength reads the field that frames everything.
func (r *Reader) contentLength(h Header) (int64, error) {
	values := h.Values("Content-Length")
	if len(values) == 0 {
		return 0, r.fail(Malformed, true, "Content-Length is missing")
	}
	n, err := strconv.ParseUint(values[0], 10, 63)
	if err != nil || values[0][0] == '+' {
		return 0, r.fail(Malformed, true, "Content-Length %q is no number of bytes", show(values[0]))
	}
	for _, v := range values[1:] {
		if v != values[0] {
			return 0, r.fail(Malformed, true, "Content-Length is both %q and %q", show(values[0]), show(v))
		}
	}
	return int64(n), nil
}

// show cuts what a file holds to a bearable length; it is quoted by the caller.
func show(s string) string {
	const limit = 80
	if len(s) > limit {
		return s[:limit] + "..."
	}
	return s
}
