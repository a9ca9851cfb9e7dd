// Package reconcile consumes streams, tables and the bucket of latest records,
// produces a proof that they agree: every message is stored once or
// dead-lettered, or the report names those that are not.
package reconcile
