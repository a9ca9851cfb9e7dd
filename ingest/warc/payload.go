package warc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// Payload is the page that a record holds.
type Payload struct {
	// Proto and Status are those of the HTTP response, as "HTTP/1.1" and 200; "" and
	// 0 where the record holds a body alone.
	Proto  string
	Status int
	// Header is the HTTP header as archived: it may name codings that Body no longer
	// has. Of a body alone it has the record's Content-Type.
	Header http.Header
	// Body has no transfer or content coding. It is nil for a revisit record.
	Body []byte
	// Truncated says that the body is known not to be whole.
	Truncated bool
	// Notes name what was odd and read all the same.
	Notes []string
}

// Payload reads Content, which must not have been read before, and returns the
// page in it: of a response record the HTTP response, of a revisit record its head
// if it has one, of resource and conversion records the block. At most
// Limits.MaxBody bytes are decoded; more is a TooLarge. Other types have no payload
// and are a BadPayload, as is an HTTP message that is broken. A body that the record
// says is truncated is given as far as it can be decoded.
func (r *Record) Payload() (Payload, error) {
	switch r.Type {
	case Response, Revisit, Resource, Conversion:
	default:
		return Payload{}, r.fail(BadPayload, "a %s record holds no page", show(string(r.Type)))
	}
	in := bufio.NewReaderSize(r.Content, bufferSize)
	p := Payload{Header: http.Header{}, Truncated: r.Truncated != "" && r.Type != Revisit}
	if r.Header.Get("WARC-Segment-Number") != "" {
		p.Truncated = true
		p.note("only the first segment of a segmented record is read")
	}
	if (r.Type == Response || r.Type == Revisit) && r.isHTTP() {
		if r.Type == Revisit && r.Length == 0 {
			return p, nil
		}
		if err := r.head(in, &p); err != nil {
			return Payload{}, r.explain(err)
		}
		if r.Type == Revisit {
			return p, nil
		}
	} else {
		if r.Type == Revisit {
			return p, nil
		}
		p.Header.Set("Content-Type", r.Header.Get("Content-Type"))
		return r.body(in, nil, p)
	}
	body := io.Reader(in)
	if has(p.Header, "Transfer-Encoding", "chunked") {
		if isChunked(in) {
			body = dechunk(in)
		} else {
			p.note("the header says chunked, the stored bytes are not")
		}
	}
	codings, err := codings(p.Header)
	if err != nil {
		return Payload{}, r.explain(err)
	}
	return r.body(body, codings, p)
}

// body decodes and reads the body within its limit.
func (r *Record) body(in io.Reader, codings []string, p Payload) (Payload, error) {
	decoded, done, err := decode(in, codings, &p)
	defer done()
	if err == nil {
		p.Body, err = io.ReadAll(io.LimitReader(decoded, r.limits.MaxBody+1))
	}
	if int64(len(p.Body)) > r.limits.MaxBody {
		return Payload{}, r.fail(TooLarge, "the body has more than %d bytes decoded", r.limits.MaxBody)
	}
	if err != nil {
		var own *Error
		if errors.As(err, &own) || !p.Truncated {
			return Payload{}, r.explain(err)
		}
		p.note("the truncated body ends in: %v", err)
	}
	if p.Body == nil {
		p.Body = []byte{}
	}
	return p, nil
}

func (p *Payload) note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

func (r *Record) fail(problem Problem, format string, args ...any) error {
	return &Error{Problem: problem, Offset: r.Offset, Reason: fmt.Sprintf(format, args...)}
}

// explain makes an *Error of any error.
func (r *Record) explain(err error) error {
	var own *Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, errLong):
		return r.fail(TooLarge, "the HTTP head has more than %d bytes", r.limits.MaxHeader)
	}
	return r.fail(BadPayload, "%v", err)
}

// head reads status line and header. It takes what archives hold and net/http
// refuses: bare LF, lines without a colon, folded lines, a head without its
// last newline.
func (r *Record) head(in *bufio.Reader, p *Payload) error {
	left := r.limits.MaxHeader
	for range maxInterim {
		line, err := readLine(in, &left)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if err := p.status(line); err != nil {
			return err
		}
		if p.Header, err = readMIME(in, &left); err != nil {
			return err
		}
		if p.Status/100 != 1 || p.Status == http.StatusSwitchingProtocols {
			return nil
		}
	}
	return errors.New("too many interim responses")
}

// maxInterim bounds the "100 Continue" heads before the one that counts.
const maxInterim = 10

func (p *Payload) status(line string) error {
	proto, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	n, err := strconv.Atoi(code)
	if !strings.HasPrefix(proto, "HTTP/") || err != nil || n < 100 || n > 999 {
		return fmt.Errorf("%q is no HTTP status line", show(line))
	}
	p.Proto, p.Status = proto, n
	return nil
}

func readMIME(in *bufio.Reader, left *int) (http.Header, error) {
	h := http.Header{}
	last := ""
	for {
		line, err := readLine(in, left)
		ended := errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return nil, err
		}
		if line == "" {
			return h, nil
		}
		if name, value, ok := strings.Cut(line, ":"); (line[0] == ' ' || line[0] == '\t') && last != "" {
			values := h[last]
			values[len(values)-1] += " " + strings.TrimSpace(line)
		} else if name = strings.TrimSpace(name); ok && name != "" {
			last = textproto.CanonicalMIMEHeaderKey(name)
			h[last] = append(h[last], strings.TrimSpace(value))
		}
		if ended {
			return h, nil
		}
	}
}

// tokens are the words of a comma-separated header field, in lower case.
func tokens(h http.Header, name string) []string {
	var all []string
	for _, value := range h.Values(name) {
		for t := range strings.SplitSeq(value, ",") {
			if t = strings.ToLower(strings.TrimSpace(t)); t != "" {
				all = append(all, t)
			}
		}
	}
	return all
}

func has(h http.Header, name, token string) bool {
	for _, t := range tokens(h, name) {
		if t == token {
			return true
		}
	}
	return false
}
