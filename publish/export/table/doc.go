// Package table consumes career records, produces the tables of an export: what
// columns they have, the rows of a record, and the SQL that makes the same rows of
// the versions in ClickHouse. A test holds the two against each other.
package table
