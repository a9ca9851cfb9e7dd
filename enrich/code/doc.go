// Package code gives careers their occupation codes from public taxonomies that
// the operator has on disk: the O*NET database's text files and ESCO's CSV. It
// never uses the network.
//
// # Schemes
//
// A career matched in the O*NET database gets its O*NET-SOC code and the SOC code
// within it (the same without ".NN"; O*NET-SOC 2019, database 25.1 and later,
// builds on SOC 2018, older ones on SOC 2010). One matched in ESCO gets the code
// of the ESCO occupation and that of its ISCO-08 unit group.
//
// # How sure a code is
//
// Each scheme is searched in steps; the first that finds something ends it.
//
//	evidence                                    method           relation      confidence
//	the page states the code, known             stated           exact         1
//	..., no taxonomy loaded, or a group         stated           exact         0.9
//	..., not in the taxonomy                    stated           exact         0.6
//	name or plural is the title                 title            exact         1
//	name or plural is an alternate title        alternate-title  close         0.9
//	another name is the title                   title            close         0.8
//	another name is an alternate title          alternate-title  close         0.7
//	an abbreviation is a short title            alternate-title  close         0.6
//	most weight of the words is shared          fuzzy            close/broad/  0.54 to 0.8
//	                                                             narrow
//
// Several stated codes are parts of the career (narrow), but for one that is the
// group of all others. A title that n occupations share gives up to four of them
// as broad, the confidence divided by n, and with more none of them: it tells too
// little, and other names may tell more. A stated code that is known ends the
// search in O*NET and SOC.
//
// A fuzzy match compares sets of words, each weighted by its rarity among all
// titles (inverse document frequency), as shared weight over united weight. The
// heads of both ("psychologist" in "clinical psychologist") must agree, at least
// 0.75 be shared, no word that is the head of another title be left over, and the
// next occupation be 0.1 behind. Titles that are defined by what they leave out
// ("All Other", "Except ...") take no part.
//
// Relations are those of SKOS, section 10 (mapping properties), read from the
// career to the occupation: broad means that the occupation is the broader one.
package code
