// Package gate consumes record.enriched, produces record.published: it gives a
// changed record its version and says what changed, field by field and in prose
// sentence by sentence, and why (see Causes). A record that its guard finds damaged
// is held instead (record.held, drift.detected), and the version before stays;
// [Release] consumes record.held and publishes what a person has released.
package gate
