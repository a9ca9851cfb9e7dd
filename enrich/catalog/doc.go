// Package catalog is an in-memory index of the names that careers bear and of
// the names that their records refer to.
//
// It is fed with the normalized stream, from its first message and in order, and
// then knows at every position which career a name means and which records an
// event touches. What it answers is a function of the messages up to its position
// and of nothing else: two catalogs at one position agree, whatever crashed or was
// repeated before.
//
// It keeps names and references, not records: about 3 KB a career.
package catalog
