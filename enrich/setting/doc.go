// Package setting finds workplace settings in prose: terms of a controlled
// vocabulary such as "hospital" or "construction-site".
//
// The vocabulary is data (vocabulary.json). A term matches whole words, in the
// singular or plural, the longest pattern first. Precision goes before recall: a
// mention is no match when its clause denies it ("rarely in offices", "rather
// than hospitals"), when it names who people work with and not where ("with
// hospitals"), and when it only describes something else ("hospital staff").
package setting
