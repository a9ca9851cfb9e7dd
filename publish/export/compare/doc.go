// Package compare consumes two releases, produces what was added, removed and
// changed between them, career by career, in memory for one career.
package compare
