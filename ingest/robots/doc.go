// Package robots reads robots.txt by RFC 9309 and the directives of
// X-Robots-Tag and meta robots. It consumes bytes and produces answers; it
// fetches nothing and knows no cache.
//
// Parse never fails: what cannot be read is left out and named in Warnings.
// Where the RFC leaves room, a site's wish to be left alone is read out of a
// line rather than overlooked; every such leniency cites who else has it.
//
// Non-standard lines are Crawl-delay and Sitemap. As RFC 9309 section 2.2.4
// wants, they never end a group.
package robots
