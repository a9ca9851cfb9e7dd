// Package feed consumes record.published, produces the bucket of latest
// records that downstream sites read.
package feed
