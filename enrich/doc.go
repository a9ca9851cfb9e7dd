// Package enrich consumes record.normalized events, produces record.enriched
// events.
//
// A record is linked (types, see also and comparisons get the slugs of the
// careers that they name, and relations say all that is known of them), placed
// (workplace settings of a controlled vocabulary), coded (occupation codes of
// public taxonomies), read for facts (credentials, education, methods, hours, pay)
// and scored. All are functions of the latest normalized records at one
// position of their stream, which goes into the event as its basis. So the order
// in which pages arrive, repeats and crashes make no difference to what a career's
// record is in the end, and a reader that keeps the event with the highest basis
// of each career has the right one, whatever order events reach it in.
//
// # What one event causes
//
// The event of career X makes X's record anew, and that of every career whose
// relations it changes: those that refer to a name that X took or gave up with this
// event, and those that X's page began or ceased to list as types. An event that
// changes no name makes X's record alone, so taking a whole catalog again costs one
// event a page, however popular a career is. An event
// that changes a name that 5,000 records refer to does cause 5,000 events, once;
// they are made in one call, and the runtime's heartbeats keep the message
// meanwhile. Left out is a record that is in the enriched stream already as of the
// message or later: with a backlog the catalog is ahead of the messages, and a
// career's first record shows what the messages after it have changed. Only what is
// seen in the stream is left out, so a repeat after a crash before publishing makes
// it again.
//
// What is kept in memory besides (the facts of texts, the syllables of words) are
// functions of what is on the page. Forgetting it costs time and changes nothing.
//
// The catalog must be fed from the stream's first message on; see catalog.
//
// # The graph
//
// Relations are the edges of the career graph as one record sees them: what its
// own page states (has-type, compared-with, see-also, also-known-as, retired-into),
// and what others state about it (type-of, replaces). A type-of stands exactly
// where the other record has the has-type, with the same confidence.
//
//	method        confidence  the name on the page is
//	name          1           the career's name
//	plural        0.95        its plural, stated or by rule, or the singular of one
//	alias         0.85        another name that its page gives
//	abbreviation  0.7         an abbreviation that its page gives
//	redirect      1           (the page itself leads there)
//
// A career whose page is gone takes 0.2 off. A name that fits several careers
// equally well, or none, stays without a career and says why; it is resolved as
// soon as the other side arrives or the ambiguity ends. So does a name of the
// page's own career: no edge leads from a career to itself, and the side of a
// comparison that is the page's own career makes none. Cycles are fine: two
// careers may each list the other as a type, and then have both kinds of edges;
// whoever walks the graph has to remember where it has been.
//
// # Score
//
// The score is that of package quality without its freshness: how old a record is
// changes by itself, and would make a new version every day.
package enrich
