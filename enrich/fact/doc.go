// Package fact finds facts in a career's prose: credentials, education levels,
// methods and tools, working hours, pay and years of experience, each with the
// sentence that states it.
//
// What it looks for is data: the tables of the vocabulary folder, which an
// operator can replace one by one. How it reads is fixed: a text is split into
// sentences (package sentence), a sentence into clauses, and what a clause says
// about the words in it (who its subject is, whether it denies, hedges, requires
// or prefers) decides what a mention in it is worth. Precision goes before
// recall:
//
//   - A credential, an education level or years of experience count only where the
//     clause requires them, prefers them or says that people in the career have
//     them. A mere mention is no fact.
//   - What is denied ("no degree is required") is no fact, nor is what is said of
//     somebody else: of another career, of clients, of schools and their programs,
//     or of those who want to advance.
//   - "May", "some" and their like lower the confidence, which the rule shows.
//   - Words match whole; an abbreviation only in its own case ("RN"), and where it
//     means other things too, only beside a word that settles it.
//
// The work is linear in the length of the texts, and the same texts give the same
// facts in the same order.
package fact
