// Package enrich consumes record.normalized events, produces record.enriched
// events.
//
// A record is linked (types, see also and comparisons get the slugs of the
// careers that they name), placed (workplace settings of a controlled
// vocabulary), coded (occupation codes of public taxonomies), read for facts
// (credentials, education, methods, hours, pay) and scored. All are functions of the latest normalized records at one
// position of their stream, which goes into the event as its basis. So the order
// in which pages arrive, repeats and crashes make no difference to what a career's
// record is in the end, and a reader that keeps the event with the highest basis
// of each career has the right one, whatever order events reach it in.
//
// # What one event causes
//
// The event of career X makes X's record anew, and that of every career whose
// links it changes: those that refer to a name that X took or gave up with this
// event. An event that changes no name makes X's record alone, so taking a whole
// catalog again costs one event a page, however popular a career is. An event
// that changes a name that 5,000 records refer to does cause 5,000 events, once;
// they are made in one call, and the runtime's heartbeats keep the message
// meanwhile. Nothing about this is remembered outside the catalog, so a repeat
// after a crash between publishing and acknowledging causes them again.
// The catalog must be fed from the stream's first message on; see catalog.
//
// # Score
//
// The score is that of package quality without its freshness: how old a record is
// changes by itself, and would make a new version every day.
package enrich
