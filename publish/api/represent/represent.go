package represent

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// smallest is the size under which compression saves nothing, in bytes.
const smallest = 1024

// Representation is a body with the header fields that go with it, ready to be
// sent. It is safe for concurrent use.
type Representation struct {
	plain form
	once  sync.Once
	// packed is made by the first who asks for it.
	packed form
}

// form is a body in one content coding.
type form struct {
	body []byte
	// Values of header fields, shared by all answers and never written to.
	media, tag, length, coding []string
}

// New makes a representation of a body, which the caller leaves alone
// afterwards. tag tells it from every other body that the same URL may have; it
// is of printable ASCII without quotes.
func New(media, tag string, body []byte) *Representation {
	return &Representation{plain: form{
		body: body, media: []string{media}, tag: []string{`"` + tag + `"`}, length: []string{strconv.Itoa(len(body))},
	}}
}

// Weak makes a representation whose tag also stands for bodies that differ in
// what does not matter (RFC 9110 section 8.8.1).
func Weak(media, tag string, body []byte) *Representation {
	x := New(media, tag, body)
	x.plain.tag[0] = "W/" + x.plain.tag[0]
	return x
}

// Bytes is the body without coding. The caller does not write to it.
func (x *Representation) Bytes() []byte { return x.plain.body }

// Size is the memory that the bodies take, in bytes, the compressed one counted
// as a fifth whether it is made yet or not.
func (x *Representation) Size() int { return len(x.plain.body) + len(x.plain.body)/5 }

// ServeHTTP answers GET and HEAD with 200, or 304 where the client has it. Other
// header fields are set by the caller before.
func (x *Representation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := &x.plain
	if len(f.body) >= smallest && AcceptsGzip(r) {
		f = x.gzipped()
	}
	header := w.Header()
	header["Etag"] = f.tag
	if None(r.Header["If-None-Match"], f.tag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header["Content-Type"] = f.media
	header["Content-Length"] = f.length
	if f.coding != nil {
		header["Content-Encoding"] = f.coding
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.body) // a client that has gone needs no answer
	}
}

func (x *Representation) gzipped() *form {
	x.once.Do(func() {
		body := Gzip(x.plain.body)
		tag := strings.TrimSuffix(x.plain.tag[0], `"`) + `-gz"`
		x.packed = form{
			body: body, media: x.plain.media, tag: []string{tag}, length: []string{strconv.Itoa(len(body))}, coding: []string{"gzip"},
		}
	})
	return &x.packed
}

// Gzip compresses a body (RFC 1952).
func Gzip(body []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = w.Write(body) // a buffer does not fail
	_ = w.Close()
	return bytes.Clone(buf.Bytes())
}

// AcceptsGzip reports whether the client takes gzip (RFC 9110 section 12.5.3):
// only where it says so.
func AcceptsGzip(r *http.Request) bool {
	for _, value := range r.Header["Accept-Encoding"] {
		for part := range strings.SplitSeq(value, ",") {
			coding, weight, _ := strings.Cut(part, ";")
			if coding = strings.TrimSpace(coding); strings.EqualFold(coding, "gzip") || coding == "*" {
				return !zero(weight)
			}
		}
	}
	return false
}

// zero reports a weight of 0.
func zero(weight string) bool {
	_, q, found := strings.Cut(strings.ReplaceAll(weight, " ", ""), "=")
	return found && strings.Trim(q, "0.") == "" && q != ""
}

// None reports whether If-None-Match names the tag, by weak comparison
// (RFC 9110 section 13.1.2): then the client has the representation.
func None(values []string, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}
