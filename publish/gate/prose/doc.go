// Package prose compares two passages of prose sentence by sentence.
package prose
