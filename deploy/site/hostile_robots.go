package site

import (
	"net/http"
	"strings"
	"time"
)

// messyRobots is what stands before the rules of a hostile site: RFC 9309,
// section 2.2, asks to read on past all of it.
const messyRobots = "\ufeff# robots\r\nthis is no rule\r\n: nor this\r\nDisallow\r\nDisallow: /\r\nCrawl-delay: soon\r\n" +
	"User-agent: \x00\xff\xfe\r\nDisallow: /\r\nNoindex: /careers/\r\n\r\n"

// RobotsWant is what a crawler must make of a robots.txt.
type RobotsWant string

// What robots.txt comes to.
const (
	// RobotsAllowAll lets everything be fetched.
	RobotsAllowAll RobotsWant = "allow-all"
	// RobotsDenyAll lets nothing be fetched.
	RobotsDenyAll RobotsWant = "deny-all"
	// RobotsWait lets nothing be fetched now.
	RobotsWait RobotsWant = "wait"
)

// RobotsCase is one way in which robots.txt may answer.
type RobotsCase struct {
	Name string
	// Do answers for /robots.txt: give it to Fault with Robots.
	Do   Behavior
	Want RobotsWant
}

// Robots is the fault that lets a behavior answer for robots.txt.
func Robots(do Behavior) Fault { return Fault{Name: "robots", Path: "/robots.txt", Do: do} }

// RobotsCases are robots.txt files that are no good, with what RFC 9309,
// section 2.3.1, makes of them.
func RobotsCases() []RobotsCase {
	deny := "User-agent: *\nDisallow: /\n"
	filler := strings.Repeat("# filler filler filler filler filler filler filler\n", 480<<10/51)
	return []RobotsCase{
		{"missing", Status(http.StatusNotFound), RobotsAllowAll},
		{"forbidden", Status(http.StatusForbidden), RobotsAllowAll},
		{"gone", Status(http.StatusGone), RobotsAllowAll},
		{"server error", Status(http.StatusInternalServerError), RobotsWait},
		{"unavailable", RetryAfter(http.StatusServiceUnavailable, time.Second), RobotsWait},
		{"reset", Reset(), RobotsWait},
		{"silent", Silent(), RobotsWait},
		{"never ends", Drip(time.Second), RobotsWait},
		{"promises more", WrongLength(1000), RobotsWait},
		{"empty", Serve(textType, nil), RobotsAllowAll},
		{"web page", Serve(htmlType, []byte("<!DOCTYPE html><title>Oops</title><p>Disallow: / is not what this says</p>")), RobotsAllowAll},
		{"octets", Serve("application/octet-stream", []byte("\x00\x01\xff\xfe\n\n\x00")), RobotsAllowAll},
		{"byte order mark", Serve(textType, []byte("\ufeff"+deny)), RobotsDenyAll},
		{"carriage returns", Serve(textType, []byte(strings.ReplaceAll(deny, "\n", "\r"))), RobotsDenyAll},
		{"rules behind 480 KiB", Serve(textType, []byte(filler+deny)), RobotsDenyAll},
		{"10 GiB", thenEndless(deny), RobotsDenyAll},
		{"five redirects", func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Serve(textType, []byte(deny))(w, r, nil) })
			RedirectChain(http.StatusFound, 5)(w, r, next)
		}, RobotsDenyAll},
		{"redirect loop", RedirectLoop(http.StatusFound), RobotsAllowAll},
	}
}

// thenEndless sends a text and then comments without end.
func thenEndless(text string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", textType)
		line := []byte(strings.Repeat("# more and more and more and more and more and more\n", 200))
		_, err := w.Write([]byte(text))
		for sent := 0; sent < TenGiB && err == nil; sent += len(line) {
			_, err = w.Write(line)
		}
	}
}
