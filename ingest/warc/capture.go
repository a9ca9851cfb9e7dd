package warc

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Message is one HTTP message.
type Message struct {
	// Start is its first line: "GET /careers HTTP/1.1" or "HTTP/1.1 200 OK".
	Start string
	// Header is written in alphabetical order, line breaks in values as spaces.
	Header http.Header
	// Body has no transfer coding but has its content coding, if Header names one.
	Body []byte
}

func (m Message) head() ([]byte, error) {
	if m.Start == "" || strings.ContainsAny(m.Start, "\r\n") {
		return nil, fmt.Errorf("first line %q of an HTTP message", show(m.Start))
	}
	var b bytes.Buffer
	b.WriteString(m.Start + "\r\n")
	if err := m.Header.Write(&b); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// Capture is one exchange with a server.
type Capture struct {
	// URL is what was asked for, absolute.
	URL string
	// Date is when it was asked; the writer's clock where zero.
	Date time.Time
	// IP is the server's address; left out where invalid.
	IP netip.Addr
	// Request is left out where its Start is "".
	Request Message
	// Response, with Body as received.
	Response Message
	// Truncated says why the body is not whole: "length", "time", "disconnect" or
	// "unspecified"; "" where it is.
	Truncated string
	// Fields are added to the record's own, for instance an extension's.
	Fields Header
}

// Written tells a later revisit record, or an index, of a record.
type Written struct {
	// ID is the response or revisit record's WARC-Record-ID, without brackets.
	ID string
	// PayloadDigest is the WARC-Payload-Digest.
	PayloadDigest string
	// Offset of the record in the file, in bytes.
	Offset int64
}

// Write appends a response record and, after it, its request record.
func (w *Writer) Write(c Capture) (Written, error) {
	head, err := c.Response.head()
	if err != nil {
		return Written{}, fmt.Errorf("archive %s: %w", c.URL, err)
	}
	extra := slices.Clone(c.Fields)
	if c.Truncated != "" {
		extra = append(extra, Field{"WARC-Truncated", c.Truncated})
	}
	return w.exchange(c, Response, Digest(c.Response.Body), extra, append(head, c.Response.Body...))
}

// Revisit appends a revisit record, and its request record, in the place of a
// response whose body is that of an earlier record. of.Profile says why:
// IdenticalPayload, where the body of c is digested and must be of.PayloadDigest
// if that is given, or NotModified. Of c's response only the head is written.
func (w *Writer) Revisit(c Capture, of Original) (Written, error) {
	head, err := c.Response.head()
	if err != nil {
		return Written{}, fmt.Errorf("archive %s: %w", c.URL, err)
	}
	digest := of.PayloadDigest
	var extra Header
	switch of.Profile {
	case IdenticalPayload:
		digest = Digest(c.Response.Body)
		if of.PayloadDigest != "" && of.PayloadDigest != digest {
			return Written{}, fmt.Errorf("archive %s: the body has digest %s, the earlier record %s", c.URL, digest, of.PayloadDigest)
		}
		extra = append(extra, Field{"WARC-Truncated", "length"})
	case NotModified:
	default:
		return Written{}, fmt.Errorf("archive %s: revisit profile %q", c.URL, of.Profile)
	}
	extra = append(extra, Field{"WARC-Profile", profileBase + string(of.Profile)})
	if of.ID != "" {
		extra = append(extra, Field{"WARC-Refers-To", "<" + of.ID + ">"})
	}
	if of.TargetURI != "" {
		extra = append(extra, Field{"WARC-Refers-To-Target-URI", of.TargetURI})
	}
	if !of.Date.IsZero() {
		extra = append(extra, Field{"WARC-Refers-To-Date", formatDate(of.Date)})
	}
	return w.exchange(c, Revisit, digest, extra, head)
}

// exchange writes the two records of a capture.
func (w *Writer) exchange(c Capture, kind Type, digest string, extra Header, block []byte) (Written, error) {
	if u, err := url.Parse(c.URL); err != nil || u.Scheme == "" || strings.ContainsAny(c.URL, " \t\r\n<>") {
		return Written{}, fmt.Errorf("archive %q: no absolute URI", show(c.URL))
	}
	var request []byte
	if c.Request.Start != "" {
		head, err := c.Request.head()
		if err != nil {
			return Written{}, fmt.Errorf("archive %s: %w", c.URL, err)
		}
		request = append(head, c.Request.Body...)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Date.IsZero() {
		c.Date = w.cfg.Clock()
	}
	id, err := w.newID()
	if err != nil {
		return Written{}, err
	}
	header := w.common(c, kind, id)
	if digest != "" {
		header = append(header, Field{"WARC-Payload-Digest", digest})
	}
	header = append(append(header, extra...), Field{"Content-Type", "application/http;msgtype=response"})
	done := Written{ID: id, PayloadDigest: digest, Offset: w.end}
	if err := w.append(draft{header, block}); err != nil {
		return Written{}, err
	}
	if request == nil {
		return done, nil
	}
	other, err := w.newID()
	if err != nil {
		return Written{}, err
	}
	header = append(w.common(c, Request, other), Field{"WARC-Concurrent-To", "<" + id + ">"},
		Field{"WARC-Payload-Digest", Digest(c.Request.Body)}, Field{"Content-Type", "application/http;msgtype=request"})
	return done, w.append(draft{header, request})
}

func (w *Writer) common(c Capture, kind Type, id string) Header {
	h := Header{
		{"WARC-Type", string(kind)},
		{"WARC-Record-ID", "<" + id + ">"},
		{"WARC-Warcinfo-ID", "<" + w.info + ">"},
		{"WARC-Target-URI", c.URL},
		{"WARC-Date", formatDate(c.Date)},
	}
	if c.IP.IsValid() {
		h = append(h, Field{"WARC-IP-Address", c.IP.Unmap().WithZone("").String()})
	}
	return h
}

// draft is a record to be written.
type draft struct {
	header Header
	block  []byte
}

// encode returns the record, as a gzip member of its own where zip is not nil.
func (d draft) encode(zip *gzip.Writer) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(d.block) + 1024)
	b.WriteString("WARC/1.1\r\n")
	for _, f := range append(d.header, Field{"WARC-Block-Digest", Digest(d.block)}, Field{"Content-Length", strconv.Itoa(len(d.block))}) {
		if err := checkField(f); err != nil {
			return nil, err
		}
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(d.block)
	b.WriteString("\r\n\r\n")
	if zip == nil {
		return b.Bytes(), nil
	}
	var z bytes.Buffer
	zip.Reset(&z)
	if _, err := zip.Write(b.Bytes()); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}

// checkField keeps a value from ending its line.
func checkField(f Field) error {
	if f.Name == "" || strings.ContainsAny(f.Name, ": \t\r\n") || strings.ContainsAny(f.Value, "\r\n\x00") {
		return errors.New("WARC field " + strconv.Quote(show(f.Name+": "+f.Value)) + " does not fit on a line")
	}
	return nil
}

// formatDate is WARC 1.1's date with nanoseconds.
func formatDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }
