// Package store consumes blocks of rows and SQL, produces rows in ClickHouse
// and results.
//
// It is the only package that knows the client library, and its errors are
// faults of schemas/fault: what may be tried again, what waits for an operator,
// and what is the fault of one row.
package store
