package career

// Kinds of Relation.
const (
	// HasType: the page lists the other career as a specialisation.
	HasType = "has-type"
	// TypeOf: the other career's page lists this one as a specialisation. It is
	// there exactly where the other record has the HasType that names this one.
	TypeOf = "type-of"
	// ComparedWith: the page compares the two.
	ComparedWith = "compared-with"
	// SeeAlso: the page names the other as related.
	SeeAlso = "see-also"
	// AlsoKnownAs is another name of the career; where that is the name of another
	// career in the catalog, that is the one related.
	AlsoKnownAs = "also-known-as"
	// RetiredInto: the page is gone and leads to the other career's.
	RetiredInto = "retired-into"
	// Replaces: the page of the other career is gone and leads to this one's.
	Replaces = "replaces"
)

// Methods by which the other side of a Relation was found.
const (
	ByName         = "name"
	ByPlural       = "plural"
	ByAlias        = "alias"
	ByAbbreviation = "abbreviation"
	ByRedirect     = "redirect"
)

// Relation is an edge of the career graph as this record sees it.
type Relation struct {
	// Kind is one of the kinds above.
	Kind string `json:"kind"`
	// Name is how the page names the other career; for TypeOf, how the other
	// page names this one. For RetiredInto it is the address that the redirect
	// leads to, for Replaces the former slug.
	Name string `json:"name"`
	// Career is the other one's slug, or "" while the name means none, or several,
	// or the record's own.
	Career string `json:"career"`
	// Confidence that Career is meant, 0 (there is none) to 1.
	Confidence float64 `json:"confidence"`
	// Method is how the name was found, or "" with Career.
	Method string `json:"method"`
	// Evidence is the path of the field that states the relation, with items named
	// as in Change.Field: `types[Art Therapists]`; for TypeOf it begins with the
	// other career's slug and a colon.
	Evidence string `json:"evidence"`
	// Why says why Career is "", and is "" otherwise.
	Why string `json:"why,omitempty"`
}
