package block

import (
	"strings"

	"careerstream/normalize/text"
)

// Occupation is what a page states of its career as a schema.org Occupation.
type Occupation struct {
	Name string
	// Names are other names.
	Names                         []string
	Description, Responsibilities []Block
	// More are its other properties in words, with a heading each.
	More []Block
}

// moreProperties are the properties of an Occupation that are texts, with the
// headings that they get (schema.org/Occupation).
var moreProperties = []struct{ name, heading string }{
	{"skills", "Skills"}, {"qualifications", "Qualifications"},
	{"educationRequirements", "Education requirements"}, {"experienceRequirements", "Experience requirements"},
}

// maxValues bounds the values of one property.
const maxValues = 200

// collectOccupations finds the Occupations of a JSON-LD document that are its
// subject, not an item of a list.
func collectOccupations(v any, depth int, out *[]map[string]any) {
	if depth > maxJSONLDDepth || len(*out) >= maxValues {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collectOccupations(e, depth+1, out)
		}
	case map[string]any:
		if isType(v["@type"], "Occupation") {
			*out = append(*out, v)
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "about"} {
			collectOccupations(v[key], depth+1, out)
		}
	}
}

// occupation reads one Occupation.
func (w *walker) occupation(v map[string]any) *Occupation {
	o := &Occupation{Name: text.Clean(htmlText(stringOf(v["name"]))), Description: w.values(v["description"]), Responsibilities: w.values(v["responsibilities"])}
	if o.Name == "" {
		return nil
	}
	for _, n := range stringsOf(v["alternateName"]) {
		if n = text.Clean(htmlText(n)); n != "" {
			o.Names = append(o.Names, n)
		}
	}
	for _, p := range moreProperties {
		if blocks := w.values(v[p.name]); len(blocks) > 0 {
			o.More = append(append(o.More, Block{Kind: Heading, Level: 2, Text: p.heading}), blocks...)
		}
	}
	return o
}

// values reads the texts of a property; of several each is an item.
func (w *walker) values(v any) []Block {
	list := stringsOf(v)
	var out []Block
	if len(list) == 1 {
		out = w.fragment(list[0])
		for i := range out {
			if out[i].Kind == Heading && out[i].Style == StylePlain { // "Sewing, measuring"
				out[i].Kind, out[i].Style = Paragraph, StyleNone
			}
		}
		return out
	}
	for _, s := range list {
		if s = text.Clean(htmlText(s)); s != "" {
			out = append(out, Block{Kind: Item, Text: s, Item: w.doc.newItem(ListItem, 0)})
		}
	}
	return out
}

// stringsOf returns a string, or the strings of a list.
func stringsOf(v any) (out []string) {
	switch v := v.(type) {
	case string:
		if strings.TrimSpace(v) != "" {
			out = append(out, v)
		}
	case []any:
		for _, e := range v {
			if s := stringOf(e); strings.TrimSpace(s) != "" && len(out) < maxValues {
				out = append(out, s)
			}
		}
	}
	return out
}
