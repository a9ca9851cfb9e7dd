package sitemap

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"regexp"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

const gzipMagic = "\x1f\x8b"

// gunzip undoes compression that the first bytes show.
func gunzip(r *bufio.Reader) (plain io.Reader, compressed bool, err error) {
	if magic, _ := r.Peek(len(gzipMagic)); string(magic) != gzipMagic {
		return r, false, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, true, err
	}
	z.Multistream(false)
	return &members{from: r, zip: z}, true, nil
}

// members reads gzip members one after the other (RFC 1952, section 2.2). What
// follows the last one and is none, such as padding, is left alone, as gzip(1)
// does: what came before it is whole and its checksum was right.
type members struct {
	from *bufio.Reader
	zip  *gzip.Reader
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.zip.Read(p)
		if n > 0 || !errors.Is(err, io.EOF) {
			if n > 0 && errors.Is(err, io.EOF) {
				err = nil
			}
			return n, err
		}
		if magic, _ := m.from.Peek(len(gzipMagic)); string(magic) != gzipMagic {
			return 0, io.EOF
		}
		if err := m.zip.Reset(m.from); err != nil {
			return 0, err
		}
		m.zip.Multistream(false)
	}
}

// counter ends in errSize when more than left bytes come.
type counter struct {
	r    io.Reader
	left int64
	read *int64
	// err stays: a look ahead may meet it first.
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	if int64(n) > c.left {
		n = int(c.left)
		err = errSize
	}
	c.err = err
	c.left -= int64(n)
	*c.read += int64(n)
	return n, err
}

// declared finds the encoding that an XML declaration names
// (https://www.w3.org/TR/xml/#NT-EncodingDecl).
var declared = regexp.MustCompile(`^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']`)

// decode makes valid UTF-8 of r by its byte order mark or its XML declaration,
// and decodes the prefix the same way. What is not valid in the charset becomes
// U+FFFD, so that one bad byte costs one entry and not the rest.
func decode(r io.Reader, prefix []byte) (text io.Reader, decoded []byte, err error) {
	var how transform.Transformer
	switch {
	case bytes.HasPrefix(prefix, []byte{0xff, 0xfe}), bytes.HasPrefix(prefix, []byte{0xfe, 0xff}):
		how = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
	case bytes.HasPrefix(prefix, []byte{0xef, 0xbb, 0xbf}):
		how = unicode.UTF8BOM.NewDecoder()
	default:
		how = runes.ReplaceIllFormed()
		if m := declared.FindSubmatch(prefix); m != nil {
			e, name := charset.Lookup(string(m[1]))
			if e == nil {
				return nil, nil, &Error{Problem: Malformed, Line: 1, Reason: "unknown charset " + string(m[1])}
			}
			// What can be read to here as ASCII is no UTF-16, whatever it says.
			if name != "utf-8" && name != "utf-16le" && name != "utf-16be" {
				how = e.NewDecoder()
			}
		}
	}
	// The prefix may end within a character; what is decoded until then is enough.
	decoded, _, _ = transform.Bytes(how, prefix)
	how.Reset()
	return transform.NewReader(r, how), decoded, nil
}

// maxToken bounds one tag, comment, directive or run of text, in bytes: the XML
// decoder holds each in memory.
const maxToken = 256 << 10

// guard feeds the XML decoder and ends in errMarkup when one token takes more
// than maxToken bytes.
type guard struct {
	r     *bufio.Reader
	taken int
}

func (g *guard) ReadByte() (byte, error) {
	if g.taken++; g.taken > maxToken {
		return 0, errMarkup
	}
	return g.r.ReadByte()
}

// Read is only there because the decoder asks for an io.Reader.
func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p[:min(len(p), 1)])
	if g.taken += n; g.taken > maxToken {
		return 0, errMarkup
	}
	return n, err
}
