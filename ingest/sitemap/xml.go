package sitemap

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// maxDepth bounds nesting; the decoder remembers every open element. An image
// in a sitemap is at depth 4.
const maxDepth = 64

// maxText is how much of a value is kept: more than any good value has.
const maxText = 4 * MaxLoc

// document is the reading of one XML document.
type document struct {
	scan  *scan
	guard *guard
	dec   *xml.Decoder
	kind  Kind
	depth int
	// entry is open when within is its element's depth; 0 is none.
	within int
	space  string
	entry  draft
	// field is what text now goes to, nil for nothing.
	field *string
	text  []byte
	inner int
}

// draft is an entry in the making.
type draft struct {
	nested                                      bool
	loc, guid, lastMod, changed, freq, priority string
	hasLoc                                      bool
}

// xml reads a document that is XML or tries to be.
func (s *scan) xml(text io.Reader) error {
	g := &guard{r: bufio.NewReaderSize(text, 32<<10)}
	d := &document{scan: s, guard: g, dec: xml.NewDecoder(g)}
	// Bare ampersands and unknown entities are taken as text. The decoder expands
	// no entity that a document defines, so there is nothing to blow up.
	d.dec.Strict = false
	d.dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	s.line = func() int { line, _ := d.dec.InputPos(); return line }
	for {
		g.taken = 0
		token, err := d.dec.Token()
		if errors.Is(err, io.EOF) {
			return d.end()
		}
		if err != nil {
			return d.broken(err)
		}
		if err := d.token(token); err != nil {
			return s.wrap(err)
		}
	}
}

// end is the end of a document that is well-formed as far as XML goes.
func (d *document) end() error {
	if d.kind == Unknown {
		return d.scan.fail(NotASitemap, "there is no element in the document")
	}
	return nil
}

// broken tells a cut-off document from a malformed one.
func (d *document) broken(err error) error {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return d.scan.wrap(err)
	}
	if strings.Contains(syntax.Msg, "unexpected EOF") {
		return d.scan.fail(Truncated, "the document ends in the middle")
	}
	return d.scan.fail(Malformed, "%s", syntax.Msg)
}

func (d *document) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		if d.kind == Unknown && doctypeHTML.MatchString("<!"+string(t)) {
			d.scan.report.Kind = HTML
			return d.scan.fail(IsHTML, "an HTML page was served as a sitemap")
		}
	case xml.StartElement:
		if d.depth++; d.depth > maxDepth {
			return d.scan.fail(Malformed, "elements are nested more than %d deep", maxDepth)
		}
		if d.depth == 1 {
			return d.root(t)
		}
		d.open(t)
	case xml.EndElement:
		d.depth--
		return d.close()
	case xml.CharData:
		if d.field != nil {
			d.text = append(d.text, t[:min(len(t), maxText-len(d.text))]...)
		}
	}
	return nil
}

// root learns what the document is. A second root element is left alone.
func (d *document) root(t xml.StartElement) error {
	if d.kind != Unknown {
		return nil
	}
	d.kind = kindOfRoot(t.Name.Local)
	d.scan.report.Kind = d.kind
	switch d.kind {
	case HTML:
		return d.scan.fail(IsHTML, "an HTML page was served as a sitemap")
	case Unknown:
		return d.scan.fail(NotASitemap, "the root element is %s", show([]byte(t.Name.Local)))
	}
	return nil
}

// open begins an entry or one of its fields. A field is in the namespace of its
// entry, whichever that is: image:loc and atom:link are somebody else's.
func (d *document) open(t xml.StartElement) {
	switch {
	case d.within == 0 && d.isEntry(t.Name.Local):
		d.within, d.space = d.depth, t.Name.Space
		d.entry = draft{nested: t.Name.Local == "sitemap"}
	case d.within > 0 && d.depth == d.within+1 && t.Name.Space == d.space:
		d.field, d.inner, d.text = d.fieldOf(t), d.depth, d.text[:0]
	}
}

