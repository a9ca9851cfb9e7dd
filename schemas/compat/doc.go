// Package compat tells whether two versions of a JSON Schema (2020-12) can live
// side by side: FULL_TRANSITIVE, so that within a major version every event
// written under one release can be read under every other.
//
// Readers ignore properties that they do not know, and writers write only those
// that their schema names. So an instance of a schema is, here, a value that is
// valid and whose objects have no property besides the named ones, those of
// additionalProperties where that is stated, and what is required. A schema is
// compatible with another when each instance of either is valid under both.
//
// The comparison is structural: it proves what it accepts, over type, enum,
// const, bounds, lengths, pattern, format, items, required, properties,
// additionalProperties, $ref and allOf. Of what it cannot follow (if, not, anyOf
// and so on) it accepts only the unchanged. What it does not accept is a Break,
// with an instance that shows it where one was found.
package compat
