package sentence

// The words are in lower case without their last full stop.

// never are abbreviations that end no sentence.
func never(word string) bool {
	switch word {
	case "e.g", "i.e", "eg", "ie", "cf", "vs", "viz", "approx", "incl", "esp", "ca":
		return true
	}
	return false
}

// title words stand before a name.
func title(word string) bool {
	switch word {
	case "dr", "mr", "mrs", "ms", "mx", "prof", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "rep",
		"sen", "gov", "pres", "st", "mt", "ft", "messrs":
		return true
	}
	return false
}

// beforeNumber words are abbreviations only where a number follows.
func beforeNumber(word string) bool {
	switch word {
	case "no", "nos", "fig", "figs", "sec", "ch", "vol", "pp", "p", "art", "eq":
		return true
	}
	return false
}

// place and the like stand before names as often as they end a sentence.
func place(word string) bool {
	switch word {
	case "u.s", "u.k", "e.u", "u.n", "d.c", "u.s.a", "l.a", "n.y", "dept", "univ", "jan", "feb", "mar",
		"apr", "jun", "jul", "aug", "sept", "oct", "nov", "dec":
		return true
	}
	return false
}

// suffix words stand after a name or close a list, amid a sentence or at its end.
func suffix(word string) bool {
	switch word {
	case "etc", "inc", "ltd", "co", "corp", "jr", "sr", "esq", "bros":
		return true
	}
	return false
}

// starter words open a sentence far more often than a name.
func starter(word string) bool {
	switch word {
	case "the", "a", "an", "they", "he", "she", "it", "we", "you", "i", "in", "on", "at", "for",
		"with", "to", "as", "if", "when", "while", "after", "before", "most", "many", "some", "few",
		"all", "others", "these", "those", "this", "that", "there", "their", "its", "his", "her",
		"each", "every", "however", "although", "because", "since", "more", "additionally", "also",
		"but", "and", "employers", "applicants", "candidates", "workers", "students", "states",
		"typically", "usually", "often", "no", "not", "both", "either", "neither", "such", "other":
		return true
	}
	return false
}
