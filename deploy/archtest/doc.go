// Package archtest holds the architecture as tests: which room may import what,
// and which calls are banned. It has no code of its own.
package archtest
