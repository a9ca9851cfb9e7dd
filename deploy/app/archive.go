package app

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"careerstream/ingest"
	"careerstream/ingest/crawl"
	"careerstream/ingest/fetch"
	"careerstream/ingest/warc"
	"careerstream/schemas/page"
)

// archive writes every exchange of a crawl to a WARC file.
type archive struct{ file *warc.Writer }

var _ crawl.Archive = archive{}

func openArchive(path, agent string) (archive, error) {
	file, err := warc.Open(path, warc.Config{Info: warc.Header{
		{Name: "software", Value: "careerstream"}, {Name: "http-header-user-agent", Value: agent}, {Name: "robots", Value: "obey"},
	}})
	if err != nil {
		return archive{}, fmt.Errorf("open archive %s: %w", path, err)
	}
	return archive{file}, nil
}

// Keep implements crawl.Archive. A request without an answer leaves no record.
func (a archive) Keep(_ context.Context, v page.Visit, r *fetch.Response) error {
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
	if _, err := a.file.Write(c); err != nil {
		return fmt.Errorf("archive %s: %w", c.URL, err)
	}
	return nil
}

// Close syncs the file.
func (a archive) Close() error { return a.file.Close() }

func firstLine(message []byte) string {
	line, _, _ := strings.Cut(string(message[:min(len(message), 8192)]), "\n")
	return strings.TrimRight(line, "\r")
}
