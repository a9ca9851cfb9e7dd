// Package frontier holds the rules of a crawl without its input and output:
// who may ask a host, when, and for which URL next.
//
// The state of a URL is one message, page.Visit, that is replaced by
// compare-and-set; the state of a host is one value, Host, and whoever wrote it
// last owns the host. Both are in the broker, so that several processes share
// them and a killed one leaves nothing but its requests in flight.
package frontier
