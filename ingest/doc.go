// Package ingest consumes pages from files, folders, globs, WARC files and
// standard input, produces page.fetched events. Its folder crawl takes them from
// sites.
//
// A page's body is stored first, under its SHA-256, and then the snapshot that
// names it is published, so that no snapshot ever points at nothing. A page
// that is the same as its last snapshot is counted and not published. What
// cannot be taken becomes a dead letter with its reason; its neighbours go on.
// Every run ends with a Statement that accounts for every page found.
//
// Where pages come from is behind Source; Files is the one for local input.
package ingest
