package warc

import (
	"io"
	"mime"
	"strings"
	"time"
)

// Type is a record's type ("WARC record types").
type Type string

// The types. Others may come; a caller skips what it does not know.
const (
	Warcinfo     Type = "warcinfo"
	Response     Type = "response"
	Resource     Type = "resource"
	Request      Type = "request"
	Metadata     Type = "metadata"
	Revisit      Type = "revisit"
	Conversion   Type = "conversion"
	Continuation Type = "continuation"
)

// Field is one named field of a record's header.
type Field struct{ Name, Value string }

// Header is a record's named fields in order.
type Header []Field

// Get returns the first value of a field, "" where there is none. Case does not
// count ("File and record model").
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values returns all values of a field, such as WARC-Concurrent-To.
func (h Header) Values(name string) []string {
	var all []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// Record is one record. Everything but Content stays good after the next record
// is asked for.
type Record struct {
	// Version is "1.0" or "1.1".
	Version string
	Type    Type
	// ID is the record's URI, without angle brackets.
	ID string
	// Date is when the capture began.
	Date time.Time
	// TargetURI is what was captured, "" for warcinfo.
	TargetURI string
	// Length of the content in bytes.
	Length int64
	// Truncated is WARC-Truncated: why the content is not whole ("length", "time",
	// "disconnect", "unspecified" or another word), "" where it is.
	Truncated string
	// Header has all fields, the ones above too.
	Header Header
	// Offset is where the record begins in the file, in bytes. In a compressed file
	// it is the beginning of the gzip member that holds the record.
	Offset int64
	// Content is the block, good until the next record is asked for. It ends in an
	// *Error where the file ends before the block does.
	Content io.Reader

	limits Limits
}

// PayloadDigest is WARC-Payload-Digest: algorithm, colon, value; "" where there is
// none. For what it is the digest of, see Digest.
func (r *Record) PayloadDigest() string { return r.Header.Get("WARC-Payload-Digest") }

// Profile is how a revisit record is meant (WARC-Profile).
type Profile string

const (
	// IdenticalPayload: the body was the same as that of an earlier capture, which
	// PayloadDigest names. It may have come from another URL.
	IdenticalPayload Profile = "identical-payload-digest"
	// NotModified: the server said that nothing changed, as with status 304.
	NotModified Profile = "server-not-modified"
	// OtherProfile: the record must not be interpreted.
	OtherProfile Profile = ""
)

// profileBase is how this package's profile URIs begin. Those of 1.0 differ in the
// version only, and writers mix the two.
const profileBase = "http://netpreserve.org/warc/1.1/revisit/"

// Original is what a revisit record stands for. Only Profile is always there, and
// PayloadDigest with IdenticalPayload.
type Original struct {
	Profile       Profile
	PayloadDigest string
	// ID of the earlier record (WARC-Refers-To).
	ID string
	// TargetURI and Date of the earlier record (WARC-Refers-To-Target-URI, -Date).
	TargetURI string
	Date      time.Time
}

// Original returns what a revisit record stands for; false for other types.
func (r *Record) Original() (Original, bool) {
	if r.Type != Revisit {
		return Original{}, false
	}
	o := Original{
		PayloadDigest: r.PayloadDigest(),
		ID:            bare(r.Header.Get("WARC-Refers-To")),
		TargetURI:     bare(r.Header.Get("WARC-Refers-To-Target-URI")),
	}
	o.Date, _ = parseDate(r.Header.Get("WARC-Refers-To-Date"))
	rest, ok := strings.CutPrefix(bare(r.Header.Get("WARC-Profile")), "http://netpreserve.org/warc/")
	if _, name, cut := strings.Cut(rest, "/revisit/"); ok && cut {
		switch p := Profile(name); p {
		case IdenticalPayload, NotModified:
			o.Profile = p
		}
	}
	return o, true
}

// isHTTP reports whether the block is an HTTP message.
func (r *Record) isHTTP() bool {
	value := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(value)
	if err != nil {
		kind, _, _ = strings.Cut(value, ";")
		kind = strings.TrimSpace(strings.ToLower(kind))
	}
	return kind == "application/http"
}

// bare takes the angle brackets off a URI. The grammars of 1.0 and 1.1 differ in
// where they stand, and so do writers.
func bare(uri string) string {
	if len(uri) > 1 && uri[0] == '<' && uri[len(uri)-1] == '>' {
		return uri[1 : len(uri)-1]
	}
	return uri
}

// dateLayouts are the precisions that WARC-Date permits, most usual first, and
// the 14 digits of old tools. time.Parse takes fractions of seconds by itself.
var dateLayouts = [...]string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006", "20060102150405"}

func parseDate(s string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
