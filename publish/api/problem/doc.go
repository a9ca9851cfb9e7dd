// Package problem holds every way in which a request to the read API can fail,
// as problem details (RFC 9457).
package problem
