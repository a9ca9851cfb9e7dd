package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"careerstream/ingest"
	"careerstream/ingest/crawl"
	"careerstream/ingest/fetch"
	"careerstream/ingest/warc"
	"careerstream/schemas/page"
)

// archive writes every exchange of a crawl to a WARC file. What a page said is in
// it once: an answer that says the same again is a revisit record.
type archive struct {
	file *warc.Writer

	mu sync.Mutex
	// latest is the last whole answer with a page, by URL.
	latest map[string]warc.Original
}

var _ crawl.Archive = (*archive)(nil)

// maxRemembered bounds the URLs of an archive whose answers are compared; others
// are written whole.
const maxRemembered = 1_000_000

func openArchive(path, agent string) (*archive, error) {
	file, err := warc.Open(path, warc.Config{Info: warc.Header{
		{Name: "software", Value: "careerstream"}, {Name: "http-header-user-agent", Value: agent}, {Name: "robots", Value: "obey"},
	}})
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	latest, err := readLatest(path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read archive %s: %w", path, err), file.Close())
	}
	return &archive{file: file, latest: latest}, nil
}

// readLatest finds the last whole answer of each URL in a file that is to be
// continued. What is damaged is the writer's to judge.
func readLatest(path string) (latest map[string]warc.Original, err error) {
	latest = map[string]warc.Original{}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	reader, err := warc.NewReader(file, warc.Limits{})
	if err != nil {
		return latest, nil
	}
	for {
		record, err := reader.Next()
		if err != nil {
			return latest, nil
		}
		digest := record.PayloadDigest()
		if record.Type != warc.Response || record.Truncated != "" || digest == "" || len(latest) >= maxRemembered {
			continue
		}
		line, err := bufio.NewReaderSize(record.Content, 64).ReadSlice('\n')
		if fields := strings.Fields(string(line)); err == nil && len(fields) > 1 && fields[1] == "200" {
			latest[record.TargetURI] = warc.Original{PayloadDigest: digest, ID: record.ID, TargetURI: record.TargetURI, Date: record.Date}
		}
	}
}

// Keep implements crawl.Archive. A request without an answer leaves no record.
func (a *archive) Keep(_ context.Context, v page.Visit, r *fetch.Response) error {
	if r == nil || r.Raw == nil || len(r.Raw.Response) == 0 {
		return nil
	}
	c := warc.Capture{URL: r.URL.String(), Date: r.Started, Truncated: r.Raw.Truncated}
	if at := r.RemoteAddr.Addr(); at.IsValid() {
		c.IP = at.Unmap()
	}
	if v.Kind == page.Article || v.Kind == page.Index {
		c.Fields = warc.Header{{Name: ingest.KindField, Value: v.Kind}}
	}
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.Raw.Request)))
	if err == nil {
		header := request.Header
		header.Set("Host", request.Host)
		c.Request = warc.Message{Start: firstLine(r.Raw.Request), Header: header}
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(r.Raw.Response)), request)
	if err != nil {
		return nil // what is no HTTP was reported where it was asked for
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil && c.Truncated == "" {
		c.Truncated = "disconnect"
	}
	c.Response = warc.Message{Start: firstLine(r.Raw.Response), Header: response.Header, Body: body}
	if err := a.write(c, r.Status); err != nil {
		return fmt.Errorf("archive %s: %w", c.URL, err)
	}
	return nil
}

// write appends the exchange, as a revisit where it says what the last answer of
// the URL did (WARC 1.1, section 6.7).
func (a *archive) write(c warc.Capture, status int) error {
	a.mu.Lock()
	of, known := a.latest[c.URL]
	a.mu.Unlock()
	switch {
	case status == http.StatusNotModified:
		of.Profile = warc.NotModified
		_, err := a.file.Revisit(c, of)
		return err
	case known && status == http.StatusOK && c.Truncated == "" && warc.Digest(c.Response.Body) == of.PayloadDigest:
		of.Profile = warc.IdenticalPayload
		_, err := a.file.Revisit(c, of)
		return err
	}
	written, err := a.file.Write(c)
	if err != nil || status != http.StatusOK || c.Truncated != "" {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if known || len(a.latest) < maxRemembered {
		a.latest[c.URL] = warc.Original{PayloadDigest: written.PayloadDigest, ID: written.ID, TargetURI: c.URL, Date: c.Date}
	}
	return nil
}

// Close syncs the file.
func (a *archive) Close() error { return a.file.Close() }

func firstLine(message []byte) string {
	line, _, _ := strings.Cut(string(message[:min(len(message), 8192)]), "\n")
	return strings.TrimRight(line, "\r")
}
