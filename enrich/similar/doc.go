// Package similar finds careers that resemble one another by what their pages
// say: duties, types, name and definition.
//
// # What an answer depends on
//
// An Index is a function of the documents that it holds and of nothing else:
// any order of Put and Delete that ends in the same documents gives the same
// answers, to the last digit. All arithmetic is on integers, hashes are FNV-1a
// without a seed, and ties go to the smaller slug.
//
// # Score
//
// A term is a stemmed word, or two neighbouring ones, of a text; stop words are
// data (stopwords.txt). A term counts with its strength in a document (duty 4,
// type or name 3, definition 2) and with its rarity: by how many documents it is
// in, df, and how many there are, N,
//
//	e      = floor(log2(min(N, 4096)))
//	rarity = max(1, e - 2 - 4*floor(log16(df)))   where df < limit, else 0
//	limit  = 2^e / 4, but at least 4 and at most 512
//
// which is the inverse document frequency of Spärck Jones ("A statistical
// interpretation of term specificity and its application in retrieval", Journal
// of Documentation 28, 1972) in steps. So what everybody writes ("communicate
// with clients") counts for nothing. The score of Y for X is the share of X's
// weight that Y has too, less where Y's page is longer and has more by chance:
//
//	sum over shared t of rarity(t)*min(strength in X, in Y)     2 |X|
//	------------------------------------------------------- * ---------  (the last if |Y| > |X|)
//	    sum over t of X of rarity(t)*strength in X            |X| + |Y|
//
// with |X| the number of X's terms. It is from 0 to 1 and not symmetric.
//
// # What a change affects
//
// Rarity moves in steps, so that most changes alter no weight. Put and Delete
// return every other career whose list may have changed: a superset, made of
// those whose list had or gets the document, exactly, and of those that have a
// term whose rarity has moved. A term moves when df passes a power of 16 or the limit and all
// do when N passes a power of 2 up to 4096, so the number of careers returned
// for one document does not grow with N: it is at most 512 a term that the
// document has, had or both, and 4096 where N passes a power of 2. Mostly it is
// some tens; it is hundreds for a time when everyday words become so common that
// they pass the limit. A caller that shows only which careers are similar, and
// not the scores, sees fewer changes.
//
// # Size
//
// A document is cut after MaxTerms terms and MaxText bytes of duties and types,
// and one of usual length takes 7 to 9 KB (BenchmarkLoad). Similar and Put read
// at most 512 documents a term.
package similar
