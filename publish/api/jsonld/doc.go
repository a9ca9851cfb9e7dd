// Package jsonld writes a career record as JSON-LD in the vocabulary of
// schema.org: an Occupation (https://schema.org/Occupation) and, where the page
// has questions, an FAQPage (https://schema.org/FAQPage) about it.
//
// Only what schema.org defines for a type is written; what the record has besides
// is left out.
package jsonld
