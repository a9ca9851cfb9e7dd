// Package conformance tells whether a consumer of the feed has the right idea of
// the catalog. It consumes the consumer's state, and produces the differences
// from ours. Its golden events are a small stream with everything that a
// consumer meets (new versions, an alias, a retirement and a return, a property
// of a later release, a delivery twice), and the state that follows from them,
// so that a consumer can be tested without a broker.
package conformance
