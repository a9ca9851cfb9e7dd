package career

// Causes of a version; a version has all that apply, in this order, and last
// Released, when it was held back and a person released it. They compare the
// version with the one before, by what both state of their origin.
const (
	// SourceChanged: the page's bytes or its address differ. A first version has
	// this cause alone.
	SourceChanged = "source-changed"
	// ArticleArrived: an article that continues an answer has other bytes, or has
	// been read for the first time.
	ArticleArrived = "article-arrived"
	// PageRetired: the page is gone, or a page that was gone leads elsewhere.
	PageRetired = "page-retired"
	// PageReturned: the page was gone and is back.
	PageReturned = "page-returned"
	// CodeChanged: another version of the reading code or another profile read the
	// page, or a replay read the same snapshot again. It stands too where no other
	// cause does: the same input then came out differently.
	CodeChanged = "code-changed"
	// TaxonomyChanged: the taxonomies that give codes are others (Basis.Taxonomy),
	// and so are the career's codes.
	TaxonomyChanged = "taxonomy-changed"
	// CareerArrived: another career came, went, or changed its names or types, so
	// that a name on this page means something else, or another page names this
	// career.
	CareerArrived = "career-arrived"
)

// SentenceChange is one difference between two passages of prose. In the order of
// the passage; sentences that stay have none.
type SentenceChange struct {
	// Kind is Added, Removed or Changed.
	Kind string `json:"kind"`
	// Before and After are whole sentences; "" where there is none.
	Before string `json:"before"`
	After  string `json:"after"`
}
