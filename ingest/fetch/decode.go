package fetch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// acceptEncoding is what decode can undo.
const acceptEncoding = "gzip, deflate, br, zstd"

const (
	// maxCodings bounds nested encodings. One is usual; two happen when a proxy
	// compresses again.
	maxCodings = 2
	// zstdWindow is the largest window a zstd body may ask for (RFC 9659), in bytes.
	zstdWindow = 8 << 20
)

// codings returns a body's content codings in the order they were applied (RFC
// 9110, section 8.4), identity left out.
func codings(h http.Header) ([]string, error) {
	var list []string
	for _, line := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.ToLower(strings.Trim(name, " \t"))
			switch name {
			case "", "identity":
				continue
			case "x-gzip":
				name = "gzip"
			case "gzip", "deflate", "br", "zstd":
			default:
				return nil, fmt.Errorf("content coding %.40q was not asked for", name)
			}
			if list = append(list, name); len(list) > maxCodings {
				return nil, fmt.Errorf("more than %d content codings, one over another", maxCodings)
			}
		}
	}
	return list, nil
}

// decode undoes codings, last applied first. The reader holds memory for
// windows only; close gives it back. An empty body is empty in every coding.
func decode(wire io.Reader, codings []string) (body io.Reader, closeAll func(), err error) {
	var closers []func()
	closeAll = func() {
		for _, c := range closers {
			c()
		}
	}
	body = wire
	for i := len(codings) - 1; i >= 0; i-- {
		in := bufio.NewReader(body)
		head, err := in.Peek(2)
		if len(head) == 0 && errors.Is(err, io.EOF) {
			return in, closeAll, nil
		}
		switch codings[i] {
		case "gzip":
			z, err := gzip.NewReader(in)
			if err != nil {
				return nil, closeAll, fmt.Errorf("gzip: %w", err)
			}
			z.Multistream(false)
			body = &gzipBody{z, in}
		case "deflate":
			// RFC 9110, section 8.4.1.2 means zlib; some servers send it raw.
			if len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
				z, err := zlib.NewReader(in)
				if err != nil {
					return nil, closeAll, fmt.Errorf("deflate: %w", err)
				}
				body = z
			} else {
				body = flate.NewReader(in)
			}
		case "br":
			body = brotli.NewReader(in)
		case "zstd":
			z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
			if err != nil {
				return nil, closeAll, fmt.Errorf("zstd: %w", err)
			}
			closers = append(closers, z.Close)
			body = z
		}
	}
	return body, closeAll, nil
}

// gzipBody reads every member and forgives padding after the last one, as
// browsers do. A member's own end is checked by its checksum before.
type gzipBody struct {
	z  *gzip.Reader
	in *bufio.Reader
}

func (g *gzipBody) Read(b []byte) (int, error) {
	for {
		n, err := g.z.Read(b)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if head, _ := g.in.Peek(2); string(head) != "\x1f\x8b" {
			return n, io.EOF
		}
		if err := g.z.Reset(g.in); err != nil {
			return n, err
		}
		g.z.Multistream(false)
		if n > 0 {
			return n, nil
		}
	}
}
