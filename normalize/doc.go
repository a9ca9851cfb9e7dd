// Package normalize consumes page.fetched events and produces
// record.normalized events: a page's bytes become a block sequence, the blocks
// become sections, the sections a career.Record.
//
// Parser.Parse does the work and is pure. Handler wraps it as a stage.
package normalize
