package catalog

import "careerstream/schemas/career"

// Reference is a place in a record that names a career.
type Reference struct {
	// Kind of the relation that the place states: career.HasType and so on.
	Kind string
	// Name as on the page.
	Name string
	// Where it stands, by field name ("types", "see_also", "faqs", "also_known_as").
	Where string
	// Evidence is its path within the record, with items named as in career.Change.
	Evidence string
	// Side: the name is a side of a comparison, which may be the page's own career.
	Side bool
	// Career is where the slug goes, within the record; nil where the record has
	// no place for it.
	Career *string
}

// References returns every place of a record that names a career, in record
// order, other names last. The catalog resolves these and no others.
func References(r *career.Record) []Reference {
	var refs []Reference
	for i := range r.Types {
		t := &r.Types[i]
		refs = append(refs, Reference{career.HasType, t.Name, "types", "types[" + t.Name + "]", false, &t.Career})
	}
	for i := range r.FAQs {
		if c := r.FAQs[i].Comparison; c != nil {
			path := "faqs[" + r.FAQs[i].Question + "].comparison"
			refs = append(refs,
				Reference{career.ComparedWith, c.Left, "faqs", path + ".left", true, &c.LeftCareer},
				Reference{career.ComparedWith, c.Right, "faqs", path + ".right", true, &c.RightCareer})
		}
	}
	for i := range r.SeeAlso {
		l := &r.SeeAlso[i]
		refs = append(refs, Reference{career.SeeAlso, l.Name, "see_also", "see_also[" + l.Name + "]", false, &l.Career})
	}
	for _, name := range r.AlsoKnownAs {
		refs = append(refs, Reference{career.AlsoKnownAs, name, "also_known_as", "also_known_as[" + name + "]", false, nil})
	}
	return refs
}
