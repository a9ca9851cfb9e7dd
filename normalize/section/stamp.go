package section

import "careerstream/normalize/text"

// stamps are words of a line that only dates a page; the first ones tell it.
var stamps = map[string]bool{"updated": true, "published": true, "posted": true, "reviewed": true, "modified": true, "revised": true, "edited": true, "ago": true, "read": true,
	"last": false, "first": false, "on": false, "at": false, "date": false, "page": false, "content": false, "days": false, "day": false, "hours": false,
	"weeks": false, "week": false, "months": false, "month": false, "min": false, "mins": false, "minute": false, "minutes": false, "am": false, "pm": false,
	"january": false, "february": false, "march": false, "april": false, "may": false, "june": false, "july": false, "august": false, "september": false,
	"october": false, "november": false, "december": false, "jan": false, "feb": false, "mar": false, "apr": false, "jun": false, "jul": false, "aug": false,
	"sep": false, "sept": false, "oct": false, "nov": false, "dec": false}

// dateLine reports whether a line says nothing but when a page was made, or how
// long it takes to read: "Updated January 8, 2026", "5 min read".
func dateLine(toks []text.Token) bool {
	tells, number := false, false
	for _, t := range toks {
		if t.Word[0] >= '0' && t.Word[0] <= '9' {
			number = true
			continue
		}
		tell, known := stamps[t.Word]
		if !known {
			return false
		}
		tells = tells || tell
	}
	return tells && number
}
