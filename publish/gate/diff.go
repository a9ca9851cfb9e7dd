package gate

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"careerstream/publish/gate/prose"
	"careerstream/schemas/career"
)

// Diff says what changed from one record to another of the same career. It is
// empty if and only if their contents (career.Record.Content) are equal.
//
// Items of a list are matched by identity, so a new item does not make the
// ones after it differ. An item is moved when its place among those that stay
// is another; of two that swap places, one is moved.
func Diff(before, after career.Record) []career.Change {
	before.FillLists()
	after.FillLists()
	d := &differ{changes: []career.Change{}}
	d.text("slug", before.Slug, after.Slug)
	d.text("name", before.Name, after.Name)
	d.text("plural", before.Plural, after.Plural)
	d.terms("also_known_as", before.AlsoKnownAs, after.AlsoKnownAs)
	d.prose("definition.paragraphs", before.Definition.Paragraphs, after.Definition.Paragraphs)
	d.prose("duties_intro", before.DutiesIntro, after.DutiesIntro)
	list(d, "duties", before.Duties, after.Duties, duties())
	d.prose("types_intro", before.TypesIntro, after.TypesIntro)
	list(d, "types", before.Types, after.Types, types())
	d.prose("workplace.paragraphs", before.Workplace.Paragraphs, after.Workplace.Paragraphs)
	d.terms("workplace.settings", before.Workplace.Settings, after.Workplace.Settings)
	list(d, "faqs", before.FAQs, after.FAQs, faqs())
	list(d, "see_also", before.SeeAlso, after.SeeAlso, links())
	list(d, "sections", before.Sections, after.Sections, sections())
	list(d, "codes", before.Codes, after.Codes, codes())
	list(d, "facts", before.Facts, after.Facts, facts())
	d.text("source.url", before.Source.URL, after.Source.URL)
	d.text("source.site", before.Source.Site, after.Source.Site)
	d.terms("aliases", before.Aliases, after.Aliases)
	d.retired(before.Retired, after.Retired)
	list(d, "relations", before.Relations, after.Relations, relations())
	d.text("quality.score", number(before.Quality.Score), number(after.Quality.Score))
	d.terms("quality.missing", before.Quality.Missing, after.Quality.Missing)
	d.terms("quality.warnings", before.Quality.Warnings, after.Quality.Warnings)
	return d.changes
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

type differ struct{ changes []career.Change }

func (d *differ) add(kind, field, before, after string) {
	d.changes = append(d.changes, career.Change{Kind: kind, Field: field, Before: before, After: after})
}

func (d *differ) text(field, before, after string) {
	if before != after {
		d.add(career.Changed, field, before, after)
	}
}

// passage is text for prose: it says besides which sentences differ.
func (d *differ) passage(field, before, after string) {
	if before == after {
		return
	}
	d.add(career.Changed, field, before, after)
	d.changes[len(d.changes)-1].Sentences = prose.Diff(before, after)
}

// terms compares a list whose items are their own identity.
func (d *differ) terms(field string, before, after []string) {
	list(d, field, before, after, items[string]{
		key:  func(s string) string { return s },
		show: func(s string) string { return s },
	})
}

// prose compares paragraphs: one that is only reworded is changed, not removed
// and added, and is named by its position counted from 1.
func (d *differ) prose(field string, before, after []string) {
	list(d, field, before, after, items[string]{
		key:       func(s string) string { return s },
		show:      func(s string) string { return s },
		anonymous: func(string) bool { return true },
		compare:   func(d *differ, field string, before, after string) { d.passage(field, before, after) },
	})
}

func duties() items[career.Duty] {
	return items[career.Duty]{
		key:  func(v career.Duty) string { return v.ID },
		show: func(v career.Duty) string { return join(": ", v.Name, v.Text) },
		// Without a name the id follows the text, so it does not outlive an edit.
		anonymous: func(v career.Duty) bool { return v.Name == "" },
		compare: func(d *differ, field string, before, after career.Duty) {
			d.text(field+".name", before.Name, after.Name)
			d.passage(field+".text", before.Text, after.Text)
			if before.Name == after.Name && before.Text == after.Text {
				d.text(field+".id", before.ID, after.ID)
			}
		},
	}
}

func types() items[career.Type] {
	return items[career.Type]{
		key:  func(v career.Type) string { return v.Name },
		show: func(v career.Type) string { return join(": ", v.Name, v.Text) },
		compare: func(d *differ, field string, before, after career.Type) {
			d.text(field+".abbreviation", before.Abbreviation, after.Abbreviation)
			d.passage(field+".text", before.Text, after.Text)
			d.text(field+".career", before.Career, after.Career)
		},
	}
}

func links() items[career.Link] {
	return items[career.Link]{
		key:  func(v career.Link) string { return v.Name },
		show: func(v career.Link) string { return v.Name },
		compare: func(d *differ, field string, before, after career.Link) {
			d.text(field+".career", before.Career, after.Career)
		},
	}
}

func relations() items[career.Relation] {
	return items[career.Relation]{
		// What another page says of this career, or leads here, is named by that
		// one: it has no place on this page.
		key: func(v career.Relation) string {
			if v.Kind == career.TypeOf || v.Kind == career.Replaces {
				return v.Kind + " " + v.Career
			}
			return v.Kind + " " + v.Name
		},
		show: func(v career.Relation) string { return join(" → ", v.Name, v.Career) },
		compare: func(d *differ, field string, before, after career.Relation) {
			d.text(field+".kind", before.Kind, after.Kind)
			d.text(field+".name", before.Name, after.Name)
			d.text(field+".career", before.Career, after.Career)
			d.text(field+".confidence", number(before.Confidence), number(after.Confidence))
			d.text(field+".method", before.Method, after.Method)
			d.text(field+".evidence", before.Evidence, after.Evidence)
			d.text(field+".why", before.Why, after.Why)
		},
	}
}

func faqs() items[career.FAQ] {
	return items[career.FAQ]{
		key:  func(v career.FAQ) string { return v.Question },
		show: func(v career.FAQ) string { return strings.Join(v.Answer, "\n\n") },
		compare: func(d *differ, field string, before, after career.FAQ) {
			d.text(field+".kind", before.Kind, after.Kind)
			d.prose(field+".answer", before.Answer, after.Answer)
			d.article(field+".article", before.Article, after.Article)
			switch {
			case before.Comparison == nil && after.Comparison == nil:
			case before.Comparison == nil:
				d.add(career.Added, field+".comparison", "", versus(*after.Comparison))
			case after.Comparison == nil:
				d.add(career.Removed, field+".comparison", versus(*before.Comparison), "")
			default:
				d.comparison(field+".comparison", *before.Comparison, *after.Comparison)
			}
		},
	}
}

// article compares what an answer goes on at. The hash of its page is how the text
// was read, and counts only where there is text.
func (d *differ) article(field string, before, after *career.Article) {
	switch {
	case before == nil && after == nil:
	case before == nil:
		d.add(career.Added, field, "", after.URL)
		d.prose(field+".text", nil, after.Text)
	case after == nil:
		d.add(career.Removed, field, before.URL, "")
		d.prose(field+".text", before.Text, nil)
	default:
		d.text(field+".url", before.URL, after.URL)
		d.prose(field+".text", before.Text, after.Text)
	}
}

func (d *differ) retired(before, after *career.Retirement) {
	switch {
	case before == nil && after == nil:
	case before == nil:
		d.add(career.Added, "retired", "", after.Reason)
	case after == nil:
		d.add(career.Removed, "retired", before.Reason, "")
	default:
		d.text("retired.since", before.Since.Format(time.RFC3339Nano), after.Since.Format(time.RFC3339Nano))
		d.text("retired.reason", before.Reason, after.Reason)
		d.text("retired.moved_to", before.MovedTo, after.MovedTo)
		d.text("retired.replaced_by", before.ReplacedBy, after.ReplacedBy)
	}
}

func versus(c career.Comparison) string { return join(" vs ", c.Left, c.Right) }

func (d *differ) comparison(field string, before, after career.Comparison) {
	d.text(field+".left", before.Left, after.Left)
	d.text(field+".right", before.Right, after.Right)
	d.text(field+".left_career", before.LeftCareer, after.LeftCareer)
	d.text(field+".right_career", before.RightCareer, after.RightCareer)
	d.passage(field+".intro", before.Intro, after.Intro)
	list(d, field+".dimensions", before.Dimensions, after.Dimensions, items[career.Dimension]{
		key:  func(v career.Dimension) string { return v.Name },
		show: func(v career.Dimension) string { return v.Name },
		compare: func(d *differ, field string, before, after career.Dimension) {
			d.passage(field+".left", before.Left, after.Left)
			d.passage(field+".right", before.Right, after.Right)
		},
	})
	d.passage(field+".summary", before.Summary, after.Summary)
}

func sections() items[career.Section] {
	return items[career.Section]{
		key:  func(v career.Section) string { return v.Heading },
		show: func(v career.Section) string { return strings.Join(v.Text, "\n\n") },
		compare: func(d *differ, field string, before, after career.Section) {
			d.text(field+".level", strconv.Itoa(before.Level), strconv.Itoa(after.Level))
			d.prose(field+".text", before.Text, after.Text)
			d.text(field+".rows", rows(before.Rows), rows(after.Rows))
		},
	}
}

func rows(table [][]string) string {
	if len(table) == 0 {
		return ""
	}
	// Strings always encode.
	data, _ := json.Marshal(table) //nolint:errchkjson // see above
	return string(data)
}

func join(separator string, parts ...string) string {
	var out []string
	for _, part := range parts {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, separator)
}
