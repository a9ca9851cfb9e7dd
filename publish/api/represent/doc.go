// Package represent serves byte strings over HTTP with strong validators,
// compression and conditional requests (RFC 9110 sections 8.8, 12 and 13).
package represent
