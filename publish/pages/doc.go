// Package pages consumes the catalog, the state of the pipeline and the reports
// through small ports, produces web pages for people.
//
// Pages are rendered on the server with html/template. Nothing is loaded from
// elsewhere: the one style sheet, the one script and the icon are embedded and
// named by their hash, and the Content-Security-Policy allows nothing else. Every
// page works without the script, which only keeps the overview up to date.
//
// Reading needs no login. Releasing, rejecting and redriving need the admin token,
// and are not offered where none is configured.
package pages
