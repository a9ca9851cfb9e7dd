package chdb

import (
	"compress/gzip"
	"compress/zlib"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// response writes one answer. Headers go out with the first byte, so an error
// before it is a plain HTTP error.
type response struct {
	w        http.ResponseWriter
	e        *Engine
	q        *request
	accept   string // Accept-Encoding, "" when not to be honoured
	format   string
	tag      string // of an exception frame
	started  time.Time
	sum      counters
	begun    bool
	out      io.Writer // what the output is written to
	plainOut io.Writer // below the frames
	enc      io.WriteCloser
}

func (p *response) header(status int) {
	h := p.w.Header()
	h.Set("X-ClickHouse-Server-Display-Name", displayName)
	h.Set("X-ClickHouse-Timezone", p.e.facts.timezone)
	if p.q != nil && p.q.id != "" {
		h.Set("X-ClickHouse-Query-Id", p.q.id)
	}
	if status == http.StatusOK {
		h.Set("X-ClickHouse-Format", p.format)
		h.Set("Content-Type", contentType(p.format))
		h.Set("X-ClickHouse-Exception-Tag", p.tag)
	}
	h.Set("X-ClickHouse-Summary", p.summary())
	p.w.WriteHeader(status)
}

func (p *response) summary() string {
	n := func(v uint64) string { return strconv.FormatUint(v, 10) }
	text, err := json.Marshal(map[string]string{
		"read_rows": n(p.sum.readRows), "read_bytes": n(p.sum.readBytes), "total_rows_to_read": n(p.sum.readRows),
		"written_rows": n(p.sum.writtenRows), "written_bytes": n(p.sum.writtenBytes),
		"result_rows": n(p.sum.resultRows), "result_bytes": n(p.sum.resultBytes),
		"elapsed_ns": n(uint64(time.Since(p.started))),
	})
	if err != nil {
		return "{}"
	}
	return string(text)
}

// begin sends the headers of a success and sets up compression.
func (p *response) begin() {
	if p.begun {
		return
	}
	p.begun = true
	p.out = p.w
	if enc, name := p.encoder(); enc != nil {
		p.w.Header().Set("Content-Encoding", name)
		p.w.Header().Add("Vary", "Accept-Encoding")
		p.enc, p.out = enc, enc
	}
	p.plainOut = p.out
	if p.q.compress {
		method := compress.LZ4
		if p.q.zstd {
			method = compress.ZSTD
		}
		p.out = newFrameWriter(p.out, method)
	}
	p.header(http.StatusOK)
}

// encoder picks the first of the client's encodings that is known.
func (p *response) encoder() (io.WriteCloser, string) {
	for part := range strings.SplitSeq(p.accept, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(quality) == "q=0" {
			continue
		}
		switch name {
		case "gzip":
			return gzip.NewWriter(p.w), name
		case "deflate":
			return zlib.NewWriter(p.w), name
		case "br":
			return brotli.NewWriterLevel(p.w, 4), name
		case "zstd":
			if enc, err := zstd.NewWriter(p.w, zstd.WithEncoderConcurrency(1)); err == nil {
				return enc, name
			}
		}
	}
	return nil, ""
}

// write sends a piece of output and lets the client have it at once.
func (p *response) write(b []byte) error {
	p.begin()
	if len(b) == 0 {
		return nil
	}
	if _, err := p.out.Write(b); err != nil {
		return fmt.Errorf("write response: %w", err)
	}
	if f, ok := p.enc.(interface{ Flush() error }); ok {
		if err := f.Flush(); err != nil {
			return fmt.Errorf("write response: %w", err)
		}
	}
	// Not every ResponseWriter can flush; the output is complete without it.
	_ = http.NewResponseController(p.w).Flush()
	return nil
}

// end completes a success.
func (p *response) end() {
	if p.enc != nil {
		// The client is gone when this fails, and nobody is left to tell.
		_ = p.enc.Close()
	}
}

// fail answers with an error: as HTTP where nothing was sent yet, else as the
// exception frame that clients look for at the end of the body.
func (p *response) fail(err error) {
	var ex *Exception
	if !errors.As(err, &ex) {
		ex = exceptionf(codeLibrary, "STD_EXCEPTION", "%v", err)
	}
	text := fmt.Sprintf("%s (version %s)", strings.TrimRight(ex.Message, "\n"), p.e.facts.version)
	if !p.begun {
		h := p.w.Header()
		h.Set("Content-Type", "text/plain; charset=UTF-8")
		h.Set("X-ClickHouse-Exception-Code", strconv.Itoa(ex.Code))
		status := httpStatus(ex.Code)
		if h.Get("WWW-Authenticate") != "" {
			status = http.StatusUnauthorized
		}
		p.header(status)
		// A client that left does not read why.
		_, _ = io.WriteString(p.w, text+"\n")
		return
	}
	frame := fmt.Sprintf("\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", p.tag, text, len(text)+1, p.tag)
	if p.q.compress {
		// Stored, so that the text can be found in the raw bytes.
		_, _ = newFrameWriter(p.plainOut, compress.None).Write([]byte(frame))
	} else {
		_, _ = io.WriteString(p.out, frame)
	}
	p.end()
}

// newTag is 16 letters and digits.
func newTag() string { return strings.ToLower(rand.Text()[:16]) }
