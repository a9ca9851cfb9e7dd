package pages

import (
	"regexp"
	"strconv"
	"strings"

	"careerstream/schemas/career"
	"careerstream/schemas/page"
)

// reasonText is why a record is held, with the part that it is about.
func reasonText(r career.Reason) string {
	if r.Field == "" {
		return upper(r.Text)
	}
	return fieldName(r.Field) + ": " + r.Text
}

// heldName is the career of a held record by its name.
func (p *Pages) heldName(h career.Held) string {
	if h.Record != nil && h.Record.Name != "" {
		return p.nameOf(h.Slug, h.Record.Name)
	}
	return p.nameOf(h.Slug, h.Slug)
}

// said is the reason of a letter without the kind, which stands beside it.
func said(l Letter) string {
	return strings.TrimPrefix(l.Reason, l.Kind+": ")
}

// visited is what became of a page in a run.
func visited(outcome string) string {
	switch outcome {
	case page.NotModified:
		return "not modified"
	case page.SameText:
		return "with the same text"
	case page.Fresh:
		return "known to be fresh"
	case page.Redirected:
		return "redirected"
	case page.NoArticle:
		return "without the linked article"
	case page.RobotsDenied:
		return "refused by robots.txt"
	case page.NoIndex:
		return "not to be indexed"
	case page.Held:
		return "missing all at once"
	case page.Limited:
		return "over the limit"
	case page.Read:
		return "read as sitemaps"
	}
	return outcome
}

// index is an index in a field's path.
var index = regexp.MustCompile(`\[(\d{1,6})\]`)

// placeName is where in a record a field is, for people, who count from 1:
// "faqs[1].answer[0]" is "Question 2".
func placeName(field string) string {
	name, _, _ := strings.Cut(field, "[")
	number := ""
	if found := index.FindStringSubmatch(field); found != nil {
		n, _ := strconv.Atoi(found[1]) // digits: cannot fail
		number = strconv.Itoa(n + 1)
	}
	one := map[string]string{
		"duties": "Duty ", "types": "Type ", "faqs": "Question ", "sections": "Other section ",
		"definition.paragraphs": "Definition, paragraph ", "workplace.paragraphs": "Workplace, paragraph ",
	}[name]
	if one == "" || number == "" {
		return fieldName(index.ReplaceAllString(field, ""))
	}
	if strings.Contains(field, ".comparison.") {
		number += ", comparison"
	}
	return one + number
}
