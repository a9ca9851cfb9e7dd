// Package catalog consumes record.published in the order of its stream, produces
// the state of the catalog in memory: what the read API serves while databases
// are away.
//
// # What it keeps
//
// Of every version the facts that lists filter and sort by, without texts: about
// 400 bytes and its names, where those differ from the version before. So a list can be read
// as of any earlier moment of the stream, and pages of it agree with one another
// whatever is published meanwhile. Of the latest version of a career the record
// as it was published, up to Config.MaxBody bytes; once somebody has asked for it
// compressed, that too, which is about a fifth more. A larger record is not kept
// and comes from the stream when it is asked for.
package catalog
