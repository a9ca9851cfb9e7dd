package site

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"careerstream/deploy/sample"
)

// hostileRoot is the prefix of all bad pages: they look like career pages.
const hostileRoot = "/careers/x-"

// corner is one bad page.
type corner struct {
	name    string
	want    Want
	do      Behavior // nil when the page itself is what is bad
	times   int
	retried bool
	body    func(good []byte) []byte // nil for a good page under the fault
	media   string                   // Content-Type, default htmlType
	header  http.Header
	text    string // that a record must hold
	tree    bool   // everything below the path too
}

func (c corner) path() string { return hostileRoot + c.name + "/" }

// cornerNumber is the generated career behind corner i, far from the good ones,
// and always of the layout that is well-formed HTML.
func cornerNumber(i int) int { return maxPages - 4*(i+1) }

func cornerName(i int) string { return sample.GeneratedName(cornerNumber(i)) }

// corners are all bad pages. trap is where redirects to a private address lead.
func corners(trap func() string) []corner {
	all := answerCorners(trap)
	all = append(all, bodyCorners()...)
	return append(all, contentCorners()...)
}

// answerCorners misbehave before there is a body.
func answerCorners(trap func() string) []corner {
	to := func(url string) Behavior { return RedirectTo(http.StatusFound, url) }
	return []corner{
		{name: "redirect-loop", want: WantRedirectLoop, do: RedirectLoop(http.StatusFound)},
		{name: "redirect-loop-permanent", want: WantRedirectLoop, do: RedirectLoop(http.StatusMovedPermanently)},
		{name: "redirect-endless", want: WantTooManyRedirects, do: RedirectChain(http.StatusFound, -1)},
		{name: "redirect-long", want: WantTooManyRedirects, do: RedirectChain(http.StatusFound, 30)},
		{name: "redirect-short", want: WantGood, do: RedirectChain(http.StatusFound, 3)},
		{name: "redirect-loopback", want: WantRedirectPrivate, do: redirectTo(http.StatusFound, func() string { return trap() + "/private" })},
		{name: "redirect-loopback-name", want: WantRedirectPrivate, do: redirectTo(http.StatusFound, func() string {
			return strings.Replace(trap(), "127.0.0.1", "localhost", 1) + "/private"
		})},
		{name: "redirect-loopback-mapped", want: WantRedirectPrivate, do: redirectTo(http.StatusFound, func() string {
			return strings.Replace(trap(), "127.0.0.1", "[::ffff:127.0.0.1]", 1) + "/private"
		})},
		{name: "redirect-loopback-permanent", want: WantRedirectPrivate, do: redirectTo(http.StatusMovedPermanently, func() string { return trap() + "/private" })},
		{name: "redirect-metadata", want: WantRedirectPrivate, do: to("http://169.254.169.254/latest/meta-data/")},
		{name: "redirect-network", want: WantRedirectPrivate, do: to("http://10.0.0.1/")},
		{name: "redirect-unspecified", want: WantRedirectPrivate, do: to("http://0.0.0.0/")},
		{name: "redirect-file", want: WantRedirectScheme, do: to("file:///etc/passwd")},
		{name: "redirect-script", want: WantRedirectScheme, do: to("javascript:alert(1)")},
		{name: "redirect-nowhere", want: WantRedirectBad, do: to("")},
		{name: "redirect-garbage", want: WantRedirectBad, do: to("http://[::1/%zz")},
		{name: "server-error", want: WantServerError, do: Status(http.StatusInternalServerError)},
		{name: "server-error-once", want: WantGood, retried: true, times: 1, do: Status(http.StatusInternalServerError)},
		{name: "unavailable", want: WantUnavailable, do: RetryAfter(http.StatusServiceUnavailable, time.Second)},
		{name: "unavailable-once", want: WantGood, retried: true, times: 1, do: RetryAfter(http.StatusServiceUnavailable, time.Second)},
		{name: "rate-limited", want: WantRateLimited, do: RetryAfter(http.StatusTooManyRequests, time.Second)},
		{name: "rate-limited-once", want: WantGood, retried: true, times: 1, do: RetryAfter(http.StatusTooManyRequests, time.Second)},
		{name: "rate-limited-date", want: WantGood, retried: true, times: 1, do: RetryAfterDate(http.StatusTooManyRequests, time.Second)},
		{name: "forbidden", want: WantForbidden, do: Status(http.StatusForbidden)},
		{name: "missing", want: WantMissing, do: Status(http.StatusNotFound)},
		{name: "gone", want: WantGone, do: Status(http.StatusGone)},
		{name: "reset", want: WantReset, do: Reset()},
		{name: "reset-once", want: WantGood, retried: true, times: 1, do: Reset()},
		{name: "silent", want: WantSlow, do: Silent()},
		{name: "disallowed", want: WantRobots},
	}
}

