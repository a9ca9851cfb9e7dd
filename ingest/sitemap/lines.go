package sitemap

import (
	"bufio"
	"errors"
	"io"
	"net/url"
	"strings"
)

// lines reads a text sitemap: one URL a line and nothing else
// (https://www.sitemaps.org/protocol.html#otherformats). Blank lines and lines
// that begin with "#" are passed over.
func (s *scan) lines(text io.Reader) error {
	r := bufio.NewReaderSize(text, 4*(MaxLoc+1))
	n := 0
	s.line = func() int { return n }
	for {
		n++
		line, err := readLine(r)
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line != "" && line[0] != '#' {
			if err := s.deliver(Entry{Loc: line, Priority: defaultPriority}); err != nil {
				return s.wrap(err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return s.wrap(err)
		}
	}
}

// readLine reads a line of any length and returns its beginning, which is too
// long for a URL where the line is. A line that an error cuts off is dropped:
// half a URL is another URL.
func readLine(r *bufio.Reader) (string, error) {
	part, err := r.ReadSlice('\n')
	if err == nil || errors.Is(err, io.EOF) {
		return string(part), err
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return "", err
	}
	line := string(part)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return line, err
}

// badLoc says why a URL cannot be taken, or "".
func badLoc(loc string) string {
	switch {
	case len(loc) > MaxLoc:
		return "is longer than 2,047 bytes"
	case strings.ContainsRune(loc, '\ufffd'):
		return "has bytes that are not in the document's charset"
	}
	u, err := url.Parse(loc)
	switch {
	case err != nil:
		return "cannot be parsed"
	case u.Scheme == "":
		return "is relative"
	case !isWeb(loc):
		return "is neither http nor https"
	case u.Hostname() == "":
		return "has no host"
	}
	return ""
}

func isWeb(loc string) bool {
	scheme, _, ok := strings.Cut(loc, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}
