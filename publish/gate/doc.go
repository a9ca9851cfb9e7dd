// Package gate consumes record.enriched, produces record.published: it gives a
// changed record its version and says what changed, field by field and in prose
// sentence by sentence, and why (see Causes).
package gate
