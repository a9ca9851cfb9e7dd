package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serve applies the faults that hit a request, then answers it.
func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	faults := s.faults
	s.mu.Unlock()
	faults.apply(w, r, http.HandlerFunc(s.answer))
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	switch path := r.URL.Path; {
	case path == "/robots.txt":
		s.serveRobots(w, r)
	case path == "/sitemap.xml":
		s.serveIndex(w, r)
	case strings.HasPrefix(path, "/sitemaps/"):
		s.serveSitemap(w, r)
	case path == "/":
		s.serveHome(w, r)
	case path == "/careers/":
		s.serveList(w, r)
	default:
		s.servePage(w, r)
	}
}

func (s *Site) servePage(w http.ResponseWriter, r *http.Request) {
	p, ready, err := s.pages.find(r.URL.Path)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case p.number >= 0 && !s.lives(p.number, r):
		http.NotFound(w, r)
	case p.status == http.StatusMovedPermanently:
		http.Redirect(w, r, p.location, p.status)
	case p.status != http.StatusOK:
		http.Error(w, http.StatusText(p.status), p.status)
	default:
		for name, values := range p.header {
			w.Header()[name] = values
		}
		s.send(w, r, p.contentType, p.modified, ready)
	}
}

// lives tells whether generated page i is on the host that is asked.
func (s *Site) lives(i int, r *http.Request) bool {
	if !s.config.Split {
		return true
	}
	host, _, _ := strings.Cut(r.Host, ":")
	return s.config.Hosts[i%len(s.config.Hosts)] == host
}

// send answers with a body, or with 304 when the client has it (RFC 9110, 13.1).
func (s *Site) send(w http.ResponseWriter, r *http.Request, contentType string, modified time.Time, ready *rendered) {
	h := w.Header()
	body, etag := ready.plain, `"`+ready.etag+`"`
	packed := ready.gzip != nil && !s.config.NoGzip && acceptsGzip(r)
	if packed {
		// Another representation has another strong validator (RFC 9110, 8.8.3.3).
		body, etag = ready.gzip, `"`+ready.etag+`-gzip"`
	}
	modified = wholeSecond(modified)
	withETag := s.config.Validators == ValidatorsBoth || s.config.Validators == ValidatorsETag
	withDate := (s.config.Validators == ValidatorsBoth || s.config.Validators == ValidatorsDate) && !modified.IsZero()
	if withETag {
		h.Set("ETag", etag)
	}
	if withDate {
		h.Set("Last-Modified", modified.Format(http.TimeFormat))
	}
	if !s.config.NoGzip {
		h.Set("Vary", "Accept-Encoding")
	}
	if unchanged(r, ready.etag, modified, withETag, withDate) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	if packed {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	_, _ = w.Write(body) // a client that went away is none of our business
}

// unchanged is the precondition: If-None-Match, and If-Modified-Since only
// without it (RFC 9110, 13.2.2).
func unchanged(r *http.Request, etag string, modified time.Time, withETag, withDate bool) bool {
	if match := r.Header.Get("If-None-Match"); match != "" {
		return withETag && slices.ContainsFunc(strings.Split(match, ","), func(tag string) bool {
			tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
			return tag == "*" || strings.TrimSuffix(tag, "-gzip") == etag
		})
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && withDate && !modified.After(since)
}

// wholeSecond rounds up, so that a change is never older in the header than it
// was.
func wholeSecond(t time.Time) time.Time {
	if cut := t.UTC().Truncate(time.Second); cut.Before(t) {
		return cut.Add(time.Second)
	} else {
		return cut
	}
}

func acceptsGzip(r *http.Request) bool {
	return slices.ContainsFunc(strings.Split(r.Header.Get("Accept-Encoding"), ","), func(coding string) bool {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		return name == "gzip" && strings.ReplaceAll(weight, " ", "") != "q=0"
	})
}
