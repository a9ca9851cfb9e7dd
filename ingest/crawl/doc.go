// Package crawl consumes sites over HTTP, produces page.fetched, page.gone and
// page.checked events and, at the end of each run, run.concluded.
//
// What to fetch and what came of it is in the frontier, so that several
// processes share the work and a killed one is continued. Each host has one
// owner at a time, which makes one request after the other and leaves the gap
// between them that the settings, the site's robots.txt and its own answers
// ask for. What an answer means is settled in an order that a crash cannot
// spoil: body, snapshot, the URLs that it names, and the URL's own state last.
package crawl
