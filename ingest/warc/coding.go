package warc

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Many tools store a body decoded and its header as it was. A coding is therefore
// undone only where the bytes show it.

var chunkSize = regexp.MustCompile(`^([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n`)

// isChunked reports whether a body begins with a chunk (RFC 9112 section 7.1) that
// ends where its size says.
func isChunked(in *bufio.Reader) bool {
	ahead, _ := in.Peek(bufferSize)
	m := chunkSize.FindSubmatch(ahead)
	if m == nil {
		return false
	}
	n, err := strconv.ParseInt(string(m[1]), 16, 63)
	if err != nil {
		return false
	}
	rest := ahead[len(m[0]):]
	return n == 0 || n >= int64(len(rest)) || rest[n] == '\r' || rest[n] == '\n'
}

func dechunk(in io.Reader) io.Reader { return httputil.NewChunkedReader(in) }

// maxCodings bounds "gzip, gzip, gzip, ...".
const maxCodings = 3

// codings are the content codings in the order in which they were applied.
func codings(h http.Header) ([]string, error) {
	all := slices.DeleteFunc(tokens(h, "Content-Encoding"), func(t string) bool { return t == "identity" || t == "none" })
	if len(all) > maxCodings {
		return nil, fmt.Errorf("%d content codings", len(all))
	}
	return all, nil
}

// windowLimit is the largest window that RFC 9659 lets zstd have in HTTP.
const windowLimit = 8 << 20

// decode undoes content codings, the last applied first. done must be called.
func decode(in io.Reader, codings []string, p *Payload) (out io.Reader, done func(), err error) {
	var closers []func()
	done = func() {
		for _, c := range closers {
			c()
		}
	}
	out = in
	for _, coding := range slices.Backward(codings) {
		src := bufio.NewReader(out)
		ahead, err := src.Peek(512)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, done, err
		}
		if len(ahead) == 0 {
			return src, done, nil
		}
		out = src
		plain := false
		switch coding {
		case "gzip", "x-gzip":
			if plain = !bytes.HasPrefix(ahead, []byte{0x1f, 0x8b}); !plain {
				out = &members{in: src, note: p.note}
			}
		case "deflate": // zlib by RFC 9110 section 8.4.1.2, raw by many servers
			switch {
			case len(ahead) > 1 && ahead[0]&0x0f == 8 && (uint(ahead[0])<<8|uint(ahead[1]))%31 == 0:
				if out, err = zlib.NewReader(src); err != nil {
					return nil, done, err
				}
			case looksText(ahead):
				plain = true
			default:
				out = flate.NewReader(src)
			}
		case "br":
			if plain = looksText(ahead); !plain {
				out = brotli.NewReader(src)
			}
		case "zstd":
			if plain = !bytes.HasPrefix(ahead, []byte{0x28, 0xb5, 0x2f, 0xfd}); !plain {
				d, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowLimit))
				if err != nil {
					return nil, done, err
				}
				closers = append(closers, d.Close)
				out = d
			}
		default:
			return nil, done, fmt.Errorf("content coding %q is unknown", show(coding))
		}
		if plain {
			p.note("the header says %s, the stored bytes are not", coding)
		}
	}
	return out, done, nil
}

// looksText reports whether bytes are text and so in no compressed coding.
func looksText(b []byte) bool {
	for i := 0; i < len(b); {
		c, size := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && size == 1 && len(b)-i >= utf8.UTFMax || c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return false
		}
		i += size
	}
	return true
}

// members reads gzip and takes what follows it and is none for the end, as
// browsers do.
type members struct {
	in   *bufio.Reader
	zip  *gzip.Reader
	note func(string, ...any)
}

func (m *members) Read(p []byte) (int, error) {
	if m.zip == nil {
		z, err := gzip.NewReader(m.in)
		if err != nil {
			return 0, noEOF(err)
		}
		z.Multistream(false)
		m.zip = z
	}
	n, err := m.zip.Read(p)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	ahead, _ := m.in.Peek(2)
	if !bytes.HasPrefix(ahead, []byte{0x1f, 0x8b}) {
		if len(ahead) > 0 {
			m.note("bytes after the gzip data are ignored")
		}
		return n, io.EOF
	}
	if err := m.zip.Reset(m.in); err != nil {
		return n, noEOF(err)
	}
	m.zip.Multistream(false)
	return n, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
