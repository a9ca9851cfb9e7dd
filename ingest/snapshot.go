package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// Page is a snapshot with the body that it names.
type Page struct {
	Snapshot page.Snapshot
	Body     []byte
}

// Snap describes what a source took: media type, charset, address and hash. It
// is a function of its input alone. Errors are fault.EmptyPage,
// fault.BinaryPage and fault.BadCharset.
func Snap(origin string, c Capture) (Page, error) {
	text := bytes.TrimPrefix(c.Body, []byte("\xef\xbb\xbf"))
	name := wide(c.Body, c.Charset)
	if blank(text) {
		return Page{}, fault.New(fault.EmptyPage, "%s: %d bytes without text", origin, len(c.Body))
	}
	if name != "" {
		var err error
		if text, err = decodeWide(c.Body, name); err != nil {
			return Page{}, fmt.Errorf("%s: %w", origin, err)
		}
		if blank(text) {
			return Page{}, fault.New(fault.EmptyPage, "%s: %d bytes without text", origin, len(c.Body))
		}
	} else if kind := binaryKind(c.Body); kind != "" {
		return Page{}, fault.New(fault.BinaryPage, "%s is %s", origin, kind)
	}

	media := mediaType(text, c.Name)
	var says head
	if media == page.HTML {
		says = scanHead(text)
	}
	warnings := append([]string{}, c.Warnings...)
	if name == "" {
		d, err := detectCharset(c.Body, c.Charset, says.charset)
		if err != nil {
			return Page{}, fmt.Errorf("%s: %w", origin, err)
		}
		name = d.name
		warnings = append(warnings, d.warnings...)
	}

	where, doubts, err := locate(c, says)
	if err != nil {
		return Page{}, fmt.Errorf("%s: %w", origin, err)
	}
	kind := ""
	if c.Kind == page.Article {
		kind = page.Article
	}
	sum := sha256.Sum256(c.Body)
	return Page{Body: c.Body, Snapshot: page.Snapshot{
		URL: where.url, Site: where.site, Key: where.key(), Origin: origin,
		BodySHA256: hex.EncodeToString(sum[:]), Size: int64(len(c.Body)),
		MediaType: media, Charset: name,
		FetchedAt: c.FetchedAt.UTC(), ETag: c.ETag, LastModified: c.LastModified,
		Warnings: append(warnings, doubts...), Kind: kind, Listed: c.Listed && kind == "",
	}}, nil
}

// locate finds where a page belongs: what came with it, else what it says
// itself, else the source's own name for it. What a page says wrongly is a doubt.
func locate(c Capture, says head) (address, []string, error) {
	if c.URL != "" {
		a, err := parseAddress(c.URL)
		if err != nil {
			return address{}, nil, fault.New(fault.BadSidecar, "page URL: %w", err)
		}
		return a, nil, nil
	}
	var doubts []string
	for _, claim := range []struct{ what, url string }{{"canonical link", says.canonical}, {"og:url", says.ogURL}} {
		if claim.url == "" {
			continue
		}
		a, err := parseAddress(claim.url)
		if err == nil && utf8.ValidString(claim.url) {
			return a, doubts, nil
		}
		doubts = append(doubts, fmt.Sprintf("%s %q is no absolute http or https URL", claim.what, shorten(claim.url)))
	}
	return localAddress(c.FallbackURL), doubts, nil
}

// shorten bounds a quoted value of a page.
func shorten(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}
