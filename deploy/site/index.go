package site

import (
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// perIndexPage is the number of links on one page of the list of careers.
const perIndexPage = 100

func (s *Site) serveHome(w http.ResponseWriter, r *http.Request) {
	s.sendHTML(w, r, "Careers Example", `<p>What do people do all day? <a href="/careers/">All careers</a></p>`)
}

// serveList is the list of all careers, with links to the next part of it.
func (s *Site) serveList(w http.ResponseWriter, r *http.Request) {
	part, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || part < 1 {
		part = 1
	}
	linked := s.pages.visible(func(p *item) bool { return p.linked && (p.number < 0 || s.lives(p.number, r)) })
	first := min((part-1)*perIndexPage, len(linked))
	last := min(first+perIndexPage, len(linked))
	var b strings.Builder
	b.WriteString("<ul>\n")
	for _, p := range linked[first:last] {
		fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", html.EscapeString(p.path), html.EscapeString(p.name))
	}
	b.WriteString("</ul>\n")
	if last < len(linked) {
		fmt.Fprintf(&b, "<p><a rel=\"next\" href=\"/careers/?page=%d\">Next page</a></p>\n", part+1)
	}
	if s.config.Hostile {
		b.WriteString(hostileLinks())
	}
	s.sendHTML(w, r, "All careers", b.String())
}

func (s *Site) sendHTML(w http.ResponseWriter, r *http.Request, title, content string) {
	body := []byte(fmt.Sprintf("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title></head>\n<body><main><h1>%s</h1>\n%s</main></body></html>\n", title, title, content))
	s.sendMade(w, r, htmlType, time.Time{}, body)
}

// sendMade sends a body that is made for each request.
func (s *Site) sendMade(w http.ResponseWriter, r *http.Request, contentType string, modified time.Time, body []byte) {
	packed, err := pack(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.send(w, r, contentType, modified, &rendered{plain: body, gzip: packed, etag: etagOf(body, 0)})
}
