package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"careerstream/ingest/sitemap"
	"careerstream/ingest/warc"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// IsArchive reports whether a path is named like a WARC file.
func IsArchive(path string) bool {
	lower := strings.ToLower(path)
	return strings.HasSuffix(lower, ".warc") || strings.HasSuffix(lower, ".warc.gz")
}

// KindField is the field of a record that tells, in an archive of our own, the
// kind of a page that is no career page (Snapshot.Kind). WARC 1.1, section 4, has
// readers ignore fields that they do not know.
const KindField = "Careerstream-Page-Kind"

// Archives finds pages in WARC files: the responses with status 200 and the
// resources whose type is that of a page. A page that was captured several times
// is yielded each time, in the order of the file. Requests, redirects, errors,
// revisits, and robots.txt and sitemaps, which are no pages, are passed over.
type Archives struct {
	// Paths of the files.
	Paths []string
	// MaxBytes bounds a page, unpacked; default page.DefaultMaxBytes.
	MaxBytes int64
}

var _ Source = Archives{}

// Entries yields the pages, file by file. What is damaged is a fault that names
// the file and the byte; what can be read after it is yielded.
func (a Archives) Entries(ctx context.Context) iter.Seq[Entry] {
	if a.MaxBytes == 0 {
		a.MaxBytes = page.DefaultMaxBytes
	}
	return func(yield func(Entry) bool) {
		// Articles first: then every page that goes on at one finds it.
		for _, articles := range []bool{true, false} {
			for _, path := range a.Paths {
				if !a.file(ctx, path, articles, yield) {
					return
				}
			}
		}
	}
}

// file yields the articles or the other pages of one file; false when the walk
// must end. Bodies are read when they are taken, not here: there may be thousands
// before the first is.
func (a Archives) file(ctx context.Context, path string, articles bool, yield func(Entry) bool) bool {
	// A fault is told once, with the pages.
	broken := func(err error) bool { return articles || yield(Entry{Origin: path, Err: err}) }
	file, err := os.Open(path)
	if err != nil {
		return broken(fault.New(fault.UnreadableFile, "open archive: %w", err))
	}
	defer func() { _ = file.Close() }() // it was only read
	reader, err := warc.NewReader(file, warc.Limits{MaxBody: a.MaxBytes})
	if err != nil {
		return broken(archiveFault(path, err))
	}
	// A gzip member may hold several records; nth tells them apart.
	last, nth := int64(-1), 0
	for ctx.Err() == nil {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			var damage *warc.Error
			if !broken(archiveFault(path, err)) {
				return false
			}
			if !errors.As(err, &damage) || damage.Stopped {
				return true
			}
			continue
		}
		if record.Offset == last {
			nth++
		} else {
			last, nth = record.Offset, 0
		}
		kind := record.Header.Get(KindField)
		if kind == page.Index || (kind == page.Article) != articles || !a.mayBePage(record) {
			continue
		}
		offset, skip := record.Offset, nth
		origin := fmt.Sprintf("%s#%d %s", path, offset, record.TargetURI)
		if !yield(Entry{Origin: origin, Take: func(context.Context) (Capture, error) { return a.take(path, offset, skip) }}) {
			return false
		}
	}
	return false
}

// mayBePage looks at a record without using up its content.
func (a Archives) mayBePage(r *warc.Record) bool {
	if r.Type != warc.Response && r.Type != warc.Resource {
		return false
	}
	payload, err := r.Payload()
	if err != nil {
		// Take says what is wrong with a page, Next with the file.
		return errors.Is(err, warc.BadPayload) || errors.Is(err, warc.TooLarge)
	}
	if r.Type == warc.Response && payload.Status != http.StatusOK {
		return false
	}
	if u, err := url.Parse(r.TargetURI); err == nil && u.Path == "/robots.txt" {
		return false
	}
	switch media, _ := contentType(payload.Header); media {
	case page.HTML, "application/xhtml+xml":
		return true
	case page.Text, "", "application/octet-stream":
		return binaryKind(payload.Body) == "" && !sitemap.Sniff(payload.Body).IsSitemap()
	}
	return false
}

// contentType returns the media type and its charset, "" where there is none.
func contentType(h http.Header) (media, charset string) {
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return "", ""
	}
	return media, params["charset"]
}

// take reads one record again.
func (a Archives) take(path string, offset int64, skip int) (Capture, error) {
	file, err := os.Open(path)
	if err != nil {
		return Capture{}, fault.New(fault.UnreadableFile, "open archive: %w", err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return Capture{}, fault.New(fault.UnreadableFile, "read archive: %w", err)
	}
	reader, err := warc.NewReader(file, warc.Limits{MaxBody: a.MaxBytes})
	if err != nil {
		return Capture{}, archiveFault(path, err)
	}
	var record *warc.Record
	for range skip + 1 {
		if record, err = reader.Next(); err != nil {
			return Capture{}, archiveFault(path, err)
		}
	}
	payload, err := record.Payload()
	if err != nil {
		return Capture{}, archiveFault(path, err)
	}
	_, charset := contentType(payload.Header)
	c := Capture{
		Body: payload.Body, Name: record.TargetURI, URL: record.TargetURI, FetchedAt: record.Date,
		Charset: charset,
		ETag:    payload.Header.Get("ETag"), LastModified: payload.Header.Get("Last-Modified"),
		Warnings: payload.Notes, Kind: record.Header.Get(KindField), Listed: true,
	}
	if payload.Truncated {
		return Capture{}, fault.New(fault.BadArchive, "%s: record at byte %d: the page is not whole", path, offset)
	}
	return c, nil
}

// archiveFault names the file.
func archiveFault(path string, err error) error {
	if errors.Is(err, warc.TooLarge) {
		return fault.New(fault.TooLarge, "%s: %w", path, err)
	}
	return fault.New(fault.BadArchive, "%s: %w", path, err)
}
