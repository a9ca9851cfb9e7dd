package pages

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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

// complaint is what is wrong, and with whom.
type complaint struct{ What, Who string }

// sinceText is the moment in a trouble (RFC 3339), which is told to people.
var sinceText = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`)

// troubles takes together what is wrong with several for the same reason. A trouble
// is "WHO: WHAT".
func troubles(list []string) []complaint {
	var all []complaint
	for _, trouble := range list {
		who, what, found := strings.Cut(trouble, ": ")
		if !found {
			who, what = "", trouble
		}
		what = upper(what)
		who = sinceText.ReplaceAllStringFunc(who, func(s string) string {
			t, err := time.Parse(time.RFC3339Nano, s)
			if err != nil {
				return s
			}
			return t.Format("2 Jan, 15:04 UTC")
		})
		i := slices.IndexFunc(all, func(c complaint) bool { return c.What == what })
		switch {
		case i < 0:
			all = append(all, complaint{what, who})
		case who != "":
			all[i].Who += "; " + who
		}
	}
	return all
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
