// Package site is a real web site on loopback: the one that the demo crawls,
// and the one that tests are hard on. It serves the sample pages, or as many
// made-up ones as wanted, with robots.txt, nested sitemaps, validators, gzip
// and redirects; its pages can be changed, added, moved and removed while it
// runs; it can misbehave in all the ways of Fault; and it remembers every
// request, so that a test can say from the server's side what a crawler did.
//
//	s, err := site.New(site.Config{Pages: 2000})
//	err = s.Start(ctx)
//	defer s.Close()
//	crawl(s.URL() + "/sitemap.xml")
//	overlaps := s.Log().Overlaps("")
package site
