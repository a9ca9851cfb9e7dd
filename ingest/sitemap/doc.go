// Package sitemap reads lists of a site's pages: sitemaps and sitemap indexes of
// https://www.sitemaps.org/protocol.html (0.9), text files with a URL a line, and
// RSS 2.0 and Atom feeds, which the protocol permits too; each plain or as gzip,
// known by content. It consumes an io.Reader, produces entries one by one, and
// never holds the document.
//
// Real sitemaps are taken as they are meant: wrong or missing namespaces, bare
// ampersands, any charset that is declared. What is read before an error stays
// delivered. That an entry may only name pages of the sitemap's own host is a rule
// of the protocol that the caller applies, since only it knows where the sitemap
// came from.
package sitemap
