// Package simulate consumes a list of careers and a seed, produces the outcomes
// of a career test as a busy site would send them.
//
// The same seed, careers and days give the same bytes, on any machine.
package simulate
