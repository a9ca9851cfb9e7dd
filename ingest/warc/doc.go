// Package warc reads and writes web archives in the WARC 1.1 format
// (https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/),
// and reads 1.0 too. It consumes and produces byte streams and files and knows
// no crawl.
//
// A Reader gives records one by one from a plain file, from one with a gzip member
// a record (.warc.gz, the standard's annex on compression), and from one compressed as a
// whole; memory does not depend on a record's size. Record.Payload makes a page
// of a record: HTTP head parsed, transfer and content codings undone, size
// bounded. Revisit records are given as they are; their body is elsewhere, under
// the payload digest that they name.
//
// A Reader never searches archived bytes for something that looks like a record:
// a page may hold such text, and taking it for a record would let one site speak
// for another. Where a plain file is broken, reading stops; in a compressed one it
// goes on at the next gzip member, whose place is known.
//
// A Writer appends whole records, each in one write, and continues a file that
// ends in half a record. Digests are SHA-1 in Base32, the form of the standard's
// examples (WARC-Block-Digest, WARC-Payload-Digest, annex of examples) and of wget, Heritrix and warcio, so
// that revisit records and indexes of those tools match.
package warc