// bodyCorners misbehave while they send.
func bodyCorners() []corner {
	return []corner{
		{name: "huge-declared", want: WantTooLarge, do: Huge(TenGiB, true)},
		{name: "huge-chunked", want: WantTooLarge, do: Huge(TenGiB, false)},
		{name: "huge-header", want: WantTooLarge, do: HugeHeader(16 << 20)},
		{name: "gzip-bomb", want: WantTooLarge, do: GzipBomb(TenGiB, htmlType)},
		{name: "slow-body", want: WantSlow, do: Drip(time.Second)},
		{name: "slow-header", want: WantSlow, do: DripHeader(time.Second)},
		{name: "length-promises-more", want: WantTruncated, do: WrongLength(1000)},
		{name: "length-promises-less", want: WantCut, do: WrongLength(-1000)},
		{name: "image", want: WantContentType, do: Serve("image/png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"))},
		{name: "pdf", want: WantContentType, do: Serve("application/pdf", []byte("%PDF-1.7\n"))},
		{name: "octets", want: WantContentType, do: Serve("application/octet-stream", bytes.Repeat([]byte{0, 1, 2, 0xff}, 2000))},
		{name: "not-gzip", want: WantEncoding, do: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Content-Encoding", "gzip")
			Serve(htmlType, []byte("<p>plain</p>"))(w, r, next)
		}},
		{name: "unknown-coding", want: WantEncoding, do: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Content-Encoding", "x-secret")
			Serve(htmlType, []byte("\x01\x02\x03\x04"))(w, r, next)
		}},
		{name: "nonce-attribute", want: WantSameText, do: Nonce(false)},
		{name: "nonce-text", want: WantChanged, do: Nonce(true)},
		{name: "calendar", want: WantLimit, do: Calendar(hostileRoot + "calendar/"), tree: true},
	}
}

// hostileItems are the pages behind the corners, all listed.
func hostileItems() []*item {
	var items []*item
	for i, c := range corners(func() string { return "" }) {
		number := cornerNumber(i)
		good := sample.Generate(number, maxPages, 1)[0].Body
		if c.body != nil {
			good = c.body(good)
		}
		p := &item{
			path: c.path(), name: cornerName(i), number: -1, contentType: htmlType, header: c.header,
			body: good, made: epoch, listed: true, hostile: true,
		}
		if c.media != "" {
			p.contentType = strings.TrimSpace(c.media)
		}
		items = append(items, p)
	}
	return items
}

func hostileFaults(s *Site) []Fault {
	var faults []Fault
	for _, c := range corners(s.trapURL) {
		if c.do == nil {
			continue
		}
		f := Fault{Name: c.name, Path: c.path(), Times: c.times, Do: c.do}
		if c.tree {
			f.Path += "*"
		}
		faults = append(faults, f)
	}
	for _, bad := range hostileSitemaps() {
		if bad.do != nil {
			faults = append(faults, Fault{Name: bad.path, Path: bad.path, Do: bad.do})
		}
	}
	return faults
}

// hostileLinks is what the list of careers links to beside good pages.
func hostileLinks() string {
	var b strings.Builder
	b.WriteString("<ul>\n")
	for i, c := range corners(func() string { return "" }) {
		fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", c.path(), html.EscapeString(cornerName(i)))
	}
	for _, href := range []string{"javascript:void(0)", "mailto:nobody@example.org", "http://", "http://[::1/", "//", "%zz", "http://169.254.169.254/", "?page=1#top"} {
		fmt.Fprintf(&b, "<li><a href=\"%s\">odd</a></li>\n", html.EscapeString(href))
	}
	b.WriteString("</ul>\n")
	return b.String()
}