func (d *document) isEntry(name string) bool {
	switch d.kind {
	case URLSet, Index: // both are taken in both: some generators mix them
		return d.depth == 2 && (name == "url" || name == "sitemap")
	case RSS:
		return d.depth == 3 && name == "item"
	}
	return d.depth == 2 && name == "entry"
}

// fieldOf returns where a field's text goes. Of several, the first URL and the last
// of everything else count.
func (d *document) fieldOf(t xml.StartElement) *string {
	e := &d.entry
	name := t.Name.Local
	switch {
	case d.kind == Atom && name == "link":
		if href, ok := alternate(t.Attr); ok && !e.hasLoc {
			e.loc, e.hasLoc = href, true
		}
	case d.kind == Atom && name == "updated":
		return &e.lastMod
	case d.kind == Atom && name == "published":
		return &e.changed
	case d.kind == Atom:
	case d.kind == RSS && name == "link", d.kind != RSS && name == "loc":
		if !e.hasLoc {
			e.hasLoc = true
			return &e.loc
		}
		d.scan.warn("a second <%s> in one entry is ignored", name)
	case d.kind == RSS && name == "guid" && permaLink(t.Attr):
		return &e.guid
	case d.kind == RSS && name == "pubDate", d.kind != RSS && name == "lastmod":
		return &e.lastMod
	case d.kind == RSS:
	case name == "changefreq":
		return &e.freq
	case name == "priority":
		return &e.priority
	}
	return nil
}

// close ends a field or an entry.
func (d *document) close() error {
	if d.field != nil && d.depth < d.inner {
		*d.field, d.field = string(d.text), nil
	}
	if d.within == 0 || d.depth >= d.within {
		return nil
	}
	d.within = 0
	return d.scan.deliver(d.finish())
}

// finish makes an entry of the draft.
func (d *document) finish() Entry {
	trim := strings.TrimSpace
	loc := trim(d.entry.loc)
	if loc == "" {
		loc = trim(d.entry.guid)
	}
	e := Entry{Loc: loc, Nested: d.entry.nested, Priority: defaultPriority, LastModRaw: trim(d.entry.lastMod)}
	if e.LastModRaw == "" {
		e.LastModRaw = trim(d.entry.changed)
	}
	var ok bool
	if e.LastModRaw != "" {
		if e.LastMod, ok = parseDate(e.LastModRaw, d.kind == RSS || d.kind == Atom); !ok {
			d.scan.warn("lastmod %s is no W3C date", show([]byte(e.LastModRaw)))
		}
	}
	if s := trim(d.entry.freq); s != "" {
		if e.ChangeFreq, ok = parseChangeFreq(s); !ok {
			d.scan.warn("changefreq %s is unknown", show([]byte(s)))
		}
	}
	if s := trim(d.entry.priority); s != "" {
		if e.Priority, ok = parsePriority(s); !ok {
			d.scan.warn("priority %s is not between 0 and 1", show([]byte(s)))
		}
	}
	if len(e.LastModRaw) > maxRaw {
		e.LastModRaw = strings.ToValidUTF8(e.LastModRaw[:maxRaw], "")
	}
	return e
}

// maxRaw bounds LastModRaw, in bytes.
const maxRaw = 64

// alternate returns the href of an Atom link to the page itself (RFC 4287
// section 4.2.7.2: no rel is alternate).
func alternate(attrs []xml.Attr) (href string, ok bool) {
	for _, a := range attrs {
		switch a.Name.Local {
		case "href":
			href, ok = a.Value, true
		case "rel":
			if a.Value != "alternate" {
				return "", false
			}
		}
	}
	return href, ok
}

// permaLink reports whether an RSS guid is a URL
// (https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt).
func permaLink(attrs []xml.Attr) bool {
	for _, a := range attrs {
		if a.Name.Local == "isPermaLink" && a.Value != "true" {
			return false
		}
	}
	return true
}
