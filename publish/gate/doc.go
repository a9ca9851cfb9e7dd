// Package gate consumes record.enriched, produces record.published: it gives a
// changed record its version and says, field by field, what changed.
package gate
